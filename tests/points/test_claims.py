"""What a note must say and have for its claim to teach a point to count."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml
from conftest import MakeProject, Run
from measured import measured
from test_points_taught import NOTE_TYPES
from test_pytest_plugin import CHAPTER_36

from deckgen.coverage.claims import ClaimScale
from deckgen.coverage.measure import PointCoverage
from deckgen.model.notes import Note
from deckgen.source.note_files import read_notes
from deckgen.source.outline_files import read_outline


def weighed(
    points: dict[str, str], covers: str, text: str, *, cards: int = 1, needs: str = "{cards: 1}"
) -> tuple[dict[str, PointCoverage], list[str]]:
    """Return the coverage of the points by their ids, and the findings on a note's claims."""
    listed = "".join(
        f"    - {{id: {name}, text: '{said}', needs: {needs}}}\n" for name, said in points.items()
    )
    outline = f"id: ch01\nnumber: 1\ntitle: T\nsections:\n- id: s\n  title: S\n  points:\n{listed}"
    chapter, faults = read_outline(outline.encode(), "ch01/outline.yaml", NOTE_TYPES, "Test")
    notes = f"concepts:\n- id: a\n  covers: [{covers}]\n  prompt: '{text}'\n  answer: '.'\n"
    found, more = read_notes(notes.encode(), "ch01/a.yaml", "ch01", NOTE_TYPES)
    assert not [*faults, *more]
    coverage, findings = measured({"ch01": chapter}, found, cards)
    told = [
        f"{one.code.name}: {one.message} | {one.hint}" for one in findings if one.span.path == "ch01/a.yaml"
    ]
    return {point.point.id.value: point for point in coverage.points}, told


@pytest.mark.parametrize(
    ("point", "text", "counts", "said"),
    [
        ("Retries need jitter", "Why does each retry wait for a random time?", True, ""),
        ("Retries need jitter", "Who owns the sales table of the shop?", False, "almost nothing in common"),
        ("How do you behave in failures?", "Which failure is the worst one?", True, ""),
        ("Explain it to stakeholders, early and often", "Say it once, but early.", True, "little in common"),
        # Other languages, with endings and without spaces.
        ("Verantwortung für den ganzen Ablauf", "Wer ist für Abläufe verantwortlich?", True, ""),
        (
            "Verantwortung für den ganzen Ablauf",
            "Wie heißt der größte Planet von allen?",
            False,
            "almost nothing",
        ),
        ("Повторы должны быть безопасны", "Когда повтор записи безопасен для данных?", True, ""),
        ("星の明るさ", "等級は何の明るさを表すか。", True, ""),
        ("星の明るさ", "満月から次までは何日かかるか。", False, "almost nothing"),
        ("明星", "その星は明るい。", True, ""),
        # Of 7, 8, 10 and 11 pieces, the note has the first.
        ("abcdefghi", "Why is it abc?", True, ""),
        ("abcdefghij", "Why is it abc?", True, "little in common"),
        ("abcdefghijkl", "Why is it abc?", True, "has little in common"),
        ("abcdefghijklm", "Why is it abc?", False, "almost nothing in common"),
        # Too short to be compared.
        ("X", "Who owns the sales table?", True, ""),
    ],
)
def test_a_note_counts_for_a_point_whose_words_it_shares(point: str, text: str, said: str, *, counts: bool):
    points, told = weighed({"p": point}, "s/p", text)
    assert points["p"].is_taught is counts
    assert points["p"].refused == (() if counts else ("ch01/a",))
    message, _, hint = "".join(told).partition(" | ")
    assert said in message
    assert ("{point: s/p, because: …}" in hint) == bool(said)


def test_a_reason_lets_a_note_in_other_words_count_without_a_warning():
    covers = "{point: s/p, because: a refund is sent again}"
    points, told = weighed({"p": "Retries"}, covers, "What does a refund need?")
    assert (points["p"].is_taught, told) == (True, [])


@pytest.mark.parametrize(
    ("cards", "words", "counted"),
    [
        (1, 40, "abc"),
        (2, 60, "abcde"),
        (1, 25, "abc"),
        (1, 24, "ab"),
        (1, 13, "ab"),
        (1, 12, "a"),
        (1, 1, "a"),
        (0, 40, ""),
    ],
)
def test_a_note_counts_for_as_many_points_as_its_cards_and_words_can_teach(
    cards: int, words: int, counted: str
):
    points, told = weighed(dict.fromkeys("abcde", "X"), "s/a, s/b, s/c, s/d, s/e", "w " * words, cards=cards)
    assert "".join(name for name, point in points.items() if point.is_taught) == counted
    assert len(told) == (cards > 0 and counted != "abcde")
    if counted and told:
        message = told[0].partition(" | ")[0]
        assert f"covers 5 points and teaches {len(counted)} at the most" in message
        assert f"`s/{'abcde'[len(counted)]}`" in message


def test_a_claim_that_is_unlike_takes_no_room_from_the_others():
    points, _ = weighed(
        {"a": "Jitter", "b": "Backoff"},
        "s/a, s/b",
        "Why is a backoff good, and for which of all the calls is it a bad thing?",
    )
    assert [points["a"].is_taught, points["b"].is_taught] == [False, True]


def test_a_point_can_need_cards_and_kinds():
    needs = "{kinds: [concepts], cards: 2}"
    one, two = (weighed({"p": "X"}, "s/p", "Why is it so?", cards=n, needs=needs)[0]["p"] for n in (1, 2))
    assert (one.is_taught, one.missing_cards, one.needs_in_words()) == (False, 1, "needs 2 cards")
    assert (two.is_taught, two.missing_cards, two.needs_in_words()) == (True, 0, "")
    other = weighed({"p": "X"}, "s/p", "Why?", needs="{kinds: [red_flags], cards: 2}")[0]["p"]
    assert other.needs_in_words() == "needs red_flags, 2 cards"


@pytest.mark.parametrize(
    ("cards", "names", "in_passing", "on_one_card"),
    [(1, "s/a, s/b", True, True), (2, "s/a, s/b", False, False), (1, "s/a", False, True)],
)
def test_a_point_is_taught_on_its_own_in_passing_or_by_one_card(
    cards: int, names: str, *, in_passing: bool, on_one_card: bool
):
    points, _ = weighed(
        {"a": "X", "b": "X"}, names, "Why is it so, and for how long was it so in the past?", cards=cards
    )
    assert (points["a"].is_in_passing, points["a"].is_on_one_card) == (in_passing, on_one_card)


def test_a_point_that_is_not_taught_is_neither_in_passing_nor_on_one_card():
    points, _ = weighed({"a": "Retries need jitter"}, "s/a", "Who owns it?")
    assert not points["a"].is_in_passing
    assert not points["a"].is_on_one_card


FOUR_NOTES = {
    "concepts": [{"prompt": "What is this chapter about?", "answer": "Ownership."}],
    "red_flags": [
        {
            "says": "It was not my fault.",
            "signals": "Blaming others.",
            "instead": "I own it.",
            "rubric": ["Own it"],
        }
    ],
    "trade_offs": [
        {
            "option_a": "batch",
            "option_b": "streaming",
            "choose_a": "It is cheap.",
            "choose_b": "It is fast.",
            "decides": "Cost.",
        }
    ],
    "questions": [
        {"ask": "Tell me about a failure.", "tests": "Ownership.", "structure": ["STAR"], "rubric": ["All"]}
    ],
}


def test_four_empty_notes_that_claim_all_of_chapter_36_teach_next_to_nothing(
    make_project: MakeProject, run: Run
):
    outline = Path(CHAPTER_36.root / "ch36/outline.yaml").read_text(encoding="utf-8")
    needed: dict[str, list[str]] = {kind: [] for kind in FOUR_NOTES}
    for name, (_, point) in CHAPTER_36.chapters["ch36"].points.items():
        needed[point.needs[0] if point.needs else "concepts"].append(name)
    assert len(needed["concepts"]) == 68
    notes = {
        kind: [{"id": kind.replace("_", "-"), "covers": needed[kind], **entry} for entry in entries]
        for kind, entries in FOUR_NOTES.items()
    }
    root = make_project({"ch36/outline.yaml": outline, "ch36/a.yaml": yaml.safe_dump(notes)})
    (root / "ch01/outline.yaml").unlink(missing_ok=True)
    result = run("coverage", root, "--fail-under", "5.01")
    assert result.exit_code == 1
    percent = int(result.stdout.rpartition(" %)")[0].rpartition("(")[2])
    assert percent <= 5


def test_real_claims_count_and_claims_to_any_other_point_mostly_do_not():
    """The promise of docs/coverage.md: three in four wrong claims are found."""
    points = CHAPTER_36.chapters["ch36"].points
    scale = ClaimScale(points)
    rng = random.Random(36)
    wrong = found = 0

    def counts(note: Note, names: list[str]) -> int:
        span = note.id
        claims = [type(span)(f"ch36/{name}" if name.count("/") < 2 else name, span.span) for name in names]
        other = Note(note.chapter, note.id, note.kind, note.fields, tuple(claims))
        return len(scale.weigh(other, len(claims))[0].counted)

    for note in CHAPTER_36.notes:
        others = rng.sample([name for name in points if name not in dict(note.points)], 3)
        wrong += 3
        found += 3 - counts(note, others)
    assert found > 0.6 * wrong
