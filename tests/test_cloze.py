"""The grammar of cloze deletions is Anki's, and its limits are those of the real Anki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from anki_collection import Reader
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckgen.cloze.limits import MAX_CARD_NUMBER, MAX_DEPTH, MAX_PARSED_NUMBER
from deckgen.cloze.parser import Deletion, Fault, parse_html, parse_markdown
from deckgen.render.markdown import to_html


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    someone = Reader(tmp_path_factory.mktemp("anki"))
    yield someone
    someone.close()


def anki_note(anki: Reader, text: str) -> Any:
    note = anki.col.new_note(anki.col.models.by_name("Cloze"))
    note["Text"] = text
    return note


def anki_cards(anki: Reader, text: str) -> list[str]:
    """Return the front of each card of a new note, without its style."""
    note = anki_note(anki, text)
    anki.col.add_note(note, anki.col.decks.id("Default"))
    return [card.render_output().question_text for card in note.cards()]


MARKS = [
    "{{c1::", "{{c2::", "{{c3,1::", "{{c0::", "{{c::", "{{c,::", "{{c1,::", "{{c500::", "{{c501::",
    "{{c65535::", "{{c65536::", "{{c2,70000::", f"{{{{c{'9' * 6000}::", "{{c00004::", "{{C1::", "{{c1:", "{{c\u0661::",
    "}}", "::", "{", "}", "a", "b ", "<i>", "é",
]  # fmt: skip


@given(text=st.lists(st.sampled_from(MARKS), max_size=14).map("".join))
@example("{{c1::a {{c2::b}} never closed")
@example("{{c1::" * (MAX_DEPTH + 2) + "{{c2::x" + "}}" * (MAX_DEPTH + 3))
@example("".join(f"{{{{c{number}::a" for number in range(1, MAX_DEPTH + 3)) + "}}" * MAX_DEPTH)
@example(f"{{{{c{MAX_PARSED_NUMBER}::a}}}}{{{{c{MAX_PARSED_NUMBER}0::b}}}}")
@settings(max_examples=300, deadline=None)
def test_anki_finds_the_same_numbers_in_html(anki: Reader, text: str):
    numbers = {number for deletion in parse_html(text).deletions for number in deletion.numbers}
    assert numbers - {0} == set(anki_note(anki, text).cloze_numbers_in_fields())


def test_the_highest_number_of_a_card_is_ankis(anki: Reader):
    (last,) = anki_cards(anki, f"{{{{c{MAX_CARD_NUMBER}::hidden}}}}")
    (beyond,) = anki_cards(anki, f"{{{{c{MAX_CARD_NUMBER + 1}::hidden}}}}")
    assert "[...]" in last
    assert "[...]" not in beyond


def test_the_deepest_level_is_ankis(anki: Reader):
    def nested(levels: int) -> str:
        return "".join(f"{{{{c{level + 1}::a" for level in range(levels)) + "}}" * levels

    assert len(anki_cards(anki, nested(MAX_DEPTH))) == MAX_DEPTH
    assert len(anki_cards(anki, nested(MAX_DEPTH + 1))) == MAX_DEPTH


def test_the_highest_number_that_is_read_is_ankis(anki: Reader):
    text = f"{{{{c{MAX_PARSED_NUMBER}::a}}}}{{{{c{MAX_PARSED_NUMBER + 1}::b}}}}"
    assert set(anki_note(anki, text).cloze_numbers_in_fields()) == {MAX_PARSED_NUMBER}


PIECES = st.sampled_from(
    ["{{c1::", "{{c2::", "}}", "::", "{{", "`", "``", "$", "$$", "\n\n", "\n```\n", "A", "B C", "*", "_", "<b>", "</b>",
     "{", "}", "\\", "- "]
)  # fmt: skip


def hidden_words(text: str, deletions: tuple[Deletion, ...]) -> list[tuple[tuple[int, ...], list[str]]]:
    """Return the numbers of each deletion, and the capitals that it hides."""
    return [(one.numbers, re.findall("[A-Z]", text[one.hidden : one.close])) for one in deletions]


@given(text=st.lists(PIECES, max_size=14).map("".join))
@example("{{c1::`A }} {{ B`}} C")
@example("{{c1::$A_{{B}}$}} C")
@example("`{{c1::A}}` {{c2::{{ B }} C}} A")
@example(r"{{c1::A \}} B}} C")
@settings(max_examples=1000, deadline=None)
def test_anki_hides_what_the_author_wrote_in_a_deletion(text: str):
    rendered = to_html(text, clozes=True)
    if rendered.problems:
        return
    source, html = text.strip(), rendered.html
    assert hidden_words(source, parse_markdown(source).deletions) == hidden_words(
        html, parse_html(html).deletions
    )


@pytest.mark.parametrize(
    ("text", "deletions"),
    [
        ("{{c1::A}} {{c2::B::hint}}", ["A", "B"]),
        ("{{c1::A {{c2::B}} C}}", ["B", "A {{c2::B}} C"]),
        ("{{c1::`a::b}}`::hint}}", ["`a::b}}`"]),
        ("{{c1::$x_{a::{b}}$}}", ["$x_{a::{b}}$"]),
        ("{{c1::{{ jinja }}::hint}}", ["{{ jinja }}"]),
        (r"{{c1::a\::b\}}}}", [r"a\::b\}"]),
        ("`{{c1::key::hint}}` and `{{c2::", ["key"]),
        ("\\{{c1::A}}", []),
        ("{{c1::$5 a day}} or 7$", ["$5 a day"]),
        ("{{c1::$5 a day}} or US$", ["$5 a day"]),
        ("{{c1::A::hint::more}}", ["A"]),
    ],
)
def test_the_hidden_text_ends_where_the_author_ended_it(text: str, deletions: list[str]):
    found = parse_markdown(text).deletions
    assert [text[deletion.hidden : deletion.hidden_end] for deletion in found] == deletions


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        *(
            (text, Fault.MISTYPED)
            for text in ("{{ c2::a }}", "{{c2 :: a}}", "{{ }} {c2::a}", "{{2::a}}", "{{cl::a}}")
        ),
        *((text, Fault.MISTYPED) for text in ("{{cloze::a}}", "{{c2|a}}", "{{c2;;a}}", "{{c2;:a}}")),
        *(
            (text, Fault.MISTYPED)
            for text in ("{{\u04412::a}}", "{{c1\uff1a\uff1aa}}", "{{ }} \uff5b\uff5bc2\uff1a\uff1aa")
        ),
        ("{{C1::a}}", Fault.CAPITAL_C),
        ("{{c1:a}}", Fault.ONE_COLON),
        ("{{c::a}}", Fault.NO_NUMBER),
        ("{{c1,::a}}", Fault.NO_NUMBER),
        ("{{c0::a}}", Fault.NUMBER_OUT_OF_RANGE),
        (f"{{{{c{MAX_CARD_NUMBER + 1}::a}}}}", Fault.NUMBER_OUT_OF_RANGE),
        (f"{{{{c{'9' * 6000}::a}}}}", Fault.NUMBER_OUT_OF_RANGE),
        ("{{c1::}}", Fault.NOTHING_HIDDEN),
        ("{{c1:: ::hint}}", Fault.NOTHING_HIDDEN),
        ("{{c1::a" * MAX_DEPTH + "{{c2::b" + "}}" * (MAX_DEPTH + 1), Fault.TOO_DEEP),
        ("{{c1::a", Fault.UNCLOSED),
        ("`{{c1::a` b}}", Fault.UNCLOSED_IN_CODE),
        ("{{c1::a `{{c2::b` c}}", Fault.UNCLOSED_IN_CODE),
        ("{{c1::a `b}}`", Fault.UNCLOSED),
    ],
)
def test_a_mark_that_makes_no_card_is_a_fault(text: str, fault: Fault):
    assert [found for _, found in parse_markdown(text).faults] == [fault]


def test_each_of_two_marks_that_are_too_deep_is_told_what_it_lacks():
    text = "{{c1::a" * MAX_DEPTH + "{{C2::b" + "{{c3::c" + "}}" * (MAX_DEPTH + 2)
    assert [found for _, found in parse_markdown(text).faults] == [Fault.CAPITAL_C, Fault.TOO_DEEP]


def test_braces_elsewhere_are_no_fault():
    text = r"{{ c | upper }}, {{ 2 | f }}, {{cloze:Text}}, {{::year}}, `{{C1::x}}`, {a::x}, \{{c1::x}} and \{c1::x}"
    assert parse_markdown(text).faults == ()


def test_a_mistyped_mark_with_one_brace_does_not_end_the_deletion_around_it():
    (deletion,) = parse_markdown("{{c1::a {c2::b} c}} d").deletions
    assert deletion.end == len("{{c1::a {c2::b} c}}")
