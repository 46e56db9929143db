"""A hint that shows what to write is right: writing it ends the finding and brings no error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import SETTINGS, MakeProject, Run
from hypothesis import example, given
from hypothesis import strategies as st
from test_findings import FIXTURES, read_fixture

from deckgen.coverage import measure
from deckgen.lint.engine import IGNORE_UNNEEDED, IGNORE_WITHOUT_REASON
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.render import backslashes, cloze_overlaps, cloze_problems, renderer
from deckgen.source import media, note_fields, note_files
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import DUPLICATE_ID
from deckgen.source.project import BAD_ID
from deckgen.yaml import dropped, mapping_reader, nodes, syntax

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}
FINDING = re.compile(
    r"^cards/(\S+\.yaml):(\d+):(\d+): (\w+) (\S+ (?:.*?`([^`]+)`)?.*)\n    (.*)$", re.MULTILINE
)
SHOWN = re.compile(r"^(?:Did you mean|Write|Write it as) `([^`:]+)`(?:\?|\.|, or)")
NOTE = """\
questions:
  - id: failure
    ask: Tell me about a failure.
    tests: Ownership.
    structure: [Situation]
    rubric: [I said what I did.]
"""


# Codes whose examples are YAML of a note; those of lint rules are tried in test_lint.py.
NOTE_MODULES = (
    *(dropped, nodes, syntax, mapping_reader, note_files, note_fields, media, measure),
    *(cloze_problems, cloze_overlaps, backslashes, renderer),
)
EXAMPLES = [code for module in NOTE_MODULES for code in module.CODES if code.bad]
EXAMPLES += [BAD_ID, DUPLICATE_ID, IGNORE_UNNEEDED, IGNORE_WITHOUT_REASON]
OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: ownership
    title: Ownership
    points: [{id: end-to-end, text: A}, {id: not-waiting, text: B}, {id: downstream-impact, text: C}]
  - {id: basics, title: Basics, points: [{id: retries, text: D}]}
"""
REST = {
    "concepts": {
        "id": "an-id",
        "prompt": "What is it?",
        "answer": "All of it.",
    },
    "clozes": {"id": "an-id", "text": "Retries need {{c1::idempotent}} writes."},
}


def note_file(example: str) -> str:
    """Return a note file with an example: it is one, or items of a list, or some keys of a note."""
    if example.startswith(tuple(NOTE_TYPES)):
        return f"{example}\n"
    kind = "clozes" if example.startswith("text:") else "concepts"
    items = re.split(r"^- ", example, flags=re.MULTILINE)[1:] or [example.replace("\n", "\n  ")]
    text = f"{kind}:\n"
    for item in items:
        keys = re.findall(r"^ *(\w+):", item, re.MULTILINE)
        rest = [f"  {key}: {value}\n" for key, value in REST[kind].items() if key not in keys]
        text += f"- {item.strip()}\n{''.join(rest)}"
    return text


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: code.name)
def test_a_bad_example_has_its_finding_and_a_good_one_no_error(
    code: Code, make_project: MakeProject, run: Run
):
    files = {"deckgen.yaml": SETTINGS, "ch01/outline.yaml": OUTLINE}
    pictures = {f"media/{name}.png": b"PNG" for name in ("lag", "consumer lag", "dot")}
    bad, good = (
        run("check", make_project({**files, **pictures, "ch01/a.yaml": note_file(example)})).stdout
        for example in (code.bad, code.good)
    )
    assert f" {code.severity} {code.name} " in bad
    assert f" {code.name} " not in good
    assert " error " not in good


def errors_of(source: str) -> list[Finding]:
    findings = read_notes(source.encode(), "a.yaml", "ch01", NOTE_TYPES)[1]
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_what_a_hint_shows_ends_the_finding(file: Path, make_project: MakeProject, run: Run):
    _, files, expected = read_fixture(file)
    ended = set()
    found = [match.groups() for match in FINDING.finditer(expected)]
    for path, line, column, _, message, old, hint in sorted(found, key=lambda each: -int(each[2])):
        shown, source = SHOWN.match(hint), files.get(path)
        if shown and old and isinstance(source, str):
            lines = source.split("\n")
            row, start = int(line) - 1, int(column) - 1
            if lines[row][start:].startswith(old):  # else it is in quotes, or in another place
                lines[row] = lines[row][:start] + shown[1] + lines[row][start + len(old) :]
                files[path] = "\n".join(lines)
                ended.add(message)
    if ended and "script" not in files and "command" not in files:
        after = run("check", make_project(files)).stdout
        messages = {match[5] for match in FINDING.finditer(after)}
        errors = {match[5] for match in FINDING.finditer(after) if match[4] == "error"}
        assert not ended & messages
        assert errors <= {message for *_, message, _, _ in found}


@given(
    key=st.sampled_from(["structure", "rubric", "tags", "covers", "aliases"]),
    value=st.text(st.characters(exclude_categories=["C"]), max_size=30)
    | st.text(" ,:-#[]{}'\"&*!|>%@`~\\abno1", max_size=12),
)
def test_a_text_in_place_of_a_list_is_shown_as_a_list(key: str, value: str):
    rest = "".join(line for line in NOTE.splitlines(keepends=True) if not line.startswith(f"    {key}:"))
    before = errors_of(f"{rest}    {key}: {json.dumps(value)}\n")
    shown = next(
        (match[1] for each in before if (match := re.match(rf"Write `({key}: .*)`\.", each.hint))), None
    )
    if shown:
        after = {each.message for each in errors_of(f"{rest}    {shown}\n")}
        assert after == {each.message for each in before} - {f"`{key}` takes a list, not text."}


@given(st.text(" ,:-#[]{}'\"&*!|>%@`~\\abno1\t\u00a0", max_size=12))
@example("a, b: c")
@example("a :: b")
def test_a_tag_with_a_space_is_shown_as_one_that_may_be_written(tag: str):
    before = errors_of(f"{NOTE}    tags: [{json.dumps(tag)}]\n")
    shown = next(
        (match[1] for each in before if (match := re.match(r"Write `(.*)`, or two", each.hint))), None
    )
    assert not shown or errors_of(f"{NOTE}    tags: [{shown}]\n") == []


@pytest.mark.parametrize("words", ["{}{{c1::Retries}}} need it", "{}abc def", "{} abc", "{}{} abc"])
@pytest.mark.parametrize("sign", list("{}[]`@%&*!|>-?#,:\"'"))
def test_text_that_starts_with_a_sign_is_to_be_put_in_quotes(sign: str, words: str):
    text = words.replace("{}", sign, 1).replace("{}", sign, 1)
    before = errors_of(f"{NOTE}    strong: {text}\n")
    assert not before or any("quote" in each.hint for each in before)
    quoted = text.replace("'", "''")
    assert errors_of(f"{NOTE}    strong: '{quoted}'\n") == []


@pytest.mark.parametrize(
    ("kind", "key", "meant"),
    [
        ("concepts", "Front", "prompt"),
        ("concepts", "question", "prompt"),
        ("concepts", "Back", "answer"),
        ("questions", "Question", "ask"),
        ("clozes", "Front", "text"),
        ("clozes", "Back Extra", "extra"),
        ("red_flags", "front", "says"),
        ("concepts", "references", "source"),
        ("concepts", "rpompt", "prompt"),
        ("concepts", "wy", "why"),
    ],
)
def test_keys_of_other_tools_say_which_is_meant(kind: str, key: str, meant: str):
    hints = {each.hint for each in errors_of(f"{kind}:\n  - id: a\n    {key}: What?\n")}
    assert f"Did you mean `{meant}`?" in hints


@pytest.mark.parametrize("key", ["hint", "points", "code", "date", "kind", "status", "picture", "text"])
def test_another_word_is_no_misspelt_key(key: str):
    hints = {each.hint for each in errors_of(f"{NOTE}    {key}: What?\n")}
    assert not any("Did you mean" in hint or "Merge" in hint for hint in hints)


def test_a_key_that_is_there_already_is_not_proposed():
    source = NOTE + "    rubrik: [I said more.]\n"
    assert [each.hint for each in errors_of(source)] == ["Merge it with `rubric`."]
