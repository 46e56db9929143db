"""The linter: each rule finds its bad example and leaves its good one alone; what projects and notes may set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import SETTINGS, MakeProject, Run
from hypothesis import given
from hypothesis import strategies as st

from deckgen.build.lint_run import lint_sources
from deckgen.build.project_reader import read_sources
from deckgen.lint.all_rules import RULES
from deckgen.lint.breaking import breaking_rules, broken_cards
from deckgen.lint.engine import lint
from deckgen.lint.rule import GROUPS, Rule
from deckgen.lint.views import view_notes
from deckgen.model.diagnostics import Finding, Severity
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.settings import Settings
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}
# What makes a card broken or sound, one beside the other.
PIECES = r"` `` ``` ```↵ ```sql↵ ↵```↵ ↵``` ~~~ ~~~↵ ↵ \ \( \) $ {{c1:: }} :: { } x^2 \sigma int â€™ Ã©"
OUTLINE = b"""\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points: [{id: first, text: First}, {id: second, text: Second}]
"""
CHAPTER, _ = read_outline(OUTLINE, "ch01/outline.yaml", NOTE_TYPES, "Test")


def notes_of(source: str, note_types: Mapping[str, NoteType] = NOTE_TYPES) -> list[Note]:
    notes, findings = read_notes(source.encode(), "ch01/a.yaml", "ch01", note_types)
    assert not findings
    return notes


def run_rules(
    source: str, *names: str, language: str = "en", note_types: Mapping[str, NoteType] = NOTE_TYPES
) -> tuple[Finding, ...]:
    report = lint(
        notes_of(source, note_types),
        note_types=note_types,
        chapters={"ch01": CHAPTER},
        settings=Settings("Test", "test", language),
        select=names,
    )
    return report.findings


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code.name for finding in findings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_its_bad_example_and_passes_its_good_one(rule: Rule):
    assert codes(run_rules(rule.code.bad, rule.name)) == {rule.name}
    assert run_rules(rule.code.good, rule.name) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_good_example_is_good_by_all_other_rules_too(rule: Rule):
    found = {finding for finding in run_rules(rule.code.good) if finding.severity >= Severity.WARNING}
    assert found == set()


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.roles], ids=lambda rule: rule.name)
def test_a_rule_finds_nothing_in_notes_that_have_no_field_of_its_roles(rule: Rule):
    sources = {text for other in RULES for text in (other.code.bad, other.code.good)}
    views = view_notes([note for source in sources for note in notes_of(source)], NOTE_TYPES)
    passed_by = [
        view
        for view in views
        if not any(set(rule.roles) & set(roles) for roles in view.note_type.roles().values())
    ]
    assert passed_by
    assert [problem for view in passed_by for problem in rule.check(view, rule.defaults())] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_complete(rule: Rule):
    assert rule.group in GROUPS
    assert rule.source
    assert rule.code.why.endswith(".")
    measured = rule.measured
    assert measured.notes_reported <= measured.notes
    assert measured.findings_right <= measured.findings_read
    if rule.on and measured.findings_read:
        assert measured.findings_right >= 0.8 * measured.findings_read, (
            "wrong more often than one time in five: off, or mended"
        )
    assert measured.findings_read or measured.remark


SHOWS_LIMIT = {
    "answer-too-long: spoken_words": "red_flags: [{id: a, says: A, signals: B, instead: I did it}]\n",
    "vague-front: answer_words": "concepts:\n  - {id: a, prompt: Raft, answer: A way to agree}\n",
    "front-too-long: context_words": "questions:\n  - {id: a, ask: Tell me, tests: A, structure: [B], rubric: [C]}\n",
    "cloze-hides-too-much: percent": 'clozes:\n  - {id: a, text: "One {{c1::a b c d e f}} two three"}\n',
    "cloze-hides-too-much: some_words": 'clozes:\n  - {id: a, text: "One {{c1::a b c}} two"}\n',
    "answer-in-question: percent": (
        "concepts:\n  - {id: a, prompt: Which broker elects the partition leader after a crash?, "
        "answer: The broker elects the partition leader quickly}\n"
    ),
    "trade-off-one-sided: percent": """\
        trade_offs:
          - {id: a, option_a: A, option_b: B, choose_a: C, decides: D,
             choose_b: one two three four five six seven eight nine ten}
        """,
    "answer-seconds: words_a_minute": """\
        questions:
          - {id: a, ask: A, tests: T, structure: [S], rubric: [R], strong: Long, seconds: 1}
        """,
    "cloze-hides-too-much: hinted_words": 'clozes:\n  - {id: a, text: "One {{c1::a b c d::what?}} two"}\n',
}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.limits], ids=lambda rule: rule.name)
def test_a_project_can_set_each_limit(rule: Rule, make_project: MakeProject):
    """One as small as can be and a huge one do not say the same of a note."""
    for limit in rule.limits:
        found = set()
        share = limit.name == "percent" and limit.default <= 100
        for value in (1, 100) if share else (0, 1000):
            settings = f"name: Test\nid: test\nlint: {{{rule.name}: {{{limit.name}: {value}}}}}\n"
            source = SHOWS_LIMIT.get(f"{rule.name}: {limit.name}", rule.code.bad)
            root = make_project({"deckgen.yaml": settings}, a=source)
            sources, _ = read_sources(root)
            findings, _ = lint_sources(sources, {rule.name})
            found.add(tuple((finding.message, finding.severity) for finding in findings))
        assert len(found) == 2, limit.name


ANY_LANGUAGE = {
    "answer-many-sentences",
    "answer-seconds",
    "answer-too-long",
    "back-too-long",
    "cloze-collision",
    "cloze-gap",
    "cloze-hides-too-much",
    "cloze-too-many",
    "code-too-wide",
    "coverage-one-sided",
    "duplicate-front",
    "foreign-mark",
    "front-too-long",
    "image-no-alt",
    "lines-joined",
    "line-start",
    "list-too-long",
    "maths",
    "mojibake",
    "similar-front",
    "similar-note",
    "source-missing",
    "table",
    "tag-once",
    "tag-style",
    "text-dropped",
    "trade-off-one-sided",
    "unclosed-code",
}


def test_rules_on_words_of_english_rest_in_other_languages():
    source = "concepts:\n  - {id: a, prompt: Is it so?, answer: Ja}\n"
    assert codes(run_rules(source)) == {"yes-no", "orphan-pronoun"}
    assert run_rules(source, language="de") == ()
    german = {rule.name for rule in RULES if run_rules(rule.code.bad, rule.name, language="de")}
    assert german == ANY_LANGUAGE


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.name != "coverage-one-sided"], ids=lambda rule: rule.name
)
def test_a_note_may_ignore_each_rule_but_the_one_on_outlines(rule: Rule):
    ignoring = f"lint: {{ignore: [{rule.name}], reason: so}}"
    block = re.sub(r"^( *)- id: (.*)$", rf"\1- id: \2\n\1  {ignoring}", rule.code.bad, flags=re.MULTILINE)
    source = re.sub(r"{id: (\w+),", rf"{{id: \1, {ignoring},", block)
    assert source != rule.code.bad
    assert rule.name not in codes(run_rules(source, rule.name))


def test_a_note_type_of_an_authors_own_gets_the_general_rules_by_its_roles(
    make_project: MakeProject, run: Run
):
    note_type = """\
        name: Term
        list: terms
        fields:
          - {name: term, role: asks}
          - {name: meaning, role: answers}
          - {name: remark}
        cards: [{name: Term}]
        """
    long = "word " * 41
    root = make_project(
        {
            "notetypes/term/notetype.yaml": note_type,
            "notetypes/term/term.front.html": "{{Term}}",
            "notetypes/term/term.back.html": "{{Meaning}}{{Remark}}",
        },
        a=f"terms:\n  - {{id: a, term: Is it?, meaning: {long}, remark: {long}}}\n",
    )
    stderr = run("lint", root).stdout
    assert re.findall(r"a\.yaml:2:(\d+): \S+ (\S+)", stderr) == [
        ("22", "orphan-pronoun"),
        ("236", "answer-too-long"),
        ("251", "back-too-long"),
    ]


def own_note_type(built_in: NoteType) -> NoteType:
    """Return a note type with the same roles, whose list and fields have names of their own."""
    fields = tuple(replace(field, key=f"own_{field.key}") for field in built_in.fields)
    return replace(built_in, kind=f"own_{built_in.kind}", fields=fields)


OWN_TYPES = {own.kind: own for own in map(own_note_type, NOTE_TYPES.values())}
OWN_NAMES = {
    *NOTE_TYPES,
    *(field.key for note_type in NOTE_TYPES.values() for field in note_type.fields),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_the_same_in_a_note_type_of_an_authors_own_with_the_same_roles(rule: Rule):
    own = re.sub(rf"(^ *|, )({'|'.join(OWN_NAMES)}):", r"\1own_\2:", rule.code.bad, flags=re.MULTILINE)
    found, found_in_own = (
        [(finding.span.line, finding.severity, finding.message) for finding in findings]
        for findings in (
            run_rules(rule.code.bad, rule.name),
            run_rules(own, rule.name, note_types=OWN_TYPES),
        )
    )
    assert found_in_own == found


def test_a_finding_points_at_the_word_within_a_folded_text(make_project: MakeProject, run: Run):
    words = "\n".join("      " + " ".join(f"w{line}{word}" for word in range(8)) for line in range(6))
    source = f"concepts:\n  - id: a\n    prompt: What is long?\n    answer: >-\n{words}\n"
    stderr = run("lint", make_project(a=source)).stdout
    # The 41st word is the first of the sixth line.
    assert "ch01/a.yaml:10:7: warning answer-too-long The answer has 48 words." in stderr


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ('"A \\"quoted\\" \\\\ caf\\xe9, \\u00e9\\tand `open"', 51),
        ("'It''s a `lone tick'", 22),
        ("Plain `open", 19),
    ],
)
def test_a_finding_points_at_the_place_past_quotes_and_escapes(
    written: str, column: int, make_project: MakeProject, run: Run
):
    root = make_project(a=f"concepts:\n  - id: a\n    prompt: Which?\n    answer: {written}\n")
    (line,) = [
        line for line in run("lint", root).stdout.splitlines() if re.search(": [a-z]+ unclosed-code ", line)
    ]
    assert line.startswith(f"cards/ch01/a.yaml:4:{column}: ")


@given(
    st.lists(st.text(alphabet="aZ `$*_{}c1:\\|-\n.?éâ€\u2019", max_size=40), min_size=6, max_size=6),
    st.sampled_from(["concepts", "clozes", "red_flags", "trade_offs"]),
)
def test_no_text_makes_a_rule_fail(texts: list[str], kind: str):
    keys = [field.key for field in NOTE_TYPES[kind].fields if field.type != "list"][:6]
    fields = {key: Text(text, "a.yaml") for key, text in zip(keys, texts, strict=False)}
    notes = [Note("ch01", Text(name, "a.yaml"), kind, fields) for name in ("one", "two")]
    lint(notes, note_types=NOTE_TYPES, chapters={}, settings=Settings("Test", "test"))


def test_what_may_be_ignored_is_named_by_rule_or_group(make_project: MakeProject, run: Run):
    source = 'concepts:\n  - {id: a, prompt: "Is it `?", answer: "No"}\n'
    root = make_project(a=source)
    assert "yes-no" in run("lint", root).stdout
    assert "yes-no" not in run("lint", root, "--ignore", "yes-no").stdout
    assert run("lint", root, "--ignore", "prompts,text").exit_code == 0
    assert run("lint", root, "--select", "clozes").stdout == "No findings in 1 note\n"
    settings = "name: Test\nid: test\nlint: {ignore: [prompts]}\n"
    root = make_project({"deckgen.yaml": settings}, a=source)
    assert "yes-no" not in run("lint", root).stdout
    # What is asked for by name is run.
    assert "yes-no" in run("lint", root, "--select", "yes-no").stdout


def test_a_rule_that_is_off_runs_when_enabled_or_selected(make_project: MakeProject, run: Run):
    rule = next(rule for rule in RULES if not rule.on)
    root = make_project(a=rule.code.bad)
    assert rule.name not in run("lint", root).stdout
    assert rule.name in run("lint", root, "--select", rule.name).stdout
    settings = f"name: Test\nid: test\nlint: {{enable: [{rule.name}]}}\n"
    make_project({"deckgen.yaml": settings}, a=rule.code.bad)
    assert rule.name in run("lint", root).stdout


def test_an_ignore_is_not_called_unneeded_when_its_rule_did_not_run(make_project: MakeProject, run: Run):
    source = "concepts:\n  - {id: a, lint: {ignore: [yes-no], reason: r}, prompt: Which?, answer: B}\n"
    root = make_project(a=source)
    assert "ignore-unneeded" in run("lint", root).stdout
    assert "ignore-unneeded" not in run("lint", root, "--select", "maths").stdout


@pytest.mark.parametrize("rule", breaking_rules(), ids=lambda rule: rule.name)
def test_a_build_ships_no_card_that_a_rule_calls_broken(rule: Rule, make_project: MakeProject, run: Run):
    root = make_project(a=rule.code.bad)
    result = run("build", root, "-o", "deck.apkg")
    assert f" error {rule.name} " in result.stderr
    assert not Path("deck.apkg").exists()
    (root / "ch01/a.yaml").write_text(
        f"{rule.code.bad}    lint: {{ignore: [{rule.name}], reason: meant so}}\n"
    )
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    (root / "ch01/a.yaml").write_text(rule.code.bad)
    assert run("build", root, "-o", "deck.apkg").exit_code == 1
    (root / "deckgen.yaml").write_text(f"{SETTINGS}lint: {{ignore: [{rule.group}]}}\n")
    assert run("build", root, "-o", "deck.apkg").exit_code == 0


def test_the_rules_that_find_errors_are_those_that_a_build_runs():
    """So that no build ships what ``check`` calls an error."""
    assert {rule.name for rule in RULES if rule.code.severity is Severity.ERROR} == {
        rule.name for rule in breaking_rules()
    }


@given(st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=8).map("".join))
def test_a_build_finds_each_error_that_the_rules_find(text: str):
    """It looks at most texts with a quick test alone."""
    value = Text(text.replace("↵", "\n"), "a.yaml")
    fields = (("concepts", "answer"), ("clozes", "text"))
    notes = [Note("ch01", Text("a", "a.yaml"), kind, {key: value}) for kind, key in fields]
    rules = [(rule, view) for view in view_notes(notes, NOTE_TYPES) for rule in breaking_rules()]
    found = [rule.finding(problem) for rule, view in rules for problem in rule.check(view, {})]
    errors = [(one.code.name, one.span) for one in found if one.severity is Severity.ERROR]
    broken = broken_cards(notes, NOTE_TYPES, Settings(name="", id="").lint)
    assert [(one.code.name, one.span) for one in broken] == errors


def test_a_build_counts_the_remarks_of_check(make_project: MakeProject, run: Run):
    notes = "concepts:\n  - {id: a, covers: [basics/first], prompt: Is it?, answer: 'No'}\n"
    root = make_project(a=notes)
    counts = run("check", root).stdout.splitlines()[-1]
    result = run("build", root, "-o", "deck.apkg")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"`deckgen check --project cards` reports {counts}."
    clean = notes.replace("basics/first", "basics/first, basics/second").replace(
        "Is it?", "Which queue keeps the order of records for all of its readers?"
    )
    (root / "ch01/a.yaml").write_text(clean.replace("'No'", "A log"))
    assert (
        run("build", root, "-o", "deck.apkg").stdout.splitlines()[-1]
        == "`deckgen check --project cards` reports nothing."
    )


def ignoring(word: str, prompt: str) -> str:
    return (
        f"concepts:\n  - {{id: a, lint: {{ignore: [{word}], reason: r}}, prompt: '{prompt}', answer: 'No'}}\n"
    )


def test_a_note_may_ignore_a_group(make_project: MakeProject, run: Run):
    assert run("lint", make_project(a=ignoring("prompts", "Is quicksort stable?"))).stdout.startswith("No ")
    needless = make_project(a=ignoring("prompts", "Which sort swaps neighbours in place?"))
    assert "ignore-unneeded" in run("lint", needless).stdout
    # One rule of the group is no proof for all of them.
    assert "ignore-unneeded" not in run("lint", needless, "--select", "maths,yes-no").stdout


def test_to_ignore_a_rule_that_is_off_is_unneeded(make_project: MakeProject, run: Run):
    rule = next(rule for rule in RULES if not rule.on)
    root = make_project(a=ignoring(rule.name, "Which sort swaps neighbours in place?"))
    assert f"`{rule.name}` is off in this project" in run("lint", root).stdout
    assert "ignore-unneeded" not in run("lint", root, "--select", "maths").stdout


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("cloze-hides-too-much: {percent: 0}", "`percent` takes a percentage from 1 to 100, not `0`."),
        ("cloze-hides-too-much: {percent: 101}", "`percent` takes a percentage from 1 to 100, not `101`."),
        ("enable: [yes-no], ignore: [yes-no]", "`yes-no` is both in `enable` and in `ignore`"),
    ],
)
def test_settings_that_make_no_sense_are_found(
    settings: str, message: str, make_project: MakeProject, run: Run
):
    root = make_project(
        {"deckgen.yaml": f"name: Test\nid: test\nlint: {{{settings}}}\n"},
        a="concepts:\n  - {id: a, prompt: Which sort merges halves?, answer: Merge sort}\n",
    )
    assert run("lint", root).stdout.count(message) == 1
