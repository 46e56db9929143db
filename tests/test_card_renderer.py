"""A card that deckgen renders is the card that Anki shows: the same HTML, for every note type."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from anki.sound import SoundOrVideoTag, TTSTag
from anki_collection import Reader
from conftest import REPOSITORY, SECOND_DECK, Run
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckgen.build.project_renderer import render_project
from deckgen.model.ids import note_guid
from deckgen.model.note_type import CardDefinition, FieldDefinition, NoteType
from deckgen.model.sides import shipped_sides
from deckgen.model.template import (
    SPECIAL_FIELDS,
    TemplateError,
    is_empty_field,
    parse_template,
    references,
    shows_a_field,
)
from deckgen.preview.card_renderer import RenderedCard, render_card
from deckgen.preview.sounds import Recording, Sound, Speech

FIELDS = ("Front", "Back", "Choose A", "Extra")


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    someone = Reader(tmp_path_factory.mktemp("anki"))
    yield someone
    someone.close()


def as_anki_shows(card: Any) -> RenderedCard:
    output = card.render_output()
    return RenderedCard(
        output.question_text,
        output.answer_text,
        tuple(map(sound, output.question_av_tags)),
        tuple(map(sound, output.answer_av_tags)),
    )


def hints_numbered(card: RenderedCard) -> RenderedCard:
    """Number the ids by which links find their hints: what they are made of is nobody's concern."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"hint{len(numbers)}")

    front, back = (re.sub(r"hint[0-9a-f]{16}", number, side) for side in (card.front, card.back))
    return replace(card, front=front, back=back)


def sound(tag: SoundOrVideoTag | TTSTag) -> Sound:
    if isinstance(tag, TTSTag):
        return Speech(tag.field_text, tag.lang)
    return Recording(tag.filename)


@pytest.mark.parametrize("deck", [REPOSITORY / "cards", SECOND_DECK], ids=lambda deck: deck.name)
def test_every_card_of_a_deck_is_rendered_as_anki_renders_it(
    reader: Reader, tmp_path: Path, run: Run, deck: Path
):
    project = shutil.copytree(deck, tmp_path / "cards")
    assert run("build", project, "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    compiled, _ = render_project(project)
    settings = compiled.sources.settings
    notes = {note_guid(settings.id, note.id): note for note in compiled.rendered}
    seen = 0
    for card_id in reader.col.find_cards(""):
        card = reader.col.get_card(card_id)
        note = notes[card.note().guid]
        note_type = compiled.sources.note_types[note.kind]
        ours = render_card(
            note_type,
            note.fields,
            card.ord,
            tags=note.tags,
            deck=note.deck,
            type_name=f"{note_type.name} · {settings.name}",
        )
        assert ours == as_anki_shows(card), note.id
        seen += 1
    assert seen == sum(len(note.cards) for note in compiled.rendered)


# What templates and fields are made of, each piece chosen because Anki treats it in a way of its own.
LITERALS = st.sampled_from(
    [
        "plain ",
        "<b>bold</b>",
        "{",
        "}}",
        " { {x} } ",
        "<!-- {{Front}} -->",
        "<!-- {{",
        "-->",
        "\n",
        "é",
        "[sound:_x.mp3]",
        "$1",
    ]
)
SPOKEN = ["tts en_US", "tts de_DE voices=A,B speed=0.8"]
FILTERS = st.sampled_from(
    ["text", "hint", "cloze", "cloze-only", "type", "nc", "furigana", "kana", "kanji", "", "unknown", *SPOKEN]
)
NAMES = st.sampled_from(FIELDS)
SPECIAL = st.sampled_from(["Tags", "Type", "Deck", "Subdeck", "Card", "FrontSide", "CardFlag"])
CLOZE_NUMBERS = ["c1", "c2", "c9"]
CONDITIONS = NAMES | st.sampled_from(["Tags", "Deck", *CLOZE_NUMBERS])
KNOWN = {*FIELDS, *SPECIAL_FIELDS, *CLOZE_NUMBERS}
MARKUP = ["word", " ", "<br>", "<DIV>", "</div >", "\n", "<i>x</i>", "<!-- c -->", "<style>a{}</style>", "<"]
CLOZES = ["{{c1::", "{{c2::", "{{c3,1::", "{{c0::", "{{c::", "{{c1,::", "::", "::hint", "}}", "[...]"]
ENTITIES = ["&amp;", "&lt;p&gt;", "&nbsp;", "&hellip;", "&apos;", "&#65;", "&#x41;", "&", "'\"/é"]
SOUNDS = ["[sound:a&amp;b.mp3]", "[anki:tts lang=en_US]say[/anki:tts]", "[anki:tts]", "[/anki:tts]"]
OTHERS = [r"\(a<b>c</b> &lt; d\)", r"\[x", "漢[かん]字[じ]", "[[type:Front]]"]
PIECES = st.sampled_from([*MARKUP, *CLOZES, *ENTITIES, *SOUNDS, *OTHERS])
PIECES |= st.text("abc &;#{}:[]<>/\\", max_size=6)
VALUES = st.lists(PIECES, max_size=8).map("".join)


@st.composite
def replacements(draw: st.DrawFn) -> str:
    filters = draw(st.lists(FILTERS, max_size=3))
    space = draw(st.sampled_from(["", " "]))
    name = draw(NAMES) if filters else draw(NAMES | SPECIAL)
    return f"{{{{{space}{':'.join([*filters, name])}{space}}}}}"


def conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda mark, name, inside: f"{{{{{mark}{name}}}}}{inside}{{{{/{name}}}}}",
        st.sampled_from("#^"),
        CONDITIONS,
        inner,
    )


TEMPLATES = st.recursive(
    LITERALS | replacements(),
    lambda inner: conditions(inner) | st.lists(inner, max_size=4).map("".join),
    max_leaves=8,
)


def is_a_template(text: str) -> bool:
    """Tell whether deckgen takes a side: all else is a finding of `load_note_type`."""
    try:
        nodes = parse_template(text)
    except TemplateError:
        return False
    return all(reference.field in KNOWN for reference in references(nodes))


def note_type(front: str, back: str, *, is_cloze: bool) -> NoteType:
    card = CardDefinition("Card 1", front, back, parse_template(front), parse_template(back))
    fields = tuple(FieldDefinition(name.lower().replace(" ", "_"), name, "text") for name in FIELDS)
    return NoteType("Any", "anys", fields, (card,), "", is_cloze=is_cloze)


def add_to_anki(reader: Reader, made: NoteType) -> Any:
    """Add the note type as a package would ship it; return Anki's own value of it."""
    models = reader.col.models
    models._clear_cache()
    model = models.new(f"Any {len(models.all_names_and_ids())}")
    model["type"] = int(made.is_cloze)
    for name in (*FIELDS, "Source", "Place", "Retired"):
        models.add_field(model, models.new_field(name))
    template = models.new_template(made.cards[0].name)
    sides = shipped_sides(made.cards[0])
    template["qfmt"], template["afmt"] = sides.front, sides.back
    models.add_template(model, template)
    return models.get(models.add_dict(model).id)


def add_note(reader: Reader, model: Any, case: Case) -> Any:
    note = reader.col.new_note(model)
    note.tags = list(case.tags)
    for name, value in zip(FIELDS, case.values, strict=True):
        note[name] = value
    reader.col.add_note(note, reader.col.decks.id("Outer::Inner"))
    note.load()
    return note


@dataclass(frozen=True)
class Case:
    """A note type and a note of it."""

    front: str
    back: str
    values: tuple[str, ...]
    is_cloze: bool = False
    tags: tuple[str, ...] = ()


CASES = st.builds(
    Case,
    TEMPLATES.filter(is_a_template),
    TEMPLATES.filter(is_a_template),
    st.tuples(VALUES, VALUES, VALUES, VALUES),
    st.booleans(),
    st.sampled_from([(), ("a",), ("a", "b::c")]),
)
NESTED_TOO_DEEP = "{{c1::" * 12 + "x" + "}}" * 12


@settings(max_examples=150, deadline=None)
@given(case=CASES)
@example(Case("{{hint:Extra}}", "{{FrontSide}}{{text:Back}}", ("a", "&X41;&lt;", "", "x")))
@example(Case("", "{{type:cloze:Front}}", ("{{c1::a{{c2::b::h}}c}}{{c1::d}}", "", "", ""), is_cloze=True))
@example(Case("", "", (NESTED_TOO_DEEP, "", "", ""), is_cloze=True))
@example(Case("{{#Extra}}x{{/Extra}}", "{{^Extra}}y{{/Extra}}", ("a", "", "", " <br/> <Div>\n")))
def test_any_note_type_is_rendered_as_anki_renders_it(anki: Reader, case: Case):
    # Anki refuses a front that names no field; a cloze note type needs its filter, on both sides.
    field = "{{cloze:Front}}" if case.is_cloze else "{{Front}}"
    made = note_type(field + case.front, field + case.back, is_cloze=case.is_cloze)
    model = add_to_anki(anki, made)
    note = add_note(anki, model, case)
    fields = dict(note.items())
    for card in note.cards():
        anki_card = as_anki_shows(card)
        if "<a href='https://docs.ankiweb.net/templates/errors.html" in anki_card.front:
            continue  # a note that makes no card gets one with Anki's notice
        ours = render_card(
            made, fields, card.ord, tags=case.tags, deck="Outer::Inner", type_name=model["name"]
        )
        assert hints_numbered(ours) == hints_numbered(anki_card)


@settings(max_examples=60, deadline=None)
@given(case=CASES)
@example(Case("{{^Back}}{{Extra}}{{/Back}}", "", ("", "<br>", "", "x")))
def test_a_card_exists_for_deckgen_if_it_exists_for_anki(anki: Reader, case: Case):
    made = note_type("{{Front}}" + case.front, "", is_cloze=False)
    note = add_note(anki, add_to_anki(anki, made), case)
    is_blank = "The front of this card is blank" in note.cards()[0].render_output().question_text
    # Anki counts `{{Deck}}` and the like as content, too; deckgen asks for a field of the note.
    filled = {"Type", "Deck", "Subdeck", "Card", "CardFlag", "c1", *(("Tags",) if case.tags else ())}
    filled |= {name for name, value in note.items() if not is_empty_field(value)}
    assert shows_a_field(made.cards[0].front_nodes, filled) is not is_blank


def test_a_brace_pair_that_is_never_closed_is_no_template():
    with pytest.raises(TemplateError) as raised:
        parse_template("{{Front}} {{Back")
    assert raised.value.offset == 10
