"""The order in which the real Anki brings new cards, day by day, with the options that it comes with."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, cloze, concept, question
from conftest import REPOSITORY, Run

DAY = 86_400
A_DAY = 20  # new cards, by Anki's default


def trade_off(name: str) -> dict[str, object]:
    """Return a trade-off, which has three cards."""
    parts = dict.fromkeys(("choose_a", "choose_b", "decides"), "Because.")
    return {"id": name, "covers": ["first/p2"], "option_a": name, "option_b": "b", **parts}


def study(reader: Reader, deck: str, days: int) -> list[list[int]]:
    """Study a deck for some days, now and then with a wrong answer; return each day's new cards by id."""
    dice = random.Random(18)
    seen = []
    for _ in range(days):
        reader.col.decks.select(reader.col.decks.id(deck))
        seen.append(list(_study_today(reader, dice)))
        reader.col.db.execute("update col set crt = crt - ?", DAY)
        reader.col.db.execute("update cards set due = due - ? where queue = 1", DAY)
        reader.reopen()
    return seen


def _study_today(reader: Reader, dice: random.Random) -> Iterator[int]:
    while card := reader.col.sched.getCard():
        if card.type == 0:
            yield card.id
        card.start_timer()
        reader.col.sched.answerCard(card, dice.choice((1, 3, 3, 3)))


def notes_of(reader: Reader, cards: Iterable[int]) -> list[int]:
    return [reader.col.get_card(card).nid for card in cards]


def kinds_of(reader: Reader, cards: Iterable[int]) -> list[str]:
    """Return what each card's note type is called."""
    return [reader.col.get_card(card).note_type()["name"].partition(" · ")[0] for card in cards]


def together(notes: list[int]) -> list[int]:
    """Return the notes that have two cards side by side."""
    return [first for first, second in pairwise(notes) if first == second]


def test_for_two_weeks_the_real_deck_keeps_siblings_apart_and_brings_its_drills(
    tmp_path: Path, run: Run, reader: Reader
):
    cards = shutil.copytree(REPOSITORY / "cards", tmp_path / "cards")
    run("build", cards, "-o", "deck.apkg")
    reader.import_package(tmp_path / "deck.apkg")
    days = study(reader, "Data Engineering Interview", 14)
    assert sum(map(len, days)) == reader.col.card_count()
    by_day = [notes_of(reader, day) for day in days]
    assert [together(day) for day in by_day] == [[]] * 14
    assert all(len(day) == len(set(day)) for day in by_day[:12])
    drills = [kinds_of(reader, day).count("Question") for day in days]
    assert drills == [2] * 10 + [0] * 4


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """Return an author of a small chapter: 30 concepts, two trade-offs, a cloze of four, five questions."""
    someone = Author(tmp_path, {"a_day": {"questions": 2}})
    someone.notes(
        concepts=[concept(f"c{number:02}") for number in range(30)],
        trade_offs=[trade_off("batch"), trade_off("lake")],
        clozes=[cloze("many", "{{c1::a}} {{c2::b}} {{c3::c}} {{c4::d}}")],
        questions=[question(f"q{number}") for number in range(5)],
    )
    someone.build()
    return someone


def test_in_a_small_deck_no_note_comes_twice_on_the_first_day_or_side_by_side(author: Author, reader: Reader):
    reader.import_package(author.package)
    days = study(reader, "Test", 3)
    assert [len(day) for day in days] == [20, 20, 5]
    by_day = [notes_of(reader, day) for day in days]
    assert len(set(by_day[0])) == A_DAY
    assert [together(day) for day in by_day] == [[], [], []]
    assert [kinds_of(reader, day).count("Question") for day in days] == [2, 2, 1]


def test_new_cards_keep_the_order_of_learning(author: Author, reader: Reader):
    reader.import_package(author.package)
    days = study(reader, "Test", 2)
    text = [reader.col.get_note(note).fields[0] for day in days for note in notes_of(reader, day)]
    concepts = [field for field in text if field.startswith("What is c")]
    assert concepts == sorted(concepts)


def test_an_update_moves_no_card_of_a_reader_who_has_begun(author: Author, reader: Reader):
    reader.import_package(author.package)
    study(reader, "Test", 1)
    cards = reader.cards()
    author.notes("ch01/a-first.yaml", concepts=[concept("a1"), concept("a2")], trade_offs=[trade_off("a3")])
    author.build()
    assert reader.import_package(author.package).new == 3
    assert cards.items() <= reader.cards().items()
    (tomorrow,) = study(reader, "Test", 1)
    assert {"What is a1?", "What is a2?"} <= {
        reader.col.get_note(note).fields[0] for note in notes_of(reader, tomorrow)
    }


def test_a_trade_off_gives_no_answer_away_on_another_of_its_cards(tmp_path: Path, reader: Reader):
    author = Author(tmp_path)
    parts = {"choose_a": "Slow", "choose_b": "Fast", "decides": "Money", "example": "Cases"}
    author.notes(trade_offs=[{**trade_off("batch"), **parts}])
    author.build()
    reader.import_package(author.package)
    cards = [reader.col.get_card(card) for card in reader.col.find_cards("")]
    shown = {card.template()["name"]: card.question() + card.answer() for card in cards}
    assert {
        name: [word for word in parts.values() if f">{word}<" in html] for name, html in shown.items()
    } == {
        "When A": ["Slow"],
        "When B": ["Fast"],
        "What decides": ["Money", "Cases"],
    }
