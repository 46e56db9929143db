"""What an author sees in an editor: keys, kinds and points to choose from, what they are for, and what is wrong.

It needs node and the real YAML language server: ``make test-tools`` brings it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from language_server import Editor

from deckgen.cli.group import group
from deckgen.source.schemas import FILES

REPOSITORY = Path(__file__).parents[2]
NOTE = "concepts:\n  - id: lag\n    prompt: What is lag?\n    answer: A distance.\n    "


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The project of chapter 36 in an editor, with schemas as `deckgen schema` writes them."""
    cards, folder = REPOSITORY / "cards", tmp_path_factory.mktemp("schemas")
    result = CliRunner().invoke(group, ["schema", "-p", os.fspath(cards), "-o", os.fspath(folder)])
    assert result.exit_code == 0, result.output
    editor = Editor(
        cards, {(folder / f"{name}.schema.json").as_uri(): list(globs) for name, globs in FILES.items()}
    )
    yield editor
    editor.close()


def test_the_keys_of_a_note_are_offered_with_what_they_are_for(editor: Editor):
    editor.open("ch36/new-1.yaml", NOTE)
    offered = editor.completions("ch36/new-1.yaml", 4, 4)
    assert {"covers", "tags", "source", "why", "example"} <= offered.keys()
    assert "says" not in offered
    assert "The reason behind the answer." in offered["why"]


def test_the_kinds_are_offered(editor: Editor):
    editor.open("ch36/new-2.yaml", "# Notes.\n")
    assert {"concepts", "red_flags", "trade_offs", "questions", "clozes"} <= editor.completions(
        "ch36/new-2.yaml", 0, 0
    ).keys()


def test_the_points_of_the_outline_are_offered_with_their_words(editor: Editor):
    editor.open("ch36/new-3.yaml", f"{NOTE}covers:\n      - ")
    offered = editor.completions("ch36/new-3.yaml", 5, 8)
    assert "ownership/end-to-end" in offered
    assert "ch36/ownership/end-to-end" in offered


def test_a_key_says_what_it_is_for_where_the_mouse_rests(editor: Editor):
    editor.open("ch36/new-4.yaml", NOTE)
    assert "The answer, at most 40 words." in editor.hover("ch36/new-4.yaml", 3, 6)


def test_what_is_wrong_is_underlined(editor: Editor):
    editor.open("ch36/new-5.yaml", NOTE.replace("answer", "anwser") + "covers: [nowhere/at-all]\n")
    errors = "\n".join(editor.errors("ch36/new-5.yaml"))
    assert '2: Missing property "answer".' in errors
    assert "4: Property anwser is not allowed." in errors
    assert "5: " in errors


def test_nothing_is_underlined_in_the_real_deck(editor: Editor):
    for file in (*sorted((REPOSITORY / "cards/ch36").glob("*.yaml")), REPOSITORY / "cards/deckgen.yaml"):
        path = file.relative_to(REPOSITORY / "cards").as_posix()
        editor.open(path, file.read_text(encoding="utf-8"))
        assert editor.errors(path) == []


def test_settings_are_offered_and_checked(editor: Editor):
    editor.open("sub7/deckgen.yaml", "name: Test\nid: test\n")
    assert {"language", "learn_first", "theme", "words"} <= editor.completions(
        "sub7/deckgen.yaml", 2, 0
    ).keys()
    editor.open(
        "notetypes/term/notetype.yaml",
        "name: Term\nlist: terms\nfields: [{name: a, role: askes}]\ncards: [{name: A}]\n",
    )
    assert any("role" in error or "asks" in error for error in editor.errors("notetypes/term/notetype.yaml"))
