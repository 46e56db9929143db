"""`deckgen outline`: a chapter in, its outline out, by the rules that docs/outline.md states."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import REPOSITORY, MakeProject, Run
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from deckgen.model.diagnostics import has_errors
from deckgen.model.ids import KEBAB
from deckgen.outline.labels import clean_label
from deckgen.outline.point_ids import Names
from deckgen.outline.read_chapter import take_outline
from deckgen.outline.revise import compare
from deckgen.outline.taken_outline import format_outline
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline

CHAPTERS = Path(__file__).parent / "chapters"
CLEAN = (CHAPTERS / "chapter-36.md").read_bytes()
AS_RECEIVED = (CHAPTERS / "chapter-36.as-received.txt").read_bytes()
NOTE_TYPES = built_in_note_types()
KINDS = [note_type.kind for note_type in NOTE_TYPES]


def take(text: str | bytes, name: str = "ch01.md"):
    data = text if isinstance(text, bytes) else text.encode()
    taken, findings = take_outline(data, name, NOTE_TYPES)
    assert taken is not None, findings
    return taken


def points(text: str) -> list[str]:
    return [point.text for _, point in take(text).points]


def hand_made():
    data = (REPOSITORY / "cards" / "ch36" / "outline.yaml").read_bytes()
    chapter, findings = read_outline(data, "outline.yaml", KINDS, "")
    assert chapter is not None
    assert not findings
    return chapter


# Chapter 36


def test_the_chapter_as_received_gives_the_outline_of_the_clean_one():
    clean, damaged = take(CLEAN, "chapter-36.md"), take(AS_RECEIVED, "chapter-36.as-received.txt")
    assert (clean.id, clean.number, clean.title) == (damaged.id, damaged.number, damaged.title)
    assert clean.sections == damaged.sections


def test_chapter_36_has_the_points_that_a_careful_reader_found_section_by_section():
    found = [len(section.points) for section in take(CLEAN).sections]
    assert found == [len(section.points) for section in hand_made().sections]
    assert (len(found), sum(found)) == (15, 85)


def test_each_point_of_chapter_36_is_one_that_a_careful_reader_wrote_down():
    """The differences are wording alone: the reader wrote out what the chapter abbreviates or quotes."""
    changes = compare(take(CLEAN), replace(hand_made(), taken_from=None)).changes
    assert {(change.what, change.place) for change in changes} == {
        ("reworded", "why-it-matters"),  # "decides the outcome" for "is critical"
        ("reworded", "ownership/strong-answer"),  # the five verbs, without the sentence around them
        ("reworded", "common-failures/spark-oom"),  # "out of memory" for "OOM"
        ("reworded", "root-cause/why-failed"),  # its grammar mended
        ("reworded", "conflict/asked-about-disagreement"),  # reported speech
        ("reworded", "stories/four-to-five"),  # numbers in words
    }


def test_the_needs_guessed_for_chapter_36_are_the_readers_and_two_questions_more():
    """An interviewer asks both in the chapter's own words; the reader let any kind of note teach them."""
    revision = compare(take(CLEAN), hand_made())
    guessed = {
        f"{section.id}/{point.id}": (point.taken.needs, point.old[1].needs)
        for section in revision.sections
        for point in section.points
        if point.old
    }
    differ = {place: needs for place, needs in guessed.items() if needs[0] != needs[1]}
    assert differ == {
        "trade-offs/why-x-over-y": (("questions",), ()),
        "conflict/asked-about-disagreement": (("questions",), ()),
    }
    assert Counter(kind for needs, _ in guessed.values() for kind in needs) == {
        "red_flags": 8,
        "trade_offs": 4,
        "questions": 7,
    }


WARNING = """\
name: Warning
list: warnings
teaches: warning
fields: [{name: sign}]
cards: [{name: Warn}]
"""


@pytest.mark.parametrize(
    ("note_type", "needs"),
    [
        (WARNING, "warnings"),
        (WARNING.replace("teaches: warning\n", ""), "red_flags"),
        # One that takes the place of a built-in kind teaches what that one does.
        (WARNING.replace("teaches: warning\n", "").replace("warnings", "red_flags"), "red_flags"),
    ],
)
def test_a_kind_of_an_authors_own_is_guessed_for_the_points_that_it_teaches(
    note_type: str, needs: str, make_project: MakeProject, run: Run
):
    folder = "notetypes/warning"
    root = make_project(
        {
            f"{folder}/notetype.yaml": note_type,
            f"{folder}/warn.front.html": "{{Sign}}",
            f"{folder}/warn.back.html": "{{FrontSide}}",
        }
    )
    Path("ch02.md").write_text("# Chapter 2: X\n\n## Red flags\n\n- haste\n")
    run("outline", "ch02.md", "-o", root / "ch02" / "outline.yaml")
    outline = (root / "ch02" / "outline.yaml").read_text()
    assert f"needs: [{needs}]  # a guess: its heading warns of it" in outline


# Every chapter in tests/chapters, as a file to read


@pytest.mark.parametrize(
    "name", ["chapter-36.md", "shapes.md", "prose.md"], ids=lambda name: name.removesuffix(".md")
)
def test_a_chapter_gives_its_outline(name: str, request: pytest.FixtureRequest):
    text = format_outline(take((CHAPTERS / name).read_bytes(), name))
    expected = CHAPTERS / name.replace(".md", ".outline.yaml")
    if request.config.getoption("--golden"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    chapter, findings = read_outline(text.encode(), "outline.yaml", KINDS, "")
    assert not findings
    assert chapter is not None


# Shapes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a one\n- b two", ["a one", "b two"]),
        ("1. one\n2) two", ["one", "two"]),
        ("- one\n  - two\n    - three", ["one", "two", "three"]),
        ("- [ ] open\n- [x] done", ["open", "done"]),
        ("**Retries:** with jitter", ["Retries: with jitter"]),
        ("**Retries** - with jitter", ["Retries: with jitter"]),
        ("**Retries.** With jitter.", ["Retries: With jitter."]),
        ("**Situation**\n→ What failed?\n\n**Task**\n→ Your part?", ["Situation: What failed?", "Task: Your part?"]),
        ("**Idempotency**\n\nWrite twice, once counts. More.", ["Idempotency: Write twice, once counts."]),
        ("❌ Weak answer:\n> “It broke.”", ["Weak answer: “It broke.”"]),
        ("> A quote alone", ["A quote alone"]),
        ("→ During incident:\n- Stop it\n- Say so", ["During incident: Stop it", "During incident: Say so"]),
        ("Interviewers evaluate:\n- Ownership", ["Ownership"]),
        ("Examples:\n- Templates", ["Example: Templates"]),
        ("Prepare **five stories** covering:\n- Failure", ["Prepare five stories", "Failure"]),
        ("- Causes:\n  - skew\n  - spill\n- Cures", ["Causes: skew", "Causes: spill", "Cures"]),
        ("Reliability is designed, not added later", ["Reliability is designed, not added later"]),
        ("Dull. A watermark **bounds state**. Dull.", ["A watermark bounds state."]),
        ("| a | b | c |\n|---|---|---|\n| Skew | salt | it |\n| Spill | | |", ["Skew: b – salt; c – it", "Spill"]),
        ("- see [the docs](https://example.org)\n\n![a picture](x.png)", ["see the docs"]),
        ("- real\n\n```\n- code\n```\n\n    - more code", ["real"]),
        ("- real\n\n<!--\n- hidden\n-->", ["real"]),
        ("- a note[^1]\n\n[^1]: - not this", ["a note"]),
        ("- [Up](#up)\n- real", ["real"]),
        ("One thing. Another.\n\nA second paragraph.", ["One thing.", "A second paragraph."]),
        ("- said\n\n  explained at length", ["said"]),
        ("> - in a quote", ["in a quote"]),
    ],
)  # fmt: skip
def test_what_counts_as_a_point(text: str, expected: list[str]):
    assert points(f"# Chapter 1: X\n\n## S\n\n{text}\n") == expected


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("🎯 Why **this** is _so_", "Why this is so"),
        ("→ At the top", "At the top"),
        ("raw → staged → done", "raw to staged to done"),
        ("a -> b", "a to b"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("1) first", "first"),
        ("(a) first", "first"),
        ("iv. fourth", "fourth"),
        ("Ownership (CORE EXPECTATION)", "Ownership"),
        ("Failures (Be Ready)", "Failures"),
        ("Root Cause Analysis (RCA)", "Root Cause Analysis (RCA)"),
        ("Answers (STAR)", "Answers (STAR)"),
        ("Costs (in euros)", "Costs (in euros)"),
        ("1️⃣ first", "first"),
        ("👩‍💻 works 👍🏽", "works"),
        ("≤ 5 ms at 20 °C ©", "≤ 5 ms at 20 °C ©"),
        ("می‌خواهم", "می‌خواهم"),
        ("a\x00b\u2028c", "a b c"),
    ],
)
def test_labels_are_clean(line: str, label: str):
    assert clean_label(line) == label


def test_a_long_label_ends_at_a_sentence_or_a_word():
    assert clean_label("One sentence that is long enough. " * 9) == "One sentence that is long enough."
    label = clean_label("word " * 99)
    assert label.endswith("word…")
    assert len(label) <= 160


@pytest.mark.parametrize(
    ("text", "name", "number", "title"),
    [
        ("# Ownership (Chapter 36)\n- x", "a.md", "36", "Ownership"),
        ("# Chapter 4: Ownership\n- x", "a.md", "4", "Ownership"),
        ("# 12. Ownership\n- x", "a.md", "12", "Ownership"),
        ("# Ownership\n- x", "chapter-07.md", "7", "Ownership"),
        ("Ownership\n=====\n\n- x", "ch8.md", "8", "Ownership"),
        ("---\ntitle: Own it\nchapter: 9\n---\n# Other\n- x", "a.md", "9", "Own it"),
        ("+++\ntitle = 'Own it'\nnumber = 9\n+++\n- x", "a.md", "9", "Own it"),
        ("# Book\n## Chapter 5 - Own\n### S\n- x", "a.md", "5", "Own"),
        ("## A\n- x\n## B\n- y", "3-own-it.md", "3", "3 own it"),
    ],
)
def test_number_and_title_are_found(text: str, name: str, number: str, title: str):
    taken = take(text, name)
    assert (taken.number, taken.title) == (number, title)


def test_headings_that_repeat_are_sections_of_their_own():
    taken = take("# Chapter 1: X\n## Storage\n- a\n## 2.1 Storage:\n- b\n## Empty\n## Storage\n- c")
    assert [(section.id, section.title) for section in taken.sections] == [
        ("storage", "Storage"), ("storage-2", "Storage"), ("storage-3", "Storage"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# Title", "```\n- x\n```", "---\ntitle: x\n---\n", "\ufeff", "\x00"]
)
def test_a_chapter_with_nothing_in_it_is_a_finding(text: str):
    taken, findings = take_outline(text.encode(), "a.md")
    assert taken is None
    assert has_errors(findings)


@given(st.text(alphabet="# \n-*>`|[]()!:1.a→❌“”é漢\t_~<&\\", max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_an_outline_that_reads_back_or_a_finding(text: str):
    taken, findings = take_outline(text.encode(), "a.md")
    if taken is None:
        assert has_errors(findings)
        return
    chapter, findings = read_outline(format_outline(taken).encode(), "outline.yaml", KINDS, "")
    assert not findings
    assert chapter is not None
    assert [section.title.value for section in chapter.sections] == [
        section.title for section in taken.sections
    ]
    written = [point.text.value for _, point in chapter.points.values()]
    assert written == [point.text for _, point in taken.points]


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_an_outline_or_a_finding(data: bytes):
    taken, findings = take_outline(data, "a.md")
    assert taken or has_errors(findings)


# Ids

LINES = st.lists(
    st.sampled_from([line.lstrip("-1234. ") for line in CLEAN.decode().splitlines() if line.startswith(("- ", "1", "2"))]),
    unique=True, min_size=2, max_size=12,
)  # fmt: skip


@given(LINES, st.data())
@settings(max_examples=100, deadline=None)
def test_an_id_stays_when_a_neighbour_goes_or_comes_after(lines: list[str], data: st.DataObject):
    def ids(some: list[str]) -> dict[str, str]:
        taken = take("# Chapter 1: X\n## S\n" + "".join(f"- {line}\n" for line in some))
        return {point.text: point.id for _, point in taken.points}

    assume(len({Names().name(line, "point") for line in lines}) == len(lines))
    before, gone = ids(lines), data.draw(st.sampled_from(lines))
    kept = [line for line in lines if line != gone]
    after = ids([*kept, "Something else altogether"])
    assert before.keys() & after.keys()
    assert all(before[text] == after[text] for text in before.keys() & after.keys())


@given(st.lists(st.text(max_size=60), max_size=30))
@settings(max_examples=100, deadline=None)
def test_ids_are_short_unique_and_kebab_case(texts: list[str]):
    names = Names()
    ids = [names.name(text, "point") for text in texts]
    assert len(set(ids)) == len(ids)
    assert all(KEBAB.match(name) and len(name) < 70 for name in ids)


def test_an_id_reads_in_any_script():
    names = Names()
    assert names.name("Überlauf im Straßenverkehr", "point") == "uberlauf-im-strassenverkehr"
    assert names.name("Отставание потребителя", "point") == "otstavanie-potrebitelya"
    assert names.name("数据 重复", "point") == "shu-ju-zhong-fu"
    assert names.name("!!!", "point") == "point"


# The command


def test_an_outline_is_printed_or_written_and_never_replaced_silently(run: Run):
    Path("book").mkdir()
    Path("book/chapter-36.md").write_bytes(CLEAN)
    printed = run("outline", "book/chapter-36.md")
    assert printed.exit_code == 0
    assert "  file: book/chapter-36.md\n" in printed.stdout
    assert printed.stderr == ""
    wrote = run("outline", "book/chapter-36.md", "-o", "cards/ch36/outline.yaml")
    assert wrote.stdout == "Wrote cards/ch36/outline.yaml: 15 sections, 85 points\n"
    outline = Path("cards/ch36/outline.yaml")
    assert "  file: ../../book/chapter-36.md\n" in outline.read_text()
    outline.write_text("mine")
    again = run("outline", "book/chapter-36.md", "-o", outline)
    assert again.exit_code == 2
    assert "exists" in again.stderr
    assert outline.read_text() == "mine"
    assert run("outline", "book/chapter-36.md", "-o", outline, "--force").exit_code == 0
    assert outline.read_text() != "mine"


@pytest.mark.parametrize("name", ["a.md", "link.md", "./a.md"])
def test_the_chapter_is_never_written_over_by_whatever_name(name: str, run: Run):
    Path("a.md").write_bytes(CLEAN)
    Path("link.md").symlink_to("a.md")
    result = run("outline", "a.md", "-o", name, "--force")
    assert result.exit_code == 2
    assert "is the chapter itself" in result.stderr
    assert run("outline", "a.md", "--diff", name, "--update").exit_code == 2
    assert Path("a.md").read_bytes() == CLEAN
    assert Path("link.md").is_symlink()


def test_an_outline_that_is_replaced_stays_a_link_and_keeps_its_mode(run: Run):
    Path("a.md").write_bytes(CLEAN)
    Path("kept.yaml").write_text("old")
    Path("kept.yaml").chmod(0o640)
    Path("outline.yaml").symlink_to("kept.yaml")
    assert run("outline", "a.md", "-o", "outline.yaml", "--force").exit_code == 0
    assert Path("outline.yaml").is_symlink()
    assert Path("kept.yaml").read_text() != "old"
    assert Path("kept.yaml").stat().st_mode & 0o777 == 0o640


def test_what_was_repaired_is_reported_by_line_on_stderr(run: Run):
    Path("a.txt").write_bytes(AS_RECEIVED)
    result = run("outline", "a.txt")
    assert result.exit_code == 0
    damaged = {number for number, line in enumerate(AS_RECEIVED.splitlines(), 1) if not line.isascii()}
    reported = {
        int(line.split(":")[1]) for line in result.stderr.splitlines() if " encoding-repaired " in line
    }
    assert reported == damaged
    assert "a.txt:7:1: info encoding-repaired Damaged text was repaired: `â†’` is `→`.\n" in result.stderr


def test_a_fresh_outline_and_a_note_make_a_project(run: Run, make_project, reader):
    root = make_project(
        {"ch01/book.md": CLEAN},
        a="concepts:\n  - {id: a, covers: [ownership/weak-answer], prompt: P?, answer: A}\n",
    )
    (root / "ch01" / "outline.yaml").unlink()
    assert run("outline", root / "ch01/book.md", "-o", root / "ch01/outline.yaml").exit_code == 0
    assert run("check", root).exit_code == 0
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    assert reader.import_package(Path("deck.apkg")).new == 1


def test_check_says_when_the_chapter_has_changed_and_not_before(run: Run, make_project):
    root = make_project({"ch01/book.md": CLEAN})
    run("outline", root / "ch01/book.md", "-o", root / "ch01/outline.yaml", "--force")
    assert "chapter-changed" not in run("check", root).stdout
    (root / "ch01/book.md").write_bytes(CLEAN.replace(b"\n", b"\r\n"))
    assert "chapter-changed" not in run("check", root).stdout
    (root / "ch01/book.md").write_bytes(CLEAN + b"- One more\n")
    result = run("check", root)
    assert "warning chapter-changed The chapter `book.md` has changed" in result.stdout
    (root / "ch01/book.md").unlink()
    assert "chapter-changed" not in run("check", root).stdout


@pytest.mark.parametrize("folder", ["cards", "."])
def test_check_says_what_to_write_where_a_printed_outline_names_its_chapter_from_elsewhere(
    folder: str, run: Run, make_project, monkeypatch: pytest.MonkeyPatch
):
    """Outlines printed in the project's folder and above it, and saved by the shell."""
    root = make_project({"ch01/chapter.md": CLEAN})
    chapter = Path(folder, "book # 1.md")
    chapter.write_bytes(CLEAN)
    monkeypatch.chdir(folder)
    printed = run("outline", "book # 1.md").stdout
    monkeypatch.chdir(root.parent)
    outline = root / "ch01/outline.yaml"
    outline.write_text(printed)
    result = run("check", root)
    right = os.path.relpath(chapter, root / "ch01")
    assert f"There is no `book # 1.md` as seen from this outline's folder, but `{right}`" in result.stdout
    (pasted,) = re.findall(r"Write `(file: .*)`, if that is the chapter", result.stdout)
    outline.write_text(re.sub("file: .*", pasted, printed))
    assert " chapter-" not in run("check", root, "--allow-outside", root.parent).stdout
    chapter.write_bytes(CLEAN + b"- One more\n")
    assert "chapter-changed" in run("check", root, "--allow-outside", root.parent).stdout


def test_a_chapter_that_is_nowhere_to_be_found_is_not_spoken_of(run: Run, make_project):
    root = make_project({"ch01/book.md": CLEAN})
    run("outline", root / "ch01/book.md", "-o", root / "ch01/outline.yaml", "--force")
    (root / "ch01/book.md").unlink()
    assert " chapter-" not in run("check", root).stdout


@pytest.mark.parametrize("options", [["--update"], ["--diff", "o.yaml", "-o", "p.yaml"]])
def test_options_that_make_no_sense_together_are_wrong_usage(options: list[str], run: Run):
    Path("a.md").write_text("- x")
    Path("o.yaml").write_text("id: ch01\nnumber: 1\ntitle: X\nsections: []\n")
    assert run("outline", "a.md", *options).exit_code == 2


def test_nothing_to_outline_writes_nothing(run: Run):
    Path("a.md").write_text("# Title\n")
    result = run("outline", "a.md", "-o", "outline.yaml")
    assert result.exit_code == 1
    assert "chapter-empty" in result.stderr
    assert not Path("outline.yaml").exists()


# Speed


def _seconds(text: str) -> float:
    started = time.process_time()
    taken, _ = take_outline(text.encode(), "big.md")
    assert taken is not None
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    [
        CLEAN.decode().replace("# Behavioral", "## Behavioral"),
        AS_RECEIVED.decode(),
        "- the same again\n" * 200,
    ],
    ids=["chapter", "damaged", "one list"],
)
def test_time_grows_with_the_size_of_the_chapter_and_no_faster(piece: str):
    """5 MB take ten to twenty times what half a megabyte takes, so a large chapter takes seconds."""
    once = piece * (100_000 // len(piece) + 1)
    small, large = min(_seconds(once) for _ in range(2)), _seconds(once * 5)
    assert large < 5 * small * 4  # were it quadratic, 25 times
