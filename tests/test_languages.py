"""What deckgen itself puts on a card is in the language of the project."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import anki.lang
import pytest
from anki.collection import Collection
from anki_collection import Reader
from conftest import MakeProject, Run

from deckgen.source.card_words import ENGLISH, is_right_to_left, languages, words_in

OTHERS = [language for language in languages() if language != ENGLISH]
NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: 1?, answer: '2', why: '3', example: '4', reverse: 5?, as_of: 2026-11-30}
red_flags:
  - {id: b, covers: [basics/second], says: '1', signals: '2', instead: '3', principle: '4'}
trade_offs:
  - id: c
    covers: [basics/second]
    option_a: '1'
    option_b: '2'
    choose_a: '3'
    choose_b: '4'
    decides: '5'
    example: '6'
questions:
  - id: d
    covers: [basics/second]
    ask: 1?
    tests: '2'
    structure: ['3']
    rubric: ['4']
    pitfalls: ['5']
    strong: '6'
    follow_ups: ['7']
clozes:
  - {id: e, covers: [basics/second], text: '1 {{c1::2}} 3'}
"""
STORIES = "ch01/d: '8'\n"


def settings(language: str, more: str = "") -> str:
    return f"name: '1'\nid: test\nlanguage: {language}\n{more}"


def outline(title: str = "'9'") -> str:
    return f"""\
id: ch01
number: 1
title: {title}
sections:
  - id: basics
    title: {title}
    points: [{{id: first, text: The first}}, {{id: second, text: The second}}]
"""


def cards(root: Path, run: Run, reader: Reader) -> list[tuple[str, str]]:
    """Build and import a project; return the question and answer of each card, as Anki shows them."""
    result = run("build", root, "-o", "deck.apkg")
    assert result.exit_code == 0, result.stderr
    reader.import_package(Path("deck.apkg"))
    outputs = [reader.col.get_card(one).render_output() for one in reader.col.find_cards("")]
    return [(output.question_text, output.answer_text) for output in outputs]


def words_on(html: str) -> str:
    """Return the text of a card, for people."""
    without_style = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", "\n", html)
    return unescape(re.sub(r"\s*\n\s*", "\n", without_style))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_words_that_english_has_with_the_same_fields_and_tags(language: str):
    """Each with the same fields and tags, and none left in English but units and borrowed ones."""
    english, words = words_in(ENGLISH), words_in(language)
    assert list(words) == list(english)
    for name, word in words.items():
        kept = r"\{\{.*?\}\}|\{\w+\}|</?\w+[^>]*>"
        assert sorted(re.findall(kept, word)) == sorted(re.findall(kept, english[name])), name
    same = {name for name, word in words.items() if word == english[name]}
    assert same <= {"seconds", "count_before"}


@pytest.mark.parametrize("language", ["zh-TW", "zh-HK", "zh-Hant-TW", "zh-Hant"])
def test_chinese_is_traditional_where_it_is_written_so(language: str):
    assert words_in(language)["structure"] == "結構"
    assert words_in("zh-CN") == words_in("zh") != words_in(language)


@pytest.mark.parametrize("language", OTHERS)
def test_buttons_and_options_are_called_as_anki_calls_them(language: str, tmp_path: Path):
    locale = {"pt": "pt-BR", "zh": "zh-CN", "zh-Hant": "zh-TW"}.get(language, language)
    try:
        anki.lang.set_lang(locale)
        col = Collection(str(tmp_path / "a.anki2"))
        buttons = (
            col.tr.studying_again(),
            col.tr.studying_hard(),
            col.tr.studying_good(),
            col.tr.studying_easy(),
        )
        options = (
            col.tr.scheduling_new_cardsday(),
            col.tr.deck_config_bury_new_siblings(),
            col.tr.deck_config_bury_review_siblings(),
        )
        col.close()
    finally:
        anki.lang.set_lang("en")
    assert re.findall("<b>(.*?)</b>", words_in(language)["button_help"]) == list(buttons)
    assert all(option.strip(".") in words_in(language)["deck_help"] for option in options)


@pytest.mark.parametrize("language", OTHERS)
def test_no_card_shows_a_word_in_english(language: str, make_project: MakeProject, run: Run, reader: Reader):
    root = make_project(
        {"deckgen.yaml": settings(language), "ch01/outline.yaml": outline(), "stories.yaml": STORIES}, a=NOTES
    )
    shown = cards(root, run, reader)
    assert len(shown) == 8
    text = "".join(words_on(side) for card in shown for side in card)
    buttons = "again|hard|good|easy" if language == "hi" else "-"  # Anki has none in Hindi
    assert not re.findall(rf"(?i)\b(?!(?:{buttons})\b)[a-z]{{4,}}\b", text) or language in (
        "de",
        "es",
        "fr",
        "pt",
    )
    labels = [
        word for word in words_in(ENGLISH).values() if not re.search("[{<]", word) and word not in ("", "s")
    ]
    lines = text.split("\n")
    assert not set(labels) & set(lines) - set(words_in(language).values())
    for name in ("why", "example", "heard_as", "structure", "which_button"):
        assert words_in(language)[name] in lines, name


def test_a_retired_note_says_so_in_the_language(make_project: MakeProject, run: Run, reader: Reader):
    root = make_project({"deckgen.yaml": settings("de")}, a=NOTES)
    run("build", root, "-o", "deck.apkg")
    (root / "ch01/a.yaml").write_text(NOTES.partition("red_flags")[0])
    banners = [question for question, _ in cards(root, run, reader) if "test::retired" in question]
    assert banners
    assert all("Diese Notiz ist zurückgezogen." in banner for banner in banners)


@pytest.mark.parametrize("language", ["he", "ar", "fa", "az-Arab"])
def test_text_runs_by_the_language_and_not_by_its_first_letter(
    language: str, make_project: MakeProject, run: Run, reader: Reader
):
    notes = "concepts:\n  - {id: a, covers: [basics/first], prompt: Kafka מה זה?, answer: Kafka הוא יומן.}\n"
    root = make_project({"deckgen.yaml": settings(language)}, a=notes)
    ((question, answer),) = cards(root, run, reader)
    for side in (question, answer):
        assert f'<div lang="{language}" dir="rtl">' in side
        assert 'dir="auto"' not in side
    assert '<div class="concept" dir="rtl">' in question


def test_a_language_written_from_the_left_leaves_each_text_its_own_direction(
    make_project: MakeProject, run: Run, reader: Reader
):
    """A deck in English may teach Hebrew."""
    notes = "concepts:\n  - {id: a, covers: [basics/first], prompt: שלום?, answer: Peace.}\n"
    ((question, _),) = cards(make_project(a=notes), run, reader)
    assert '<div lang="en">' in question
    assert '<div class="concept" dir="auto">' in question


@pytest.mark.parametrize(
    ("language", "is_rtl"),
    [("en", False), ("he-IL", True), ("az", False), ("ur-Latn", False), ("pa-Arab", True)],
)
def test_a_script_says_more_than_a_language(language: str, *, is_rtl: bool):
    assert is_right_to_left(language) is is_rtl


def test_a_region_has_the_words_of_its_language():
    assert words_in("de-AT") == words_in("de")
    assert words_in("sv") == words_in("en")


def test_an_author_replaces_a_word_and_adds_one_for_a_note_type_of_ones_own(
    make_project: MakeProject, run: Run, reader: Reader
):
    own = "words: {why: Weshalb, place: 'Teil {number}: {section}', remember: Merke}\n"
    root = make_project(
        {
            "deckgen.yaml": settings("de", own),
            "notetypes/term/notetype.yaml": "name: Term\nlist: terms\nfields: [{name: word}]\ncards: [{name: Define}]\n",
            "notetypes/term/define.front.html": "{{word:remember}} {{Word}}",
            "notetypes/term/define.back.html": "{{word:example}} {{Place}}",
        },
        a=NOTES.partition("red_flags")[0] + "terms: [{id: t, covers: [basics/second], word: Lag}]\n",
    )
    text = "".join(words_on(side) for card in cards(root, run, reader) for side in card)
    assert "Weshalb" in text
    assert "Merke Lag" in text
    assert "Beispiel Teil 1: Basics" in text
    assert "Kapitel" not in text


def test_to_change_the_language_is_a_change_of_the_notes_and_to_change_a_label_is_not(
    make_project: MakeProject, run: Run
):
    root = make_project(a=NOTES)
    run("build", root, "-o", "deck.apkg")
    (root / "deckgen.yaml").write_text(
        settings("en", "words: {why: For what reason}\n").replace("'1'", "Test")
    )
    assert " note changed" not in run("status", root).stdout
    (root / "deckgen.yaml").write_text(settings("de").replace("'1'", "Test"))
    assert "5 notes changed" in run("status", root).stdout


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("deu", "de"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("pt_BR", "pt-BR"),
        ("Portuguese-BR", "pt-BR"),
        ("jp", "ja"),
        ("中文", "zh"),
        ("ZH_TW", "zh-TW"),
    ],
)
def test_a_language_that_is_called_otherwise_is_told_its_tag(
    written: str, tag: str, make_project: MakeProject, run: Run
):
    result = run(
        "check", make_project({"deckgen.yaml": settings(written), "ch01/outline.yaml": outline()}, a=NOTES)
    )
    assert f"`{written}`" in result.stdout
    assert f"    Write `{tag}`.\n" in result.stdout
    again = make_project({"deckgen.yaml": settings(tag), "ch01/outline.yaml": outline()}, a=NOTES)
    assert "language" not in run("check", again).stdout
