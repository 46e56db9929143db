"""``deckgen lint --fix``: only the letters in question change, and Anki shows what was meant."""

from __future__ import annotations

import re

import pytest
from anki_collection import Reader
from conftest import MakeProject, Run
from hypothesis import given
from hypothesis import strategies as st

from deckgen.lint.fix import mend
from deckgen.model.text import Edit, Text
from deckgen.yaml.nodes import YamlMapping, parse

SOURCE = """\
# A comment stays where it is.
clozes:

  - id:    cast      # odd spacing too
    covers: [ basics/first,   basics/second ]
    text: 'It''s cast with {{c1::amount::numeric}}.'
  - id: path
    covers: [basics/first]
    text: "A \\"path\\": {{c1::std::vector}} and {{c2::a hint::like this}}"
  - id: braces
    covers: [basics/first]
    text: >-
      Folded over
      two lines: {{c1::{"a": {}}}} ends.
concepts:
  - id: formula
    covers: [basics/first]
    prompt: Which variance?
    answer: |
      It is \\(\\sigma^2\\), or
      \\[ \\frac{a}{b} \\]
  - {id: quote, covers: [basics/first], prompt: "Whatâ€™s it called?", answer: 'cafÃ© \\(x^2\\)'}
"""


def test_fix_changes_the_letters_in_question_and_nothing_else(make_project: MakeProject, run: Run):
    root = make_project(a=SOURCE)
    result = run("lint", root, "--fix", "--ignore", "prompts")
    assert result.stderr == "Fixed 8 places.\n"
    assert result.exit_code == 0
    assert (root / "ch01/a.yaml").read_text(encoding="utf-8") == (
        SOURCE.replace("amount::numeric", r"amount\:\:numeric")
        .replace("std::vector", r"std\\:\\:vector")
        .replace('{"a": {}}}}', '{"a": {\\}\\}}}')
        .replace(r"\(\sigma^2\)", r"$\sigma^2$")
        .replace(r"\[ \frac{a}{b} \]", r"$$\frac{a}{b}$$")
        .replace("â€™", "\u2019")
        .replace("Ã©", "é")
        .replace(r"\(x^2\)", "$x^2$")
    )


def test_fix_is_done_after_one_run(make_project: MakeProject, run: Run):
    root = make_project(a=SOURCE)
    run("lint", root, "--fix")
    once = (root / "ch01/a.yaml").read_bytes()
    result = run("lint", root, "--fix")
    assert "Fixed" not in result.stderr
    assert (root / "ch01/a.yaml").read_bytes() == once


def test_without_fix_nothing_is_written_and_the_way_is_named(make_project: MakeProject, run: Run):
    root = make_project(a=SOURCE)
    result = run("lint", root)
    assert "`deckgen lint --fix --project cards` fixes 8 places." in result.stderr
    assert (root / "ch01/a.yaml").read_text(encoding="utf-8") == SOURCE


def test_anki_hides_the_whole_text_once_it_is_mended(make_project: MakeProject, run: Run, reader: Reader):
    root = make_project(a=SOURCE)
    run("lint", root, "--fix")
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    reader.import_package("deck.apkg")
    answers = {}
    for card in (reader.col.get_card(number) for number in reader.col.find_cards("tag:test::kind::clozes")):
        answers[card.note()["Text"][:6], card.ord] = (card.question(), card.answer())
    hidden = [answer for _, answer in answers.values()]
    assert any("amount<wbr>:<wbr>:<wbr>numeric</span>" in answer for answer in hidden)
    assert any("std<wbr>:<wbr>:<wbr>vector</span>" in answer for answer in hidden)
    assert any("{<wbr>}<wbr>}<wbr></span>" in answer for answer in hidden)
    assert any("[like this]" in question for question, _ in answers.values())


def test_windows_line_ends_stay(make_project: MakeProject, run: Run):
    data = SOURCE.replace("\n", "\r\n").encode()
    root = make_project({"ch01/a.yaml": data})
    run("lint", root, "--fix")
    after = (root / "ch01/a.yaml").read_bytes()
    assert after.count(b"\r\n") == after.count(b"\n") == data.count(b"\n")
    assert rb"amount\:\:numeric" in after


def test_line_ends_of_old_macs_stay(make_project: MakeProject, run: Run):
    data = SOURCE.replace("\n", "\r").encode()
    root = make_project({"ch01/a.yaml": data})
    assert "line endings of old Macs (CR)" in run("check", root).stdout
    run("lint", root, "--fix")
    after = (root / "ch01/a.yaml").read_bytes()
    assert (after.count(b"\r"), after.count(b"\n")) == (data.count(b"\r"), 0)
    assert rb"amount\:\:numeric" in after


def test_an_ignored_finding_is_not_mended(make_project: MakeProject, run: Run):
    source = SOURCE.replace(
        "  - id: path\n", "  - id: path\n    lint: {ignore: [cloze-collision], reason: so}\n"
    )
    root = make_project(a=source)
    run("lint", root, "--fix")
    assert "std::vector" in (root / "ch01/a.yaml").read_text(encoding="utf-8")


def test_what_fix_cannot_mend_is_counted_and_left_to_the_author(make_project: MakeProject, run: Run):
    source = """\
clozes:
  - {id: escaped, covers: [basics/first], text: "\\x43ast {{c1::\\x61mount\\x3a\\x3anumeric}}."}
  - {id: aliased, covers: [basics/first], text: &cast "Casts {{c1::a_b\\x3a\\x3anumeric}}.", extra: *cast}
  - {id: plain, covers: [basics/second], text: "PostgreSQL has {{c1::total::numeric}}."}
"""
    root = make_project(a=source)
    assert "`deckgen lint --fix --project cards` fixes it." in run("lint", root).stdout
    result = run("lint", root, "--fix", "--select", "cloze-collision")
    assert "Fixed 1 place; 2 are left to fix by hand.\n" in result.stderr
    assert "--project cards` fixes it" not in result.stdout
    assert result.stdout.count("Do it by hand") == 2
    again = run("lint", root, "--fix", "--select", "cloze-collision")
    assert "Fixed 0 places; 2 are left to fix by hand.\n" in again.stderr


DROPPED = """\
concepts:
  - id: issue
    covers: [basics/first]  # a remark
    prompt: Which change fixed issue #12 in "the loader"?  # asked often
    answer: The one that
      cut the batch size
      #13, again.
    why: Nobody knew.  # TODO ask
  - id: list
    covers: [basics/second]
    prompt: Which two tests prove that a load is idempotent?
    answer: >-  # folded
      - Run it twice.
      - Kill it halfway.
"""


def test_fix_saves_the_words_and_lines_that_yaml_would_drop(make_project: MakeProject, run: Run):
    root = make_project(a=DROPPED)
    assert run("lint", root, "--fix").stderr.startswith("Fixed 3 places.\n")
    assert (root / "ch01/a.yaml").read_text(encoding="utf-8") == (
        DROPPED.replace("Which change", "'Which change")
        .replace("# asked often", "# asked often'")
        .replace("The one", '"The one')
        .replace("again.", 'again."')
        .replace(">-", "|-")
    )
    assert not [line for line in run("check", root).stdout.splitlines() if ": error " in line]


def test_fix_saves_the_number_at_the_end_of_a_name_in_every_file(make_project: MakeProject, run: Run):
    files = {
        "deckgen.yaml": "name: T # 3\nid: test\n",
        "ch01/outline.yaml": "id: ch01\nnumber: 1 # 1\ntitle: Getting started # 2\nsections: []\n",
        "ch01/a.yaml": "concepts:\n  - id: a\n    prompt: Which is it?\n    answer: One.  # TODO ask\n"
        "    source: Getting started # 4\n",
    }
    root = make_project(files)
    assert run("lint", root, "--fix").stderr.startswith("Fixed 3 places.\n")
    for name, text in files.items():
        quoted = re.sub(r"(T|Getting started) # \d", r'"\g<0>"', text)
        assert (root / name).read_text(encoding="utf-8") == quoted


def test_fix_of_chosen_rules_leaves_what_yaml_drops(make_project: MakeProject, run: Run):
    root = make_project(a=DROPPED)
    run("lint", root, "--fix", "--select", "maths")
    assert (root / "ch01/a.yaml").read_text(encoding="utf-8") == DROPPED


@pytest.mark.parametrize("quote", ["'", '"', ""])
@given(data=st.data(), value=st.text(alphabet="ab '\\:#é\"", min_size=1, max_size=12))
def test_a_mend_either_reads_as_meant_or_is_not_made(quote: str, data: st.DataObject, value: str):
    written = {
        "'": "'" + value.replace("'", "''") + "'",
        '"': '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"',
        "": value,
    }[quote]
    source = f"other: b  # keep\nkey: {written}\nlast: [a, b]\n"
    root, findings = parse(source.encode(), "a.yaml")
    if (
        findings
        or not isinstance(root, YamlMapping)
        or not isinstance(root.entries.get("key", (0, 0))[1], Text)
    ):
        return
    text = root.entries["key"][1]
    start = data.draw(st.integers(0, len(text.value)))
    end = data.draw(st.integers(start, len(text.value)))
    edit = Edit(text, start, end, data.draw(st.text(alphabet="xy'\"\\ #", max_size=4)))
    mended = mend(source, "a.yaml", [edit])
    after, _ = parse(mended.source.encode(), "a.yaml")
    wanted = text.value[:start] + edit.replacement + text.value[end:] if mended.made else text.value
    assert after.entries["key"][1].value == wanted
    assert after.entries["other"][1].value == "b"
    assert [item.value for item in after.entries["last"][1].items] == ["a", "b"]


def test_fix_ends_the_lines_of_a_block_where_they_were_meant_to_end(make_project: MakeProject, run: Run):
    head = "concepts:\n  - id: a\n    covers: [basics/first, basics/second]\n    prompt: In which order?\n    answer: |\n"
    root = make_project(a=f"{head}      Stop it\n      Reset it\n      Start it\n")
    assert "Fixed 1 place." in run("lint", root, "--fix", "--select", "lines-joined").output
    assert (root / "ch01/a.yaml").read_text() == f"{head}      Stop it\\\n      Reset it\\\n      Start it\n"
