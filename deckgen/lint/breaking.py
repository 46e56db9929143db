"""The rules whose errors break a card: a build looks for these, for it ships no card that is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deckgen.lint.rule import Rule
from deckgen.lint.rules import cloze_collision, maths, mojibake, unclosed_code
from deckgen.lint.views import view_notes
from deckgen.model.diagnostics import Finding, Severity
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.settings import LintSettings
from deckgen.model.text import Text

BREAKING: tuple[Rule, ...] = (cloze_collision.check, maths.check, unclosed_code.check, mojibake.check)
# Without any of these in a text of ASCII, none of the rules finds anything.
_SIGNS = ("{{", "\\", "$", "`", "~~~")


def broken_cards(
    notes: Iterable[Note], note_types: Mapping[str, NoteType], settings: LintSettings
) -> Iterator[Finding]:
    """Report what breaks a card of these notes, unless project or note ignore that rule."""
    ignored = {text.value for text in settings.ignore}
    rules = [rule for rule in BREAKING if ignored.isdisjoint((rule.name, rule.group))]
    for view in view_notes(filter(_may_be_broken, notes), note_types):
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
            if not source.isascii() or any(map(source.__contains__, _SIGNS)):
                return True
    return False
