"""One lint rule on the notes that a test writes out."""

from __future__ import annotations

import json
import textwrap

from msgspec.structs import replace

from deckgen.lint.engine import LintReport, lint
from deckgen.model.diagnostics import exact_spans, has_errors
from deckgen.model.settings import Settings
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline

BUILT_IN = {note_type.kind: note_type for note_type in built_in_note_types()}
CONCEPT = BUILT_IN["concepts"]
# An author's own kind: a concept whose answer is a list.
LISTED = replace(
    CONCEPT,
    kind="lists",
    fields=tuple(replace(field, type="list") if field.key == "answer" else field for field in CONCEPT.fields),
)
NOTE_TYPES = {**BUILT_IN, "lists": LISTED}
OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points: [{id: first, text: First}, {id: second, text: Second}]
"""


def note(kind: str, **fields: str | list[str]) -> str:
    """Return a note file with one note, a field a line from line 3 on."""
    lines = (f"    {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items())
    return f"{kind}:\n  - id: a\n{''.join(lines)}"


def concept(prompt: str, answer: str = "A log") -> str:
    """Return a note file with one concept; its prompt starts at 3:14, its answer at 4:14."""
    return note("concepts", prompt=prompt, answer=answer)


def listed(prompt: str, *answer: str) -> str:
    """Return a note file with one note of a kind whose answer is a list; its first item starts at 4:15."""
    return note("lists", prompt=prompt, answer=list(answer))


def words(count: int) -> str:
    """Return so many words."""
    return " ".join(["word"] * count)


def report(rule: str, source: str, *, outline: str = OUTLINE, language: str = "en") -> LintReport:
    """Run one rule, by its name, over a note file."""
    notes, faults = read_notes(textwrap.dedent(source).encode(), "ch01/a.yaml", "ch01", NOTE_TYPES)
    chapter, more = read_outline(outline.encode(), "ch01/outline.yaml", NOTE_TYPES, "Test")
    assert not has_errors([*faults, *more])  # a line break in double quotes is a warning
    return lint(
        notes,
        note_types=NOTE_TYPES,
        chapters={"ch01": chapter},
        settings=Settings("Test", "test", language),
        select=[rule],
    )


def places(rule: str, source: str, *, outline: str = OUTLINE) -> list[str]:
    """Return what one rule finds, each as ``line:column severity``."""
    found = report(rule, source, outline=outline).findings
    texts = {"ch01/a.yaml": textwrap.dedent(source), "ch01/outline.yaml": outline}
    exact = {
        span: place
        for path, text in texts.items()
        for span, place in exact_spans(
            (one.span for one in found if one.span.path == path), text.splitlines()
        ).items()
    }
    return [f"{exact[one.span].line}:{exact[one.span].column} {one.severity}" for one in found]


def messages(rule: str, source: str, *, outline: str = OUTLINE) -> list[str]:
    """Return what one rule says of a note file."""
    return [one.message for one in report(rule, source, outline=outline).findings]


def mended(rule: str, text: str, source: str) -> str:
    """Return what becomes of a text when the mends that one rule offers for it are made."""
    for edit in sorted(report(rule, source).edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text
