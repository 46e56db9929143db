"""The linter: which rules run with which limits, what notes may ignore, and the findings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from deckgen.lint.all_rules import RULES
from deckgen.lint.rule import DECK, GROUPS, TEXT, Check, Limits, Problem, Rule
from deckgen.lint.views import DeckView, view_notes
from deckgen.model.diagnostics import Code, Finding, Severity, did_you_mean
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter
from deckgen.model.settings import LintSettings, Settings
from deckgen.model.text import Edit, Text, whole_number
from deckgen.yaml.mapping_reader import BAD_VALUE, UNKNOWN_KEY

IGNORE_UNNEEDED = Code(
    "ignore-unneeded",
    Severity.WARNING,
    "An ignored rule finds nothing here",
    "The fault was fixed, or was never there. If the rule stays ignored, the next such fault goes unnoticed.",
    bad="""\
concepts:
  - id: lag
    lint: {ignore: [yes-no], reason: asked like this in interviews}
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
""",
    good="""\
concepts:
  - id: lag
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
""",
)
IGNORE_WITHOUT_REASON = Code(
    "ignore-without-reason",
    Severity.WARNING,
    "A rule is ignored without a reason",
    "A reviewer, or the author in a year, cannot tell a decision from a short cut.",
    bad="""\
concepts:
  - id: quicksort
    lint: {ignore: [yes-no]}
    prompt: Is quicksort stable?
    answer: "No."
""",
    good="""\
concepts:
  - id: quicksort
    lint: {ignore: [yes-no], reason: one warms up with it in most interviews}
    prompt: Is quicksort stable?
    answer: "No."
""",
)
CODES = (*(rule.code for rule in RULES), IGNORE_UNNEEDED, IGNORE_WITHOUT_REASON)

_BY_NAME = {rule.name: rule for rule in RULES}
# The largest limit that makes sense anywhere: no field has a million words.
_HIGHEST_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the linter found, and the edits that `--fix` can make."""

    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]


def names_of(word: str) -> tuple[str, ...]:
    """Return the rules that a word stands for: those of a group, or the rule of that name, or none."""
    if word in GROUPS:
        return tuple(rule.name for rule in RULES if rule.group == word)
    return (word,) if word in _BY_NAME else ()


def known_words() -> tuple[str, ...]:
    """Return the names of all groups and rules."""
    return (*GROUPS, *_BY_NAME)


def lint(
    notes: Iterable[Note],
    *,
    note_types: Mapping[str, NoteType],
    chapters: Mapping[str, Chapter],
    settings: Settings,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    after_fix: bool = False,
) -> LintReport:
    """Run the rules over notes.

    Args:
        notes: all notes of a project, drafts too.
        note_types: by kind.
        chapters: by id.
        settings: the project's; what is wrong with its ``lint`` is among the findings.
        select: names of the rules to run; empty for all that are on.
        ignore: names of rules not to run.
        after_fix: whether `--fix` has run already, so that the hints do not suggest it.

    Returns:
        The findings, unsorted, and the edits that `--fix` can make.
    """
    limits, findings = _limits(settings.lint)
    rules = _rules_to_run(settings, select, ignore)
    # One that has no id cannot be named in a message.
    deck = DeckView(view_notes((note for note in notes if note.id.value), note_types), chapters)
    ran = {rule.name for rule in rules}
    usual = {rule.name for rule in _rules_to_run(settings, (), ())}
    ignored = {view.note.full_id: _ignored_by(view.note) for view in deck.notes if view.note.lint}
    reported: dict[str, set[str]] = defaultdict(set)
    edits = []
    for rule, problem, note in _problems(rules, deck, limits):
        if note is not None and rule.name in ignored.get(note.full_id, ()):
            reported[note.full_id].add(rule.name)
            continue
        findings.append(rule.finding(problem, after_fix=after_fix))
        if problem.edit:
            edits.append(problem.edit)
    for view in deck.notes:
        if view.note.lint:
            findings += _check_ignored(view.note)
            if not view.note.unread:
                findings += _unneeded(view.note, reported[view.note.full_id], ran, usual, whole=not select)
    return LintReport(tuple(findings), tuple(edits))


def _problems(
    rules: Iterable[Rule], deck: DeckView, limits: Mapping[str, Limits]
) -> Iterator[tuple[Rule, Problem, Note | None]]:
    by_kind: dict[str, list[tuple[Rule, Check, Limits]]] = {}
    rules = tuple(rules)
    for view in deck.notes:
        kind = view.note.kind
        if kind not in by_kind:
            roles = {role for field_roles in view.note_type.roles().values() for role in field_roles}
            by_kind[kind] = [
                (rule, rule.check, limits[rule.name])
                for rule in rules
                if rule.group != DECK and not (rule.roles and roles.isdisjoint(rule.roles))
            ]
        for rule, check, limit in by_kind[kind]:
            # Without a field that could not be read, only rules on each text by itself are right.
            if rule.group == TEXT or not view.note.unread:
                for problem in check(view, limit):
                    yield rule, problem, view.note
    for rule in rules:
        if rule.group == DECK:
            for problem in rule.check(deck, limits[rule.name]):
                yield rule, problem, problem.note


def _rules_to_run(settings: Settings, select: Collection[str], ignore: Collection[str]) -> list[Rule]:
    """Return the rules in their order; what the command line selects overrides what the project ignores."""
    enabled = {name for text in settings.lint.enable for name in names_of(text.value)}
    off = set(ignore)
    if not select:
        off |= {name for text in settings.lint.ignore for name in names_of(text.value)}
    speaks_english = settings.language.split("-")[0] == "en"
    return [
        rule
        for rule in RULES
        if (rule.name in select if select else rule.on or rule.name in enabled)
        and rule.name not in off
        and (speaks_english or not rule.english)
    ]


def _limits(settings: LintSettings) -> tuple[Mapping[str, Limits], list[Finding]]:
    """Return each rule's limits, the project's own in place of the defaults, and what is wrong with those."""
    findings = [
        _unknown(text, known_words(), "rule or group of rules")
        for text in (*settings.ignore, *settings.enable)
        if not names_of(text.value)
    ]
    limits = {rule.name: rule.defaults() for rule in RULES}
    for name, (key, own) in settings.limits.items():
        if name not in _BY_NAME:
            hint = did_you_mean(name, _BY_NAME, "`deckgen explain` lists the rules.", settings.limits)
            findings.append(UNKNOWN_KEY.at(key.span, f"There is no lint rule `{name}`.", hint))
            continue
        known = limits[name]
        for limit, (place, text) in own.items():
            value = whole_number(text.value)
            example = f"Write one such as `{limit}: {known.get(limit)}`."
            if limit not in known:
                words = ", ".join(f"`{word}`" for word in known)
                known_here = f"Its limits are {words}." if known else "It has no limits."
                hint = did_you_mean(limit, known, known_here, own)
                findings.append(UNKNOWN_KEY.at(place.span, f"`{name}` has no limit `{limit}`.", hint))
            elif limit == "percent" and known[limit] <= 100 and (value is None or not 1 <= value <= 100):
                message = f"`{limit}` takes a percentage from 1 to 100, not `{text.value[:40]}`."
                findings.append(BAD_VALUE.at(text.span, message, example))
            elif value is None or value > _HIGHEST_LIMIT:
                message = f"`{limit}` takes a whole number, not `{text.value[:40]}`."
                findings.append(BAD_VALUE.at(text.span, message, example))
            else:
                known[limit] = value
    return limits, [*findings, *_both_ways(settings)]


def _both_ways(settings: LintSettings) -> Iterator[Finding]:
    """Report each name that the project both enables and ignores."""
    ignored = {text.value for text in settings.ignore}
    for text in settings.enable:
        if text.value in ignored:
            message = f"`{text.value}` is both in `enable` and in `ignore`; it does not run."
            yield BAD_VALUE.at(text.span, message, "Remove it from one of them.")


def _unknown(text: Text, known: Iterable[str], what: str) -> Finding:
    hint = did_you_mean(text.value, known, "`deckgen explain` lists the rules.")
    return BAD_VALUE.at(text.span, f"There is no {what} `{text.value}`.", hint)


def _ignored_by(note: Note) -> frozenset[str]:
    """Return the names of the rules that a note ignores, by name or by group."""
    codes = note.lint.codes if note.lint else ()
    return frozenset(name for code in codes for name in names_of(code.value))


def _check_ignored(note: Note) -> Iterator[Finding]:
    if note.lint is None:
        return
    if note.lint.reason is None:
        hint = "Add `reason:` beside `ignore:`."
        yield IGNORE_WITHOUT_REASON.at(note.lint.span, "`ignore` has no reason.", hint)
    for code in note.lint.codes:
        if not names_of(code.value):
            yield _unknown(code, known_words(), "rule or group of rules")


def _unneeded(
    note: Note, reported: Collection[str], ran: Collection[str], usual: Collection[str], *, whole: bool
) -> Iterator[Finding]:
    """Report rules that a note ignores although they find nothing in it.

    A rule in ``usual``, which runs by default, is judged only if it ``ran`` this time. With ``whole`` false
    (the command line selects rules), rules that are off are not reported.
    """
    for code in note.lint.codes if note.lint else ():
        names = names_of(code.value)
        looked = [name for name in names if name in usual] or [name for name in names if name in ran]
        if looked and all(name in ran for name in looked) and not any(name in reported for name in names):
            message = f"`{code.value}` finds nothing in `{note.id.value}`."
            yield IGNORE_UNNEEDED.at(code.span, message, "Remove it from `ignore`.")
        elif whole and not looked and names and not any(_BY_NAME[name].on for name in names):
            message = f"`{code.value}` is off in this project: there is nothing to ignore."
            yield IGNORE_UNNEEDED.at(code.span, message, "Remove it from `ignore`.")
