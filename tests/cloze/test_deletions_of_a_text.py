"""Which deletions a text has, which marks Anki gets, and what is said of those that make no card."""

from __future__ import annotations

import re

import pytest

from deckgen.render.markdown import to_html


def deletions(source: str) -> dict[int, str]:
    """Return what each number hides, of a text in which nothing is wrong."""
    result = to_html(source, clozes=True)
    assert [one for one in result.problems if one.code.name != "cloze-several"] == []
    return dict(result.deletions)


def faults(source: str) -> list[tuple[int, str]]:
    """Return the offset and the code of each problem of a text."""
    return sorted((one.offset, one.code.name) for one in to_html(source, clozes=True).problems)


def html(source: str) -> str:
    return to_html(source, clozes=True).html


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("{{c1::one}}", {1: "one"}),
        ("{{c1::one}} and {{c2::two}}", {1: "one", 2: "two"}),
        ("{{c2::two}} and {{c1::one}}", {1: "one", 2: "two"}),
        ("{{c1::one}} and {{c1::more}}", {1: "onemore"}),
        ("{{c1::one::hint}}", {1: "one::hint"}),
        ("{{c1::*one*}} `a`", {1: "*one*"}),
        ("{{c1::one {{c2::two}} three}}", {1: "one {{c2::two}} three", 2: "two"}),
        ("{{c1,3::one}} `a`", {1: "one", 3: "one"}),
        ("{{c500::one}} `a`", {500: "one"}),
        ("{{c01::one}} `a`", {1: "one"}),
        ("{{c1::a {{ b }} c}} `a`", {1: "a {{ b }} c"}),
        ("{{c1::a {{ b::c }} d}} `a`", {1: "a {{ b::c }} d"}),
        ("{{c1::a {{ {{c2::b}} }} c}} `a`", {1: "a {{ {{c2::b}} }} c", 2: "b"}),
        ("{{c1::`{{ a`}} `a`", {1: "`{{ a`"}),
        ("{{c1::`a}}b`}}", {1: "`a}}b`"}),
        ("{{c1::a\\}}}", {1: "a\\}"}),
        ("`{{c1::a}}` and $\\frac{{c2::a}}{b}$", {1: "a", 2: "a"}),
        ("no {{ deletion }} at all", {}),
        ("a }} alone", {}),
        (r"\{\{c1::one}}", {}),
        ("It is $5 a day or {{c1::6}}$, {{c2::$7 a day}} or 8$", {1: "6", 2: "$7 a day"}),
        ("{{c1::$x^{2^{y}}z$}} `a`", {1: "$x^{2^{y}}z$"}),
        ("so $$ a $$ or {{c1::one}}", {1: "one"}),
    ],
)
def test_each_number_hides_the_text_of_its_deletions(source: str, hidden: dict[int, str]):
    assert deletions(source) == hidden


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("so {{C1::one}}", [(3, "cloze-syntax")]),
        ("so {{c1:one}}", [(3, "cloze-syntax")]),
        ("so {{c::one}}", [(3, "cloze-syntax")]),
        ("so {{c,1::one}}", [(3, "cloze-syntax")]),
        ("so {{c1,::one}}", [(3, "cloze-syntax")]),
        ("so {{c0::one}}", [(3, "cloze-syntax")]),
        ("so {{c501::one}}", [(3, "cloze-syntax")]),
        ("so {{c1,501::one}}", [(3, "cloze-syntax")]),
        ("so {{c99999999999999999999::one}}", [(3, "cloze-syntax")]),
        ("so {{c1::}}", [(3, "cloze-syntax")]),
        ("so {{c1:: }}", [(3, "cloze-syntax")]),
        ("so {{c1::::hint}}", [(3, "cloze-syntax")]),
        ("so {{c1,2::one}}", [(3, "cloze-several")]),
        ("so {{c1::https://a.b}}", [(14, "cloze-outside")]),  # Markdown takes the braces for a part of it
        ("so {{c1::one", [(3, "cloze-unclosed")]),
        ("so {{c1::one {{c2::two}}", [(3, "cloze-unclosed")]),
        ("so {{c1::a `b}}` c", [(3, "cloze-unclosed")]),
        ("so `{{c1::a` b}}", [(4, "cloze-unclosed")]),
        ("so {{c1::a {{ b }}", [(3, "cloze-unclosed")]),
        ("so {{c1::a {{ b", [(3, "cloze-unclosed")]),
        ("so {{c1::one {{C2::two}} }}", [(13, "cloze-syntax")]),
        ("{{c1::a}} {{c2::b {{c3::c", [(10, "cloze-unclosed"), (18, "cloze-unclosed")]),
        ("{{c1::a}} {{C1::a}} {{c0::b}}", [(10, "cloze-syntax"), (20, "cloze-syntax")]),
    ],
)
def test_a_mark_that_makes_no_card_is_said_where_it_stands(source: str, expected: list[tuple[int, str]]):
    assert faults(source) == expected


def test_a_faulty_mark_in_a_deletion_ends_before_it():
    """Its braces are text: the deletion around it is hidden whole."""
    result = to_html("{{c1::one {{C2::two}} three}} `a`", clozes=True)
    assert result.deletions == {1: "one {{C2::two}} three"}


def nested(depth: int) -> str:
    return f"{''.join(f'{{{{c{n}::a ' for n in range(1, depth + 1))}{'}}' * depth} `b`"


def test_deletions_are_nested_as_deep_as_anki_goes_and_no_deeper():
    assert len(deletions(nested(9))) == 9
    assert {code for _, code in faults(nested(11))} == {"cloze-syntax"}
    again = f"{nested(9)} {nested(9)}"
    assert faults(again) == []  # depth is not counted on


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a {{c1::one::hint}} `x`", "a {{c1::one::hint}} <code>x</code>"),
        # In code, text is text: neither mark reaches Anki.
        ("{{c1::`a::b`}}", "{{c1::<code>a:<wbr>:<wbr>b</code>}}"),
        ("{{c1::`a}}b`}}", "{{c1::<code>a}<wbr>}<wbr>b</code>}}"),
        ("`a::b` `x`", "<code>a::b</code> <code>x</code>"),
        ("`{{c1::a::b}}`", "<code>{{c1::a::b}}</code>"),
        # Braces within a deletion close none.
        ("{{c1::a {{ b }} c}} `x`", "{{c1::a {{ b }<wbr>}<wbr> c}} <code>x</code>"),
        ("a }} b `x`", "a }} b <code>x</code>"),
        (r"{{c1::a\:\:b}} `x`", "{{c1::a<wbr>:<wbr>:<wbr>b}} <code>x</code>"),
        (r"{{c1::a\}\}b}} `x`", "{{c1::a<wbr>}<wbr>}<wbr>b}} <code>x</code>"),
        ("{{c1::a {{c2::b::x}} c::y}} `x`", "{{c1::a {{c2::b::x}} c::y}} <code>x</code>"),
        ("{{c1::$a^{2^{b}}$}} `x`", r"{{c1::\(a^{2^{b} } \)}} <code>x</code>"),
        ("$a{{c1::x}}b$", r"\(a{{c1::x}}b\)"),
        ("$sin x{{c1::y}}$", r"\(sin x{{c1::y}}\)"),
        ("$$a{{c1::x}}b$$", "\n\\[a{{c1::x}}b\\]\n"),
        # With spaces beside its dollars, a formula has lines of its own, marks of an item and a full stop aside.
        ("$$ a{{c1::x}} $$", "\n\\[ a{{c1::x}} \\]\n"),
        ("- $$ a{{c1::x}} $$.", "- \n\\[ a{{c1::x}} \\]\n."),
        ("$$ {{c1::x}} $$\nso", "\n\\[ {{c1::x}} \\]\n\nso"),
        ("A line of some length:\n$$ {{c1::x}} $$", "A line of some length:\n\n\\[ {{c1::x}} \\]\n"),
        ("A line of some length: $$ {{c1::x}} $$", "A line of some length: $$ {{c1::x}} $$"),
        (f"x{' ' * 25}$$ {{{{c1::x}}}} $$", f"x{' ' * 25}$$ {{{{c1::x}}}} $$"),
        ("so $$ {{c1::x}} $$", "so $$ {{c1::x}} $$"),
        ("$${{c1::x}} $$ so", "$${{c1::x}} $$ so"),
        ("$$ {{c1::x}}$$ so", "$$ {{c1::x}}$$ so"),
        ("{{c1::![a](b.png){width=40}}}", '{{c1::<img src="b.png" alt="a" style="width: 40px">}}'),
    ],
)
def test_anki_gets_the_marks_that_are_meant_and_no_other(source: str, expected: str):
    assert html(source) == expected


def test_marks_in_a_code_block_stay_whole_among_its_colours():
    assert re.sub(r"<[^>]*>", "", html("```python\nx = {{c1::1}} + 1\n```")) == "x = {{c1::1}} + 1"
    assert "{{c1::" in html("```python\nx = {{c1::1}} + 1\n```")


@pytest.mark.parametrize("source", ["{{c1::one}}", "say {{c1::one}} `x`", "`{{c1::one}}`"])
def test_where_deletions_make_no_card_they_are_text_and_said(source: str):
    result = to_html(source)
    assert result.deletions == {}
    assert [one.code.name for one in result.problems] in (
        ["cloze-outside"],
        [] if "`{{" in source else ["cloze-outside"],
    )
    assert "{{c1::one}}" in result.html
