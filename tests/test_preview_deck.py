"""The deck behind the preview: whose findings are whose, and what stays while a file is broken."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from conftest import MakeProject

from deckgen.preview.assets import FOLDER
from deckgen.preview.deck import Deck, DeckReader
from deckgen.preview.server import changes_between
from deckgen.preview.static_page import NOTES_A_FILE

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: P?, answer: A}
  - covers: [basics/nowhere]
    id: b
    prompt: Q?
    answer: B
  - {id: c, covers: [basics/second], prompt: R?, answer: C}
"""


def _rows(deck: Deck) -> dict[str, Any]:
    return {row["id"]: row for row in json.loads(deck.to_json(1))["rows"]}


def _codes(deck: Deck) -> dict[str, list[str]]:
    return {name: [each["code"] for each in row["findings"]] for name, row in _rows(deck).items()}


def _write(root: Path, text: str) -> None:
    (root / "ch01" / "a.yaml").write_text(text, encoding="utf-8")


def test_a_finding_stands_with_its_note_wherever_in_it_the_id_stands(make_project: MakeProject):
    deck, _ = DeckReader(make_project(a=NOTES)).read()
    assert _codes(deck) == {"ch01/a": [], "ch01/b": ["covers-unknown"], "ch01/c": []}


def test_a_note_that_breaks_stays_in_its_place_as_it_was_with_the_finding(make_project: MakeProject):
    root = make_project(a=NOTES.replace("nowhere", "first"))
    reader = DeckReader(root)
    before, _ = reader.read()
    _write(root, NOTES.replace("nowhere", "first").replace("prompt: Q?", "prompt: ''").replace("C}", "D}"))
    after, _ = reader.read()
    assert list(after.entries) == list(before.entries)
    assert _codes(after) == {"ch01/a": [], "ch01/b": ["empty-text"], "ch01/c": []}
    assert [row["old"] for row in _rows(after).values()] == [False, True, False]
    assert after.entries["ch01/b"].rendered.fields["Prompt"] == "Q?"
    assert after.entries["ch01/c"].rendered.fields["Answer"] == "D"
    assert json.loads(after.findings)["counts"]["error"] == 1


def test_a_fault_of_yaml_is_not_laid_on_the_note_before_it(make_project: MakeProject):
    broken = NOTES.replace("nowhere", "first").replace("prompt: R?", 'prompt: "R?')
    root = make_project(a=broken)
    deck, _ = DeckReader(root).read()
    assert _codes(deck) == {"ch01/a": [], "ch01/b": []}
    _write(root, NOTES.replace("nowhere", "first"))
    reader = DeckReader(root)
    reader.read()
    _write(root, broken)
    deck, _ = reader.read()
    assert _codes(deck) == {"ch01/a": [], "ch01/b": [], "ch01/c": ["yaml-syntax"]}


def test_a_note_that_is_deleted_goes(make_project: MakeProject):
    root = make_project(a=NOTES.replace("nowhere", "first"))
    reader = DeckReader(root)
    reader.read()
    _write(root, "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}\n")
    deck, _ = reader.read()
    assert list(deck.entries) == ["ch01/a"]


def test_a_page_is_told_of_just_what_changed(make_project: MakeProject):
    good = NOTES.replace("nowhere", "first")
    root = make_project(a=good)
    reader = DeckReader(root)
    first, _ = reader.read()
    second, _ = reader.read()
    assert changes_between(first, second) is None
    _write(root, good.replace("answer: B", "answer: '**Bee**'"))
    third, _ = reader.read()
    changes = changes_between(second, third)
    assert changes is not None
    assert not changes["whole"]
    assert [row["id"] for row in changes["rows"]] == ["ch01/b"]
    assert "<strong>Bee</strong>" in changes["cards"]["ch01/b"][0]["back"]
    _write(root, good + "  - {id: d, covers: [basics/second], prompt: S?, answer: D}\n")
    fourth, _ = reader.read()
    changes = changes_between(third, fourth)
    assert changes is not None
    assert changes["whole"]


def test_what_the_lint_rules_find_stands_with_the_note_until_its_file_is_saved(make_project: MakeProject):
    good = NOTES.replace("nowhere", "first").replace("P?", "Is it so?").replace("answer: A", "answer: Yes")
    root = make_project(a=good, other=good.replace("id: ", "id: x-"))
    reader = DeckReader(root)
    reader.read()
    reader.lint()
    deck, _ = reader.read()
    assert "yes-no" in _codes(deck)["ch01/a"]
    assert "yes-no" in _codes(deck)["ch01/x-a"]
    _write(root, f"# above\n{good.replace('Yes', 'No')}")
    reader.changed_cards({"ch01/a.yaml"})
    deck, _ = reader.read()
    assert _codes(deck)["ch01/a"] == []
    assert "yes-no" in _codes(deck)["ch01/x-a"]
    reader.lint()
    deck, _ = reader.read()
    assert "yes-no" in _codes(deck)["ch01/a"]


def test_the_cards_of_a_saved_file_are_those_that_the_full_read_gives(make_project: MakeProject):
    good = NOTES.replace("nowhere", "first")
    root = make_project(a=good, other=good.replace("id: ", "id: x-"))
    reader = DeckReader(root)
    reader.read()
    _write(root, good.replace("answer: B", "answer: '**Bee**'").replace("prompt: P?", "prompt: ''"))
    cards = reader.changed_cards({"ch01/a.yaml", "ch01/new.yaml", "media/x.png"})
    assert list(cards) == ["ch01/b"]
    deck, _ = reader.read()
    assert cards["ch01/b"] == deck.entries["ch01/b"].sides()
    assert reader.changed_cards({"ch01/a.yaml"}) == {}


def test_sounds_have_a_button_and_what_is_typed_a_box(make_project: MakeProject):
    folder = "notetypes/spelling"
    root = make_project(
        {
            f"{folder}/notetype.yaml": (
                "name: Spelling\nlist: spellings\n"
                "fields: [{name: word, required: true}, {name: sound}]\ncards: [{name: Spell}]\n"
            ),
            f"{folder}/spell.front.html": "{{Sound}}{{type:Word}}{{tts en_US:Word}}",
            f"{folder}/spell.back.html": "{{FrontSide}}{{Type}}",
            "media/w.mp3": b"sound",
        },
        a="spellings:\n  - {id: w, covers: [basics/first], word: a <b, sound: '![](w.mp3)'}\n",
    )
    deck, _ = DeckReader(root).read()
    (sides,) = deck.entries["ch01/w"].sides()
    (name,) = deck.media
    assert f'data-play="{name}"' in sides["front"]
    assert "Anki reads aloud: a &lt;b" in sides["front"]
    assert '<input type="text" id="typeans"' in sides["front"]
    assert '<code id="typeans">a &lt;b</code>' in sides["back"]
    assert sides["back"].endswith("Spelling · Test</div>")


def test_the_page_looks_for_a_note_where_the_files_hold_it():
    script = (FOLDER / "files.js").read_text()
    assert re.search(r"NOTES_A_FILE = (\d+)", script)[1] == str(NOTES_A_FILE)


def test_a_note_type_of_an_authors_own_is_listed_by_what_its_first_field_joins(make_project: MakeProject):
    folder = "notetypes/duel"
    root = make_project(
        {
            f"{folder}/notetype.yaml": """\
                name: Duel
                list: duels
                fields:
                  - {name: both, joins: [left, right]}
                  - {name: case}
                  - {name: left, role: option}
                  - {name: right, role: option}
                cards: [{name: Choose}]
                """,
            f"{folder}/choose.front.html": "{{Case}} {{Left}} {{Right}}",
            f"{folder}/choose.back.html": "{{FrontSide}}",
        },
        a="duels:\n  - {id: a, covers: [basics/first], case: Ten rows, left: list, right: dict}\n",
    )
    deck, _ = DeckReader(root).read()
    assert _rows(deck)["ch01/a"]["title"] == "list or dict"


def test_a_trade_off_is_listed_by_both_its_options(make_project: MakeProject):
    note = "{id: a, covers: [basics/first], option_a: recognition, option_b: recall, choose_a: A, choose_b: B, decides: D}"
    deck, _ = DeckReader(make_project(a=f"trade_offs:\n  - {note}\n")).read()
    assert _rows(deck)["ch01/a"]["title"] == "recognition or recall"
