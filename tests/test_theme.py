"""An author's own look: it reaches the reader's Anki, and changes what is seen there."""

from __future__ import annotations

from pathlib import Path

from anki_collection import Reader
from conftest import SETTINGS, MakeProject, Run

from deckgen.build.project_reader import read_sources
from deckgen.model.note_type import BUILT_IN
from deckgen.model.text import Text
from deckgen.source.media import MediaLibrary
from deckgen.source.stylesheet import read_stylesheet
from deckgen.source.theme import contrast

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}
questions:
  - {id: b, ask: Why <b>us</b>?, tests: T, structure: [S], rubric: [R]}
"""
THEME = SETTINGS + "theme: {font: 'Georgia, serif', size: 20, dark: {red_flag: FFF}, stylesheet: brand.css}\n"


def test_a_theme_follows_the_style_of_every_note_type_in_the_package(
    make_project: MakeProject, run: Run, reader: Reader
):
    files = {"deckgen.yaml": THEME, "brand.css": ".kind { border-radius: 0; }\n"}
    assert run("build", make_project(files, a=NOTES), "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    for name in reader.note_types():
        css = reader.col.models.by_name(name)["css"]
        assert css.endswith(
            ".card { --font: Georgia, serif; }\n.card { --size: 1.25rem; }\n"
            ".card.nightMode { --red-flag: #ffffff; }\n.kind { border-radius: 0; }\n"
        )
        assert "/*" not in css  # a card carries no comments


def test_questions_are_read_aloud_only_where_a_language_is_named(
    make_project: MakeProject, run: Run, reader: Reader
):
    root = make_project({"deckgen.yaml": SETTINGS}, a=NOTES)
    run("build", root, "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    assert _spoken(reader) == []
    (root / "deckgen.yaml").write_text(SETTINGS + "speech: en_US\n", encoding="utf-8")
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    assert _spoken(reader) == [("en_US", "Why us?")]


def _spoken(reader: Reader) -> list[tuple[str, str]]:
    cards = map(reader.col.get_card, reader.col.find_cards(""))
    tags = (tag for card in cards for tag in card.render_output().question_av_tags)
    return [(tag.lang, tag.field_text) for tag in tags]


def test_contrast_is_that_of_the_guidelines():
    """The values are those of the W3C's own examples: black on white, and the lightest grey that passes."""
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_colour_of_a_kind_wins_over_accent_wherever_it_stands(make_project: MakeProject):
    for light in ('{accent: "#000000", concept: "#111111"}', '{concept: "#111111", accent: "#000000"}'):
        root = make_project({"deckgen.yaml": SETTINGS + f"theme: {{light: {light}}}\n"}, a=NOTES)
        theme = read_sources(root)[0].settings.theme
        assert "--concept: #111111;" in theme
        assert "--question: #000000;" in theme


def test_a_stylesheet_of_the_house_own_css_has_no_finding(make_project: MakeProject):
    css = "".join(file.read_text(encoding="utf-8") for file in sorted(BUILT_IN.rglob("*.css")))
    root = make_project({"deckgen.yaml": SETTINGS + "theme: {stylesheet: a.css}\n", "a.css": css}, a=NOTES)
    assert read_stylesheet(root, Text("a.css", "deckgen.yaml"), MediaLibrary(root)) == (css, (), [])
