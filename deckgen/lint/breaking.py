"""The rules whose errors break a card: a build looks for these, for it ships no card that is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from deckgen.model.diagnostics import Finding, Severity
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.settings import LintSettings
from deckgen.model.text import Text

if TYPE_CHECKING:
    from deckgen.lint.rule import Rule

# Without any of these, none of the rules finds an error: what damaged letters start with, and marks.
_DAMAGED = re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00e2\u00f0\ufffd]")
_SIGN = re.compile(r"`|\\|\$|\{\{|~~~")
# Code blocks, code in backticks and deletions that are sound, as most are.
_SOUND = re.compile(
    r"^```[^`\n]*\n[^`~{]*(?:\{(?!\{)[^`~{]*)*\n```$"
    r"|`[^`\\\n{]+`"
    r"|\{\{c[1-9][0-9]?::[^\s{}:`\\$][^{}:`\\$]*\}\}",
    re.MULTILINE,
)


def breaking_rules() -> tuple[Rule, ...]:
    """Return the rules whose errors break a card."""
    from deckgen.lint.rules import cloze_collision, maths, mojibake, unclosed_code  # noqa: PLC0415 - as below

    return (cloze_collision.check, maths.check, unclosed_code.check, mojibake.check)


def broken_cards(
    notes: Iterable[Note], note_types: Mapping[str, NoteType], settings: LintSettings
) -> Iterator[Finding]:
    """Report what breaks a card of these notes, unless project or note ignore that rule."""
    notes = list(filter(_may_be_broken, notes))
    if not notes:
        return
    from deckgen.lint.views import view_notes  # noqa: PLC0415 - slow to import, and most edits need no rules

    ignored = {text.value for text in settings.ignore}
    rules = [rule for rule in breaking_rules() if ignored.isdisjoint((rule.name, rule.group))]
    for view in view_notes(notes, note_types):
        lint = view.note.lint
        ignored = {code.value for code in lint.codes} if lint else set()
        for rule in rules:
            if ignored.isdisjoint((rule.name, rule.group)):
                found = map(rule.finding, rule.check(view, rule.defaults()))
                yield from (finding for finding in found if finding.severity is Severity.ERROR)


def _may_be_broken(note: Note) -> bool:
    """Tell whether a rule has anything to look at: this is asked of every note of every build."""
    for value in (*note.fields.values(), note.source):
        for text in (value,) if isinstance(value, Text) else value or ():
            source = text.value
            if _SIGN.search(source) and _SIGN.search(_SOUND.sub("", source)):
                return True
            if not source.isascii() and _DAMAGED.search(source):
                return True
    return False
