"""cloze-collision: `::` and `}}` in hidden text, which Anki takes for marks."""

from __future__ import annotations

import pytest
from one_rule import mended, messages, note, places, report

RULE = "cloze-collision"


def cloze(text: str) -> str:
    return note("clozes", text=text)


@pytest.mark.parametrize(
    "hidden",
    [
        *("midnight::time", "1815::date", "UTF-8::text", "UTF8::text", "SHA256::string", "O(n)::time"),
        *("3.14::real", "a.m.::time", "String::type", "Result::type", "7::integer"),
        *("retries", "the old way::how?", "two words::numeric", "crate of beer::box"),
        *("Paris::city", "JavaScript::language", "std::which library?", "merge sort::O(n)", "city::noun(s)"),
        *("7.4::pH", "the wall clock::now()", "true::boolean", "phone::iPhone", "Net:: TheHint"),
        *("meter::m_t_r", "word::____", "price::$5", "nation::__tion", "crate::a box (of wood)"),
    ],
)
def test_a_plain_hint_is_not_taken_for_code(hidden: str):
    assert places(RULE, cloze(f"It is {{{{c1::{hidden}}}}}.")) == []


@pytest.mark.parametrize(
    ("hidden", "to"),
    [
        ("amount::numeric", r"amount\:\:numeric"),
        ("amount::NUMERIC(10, 2)", r"amount\:\:NUMERIC(10, 2)"),
        ("tags::text[]", r"tags\:\:text[]"),
        ("std::vector<int>::iterator", r"std\:\:vector<int>\:\:iterator"),
        ("java::util::List", r"java\:\:util\:\:List"),
        ("std::vector", r"std\:\:vector"),
        ("use std::vector", r"use std\:\:vector"),
        ("std::vector::grows by itself", r"std\:\:vector::grows by itself"),
        ("paid_on::date", r"paid_on\:\:date"),
        ("now()::time", r"now()\:\:time"),
        ("t.paid::text", r"t.paid\:\:text"),
        ("Option::Some", r"Option\:\:Some"),
        ("a::b::new(x)", r"a\:\:b\:\:new(x)"),
        ("HashMap<K, V>::new()", r"HashMap<K, V>\:\:new()"),
        ("using Base::member;", r"using Base\:\:member;"),
        ("static_cast<int>(Enum::value)", r"static_cast<int>(Enum\:\:value)"),
        ("const std::vector<int>&", r"const std\:\:vector<int>&"),
    ],
)
def test_a_path_or_cast_is_mended_whole(hidden: str, to: str):
    text = f"It is {{{{c1::{hidden}}}}}."
    assert places(RULE, cloze(text)) == [f"3:{24 + hidden.index('::')} error"]
    assert mended(RULE, text, cloze(text)) == f"It is {{{{c1::{to}}}}}."
    assert "--fix" in report(RULE, cloze(text)).findings[0].hint


@pytest.mark.parametrize(("hidden", "escape"), [("a_b::text", r"\:\:"), ("{a}", r"\}")])
def test_the_hint_shows_backslashes_as_they_are_written_in_the_text(hidden: str, escape: str):
    plain = f"clozes:\n  - id: a\n    text: It is {{{{c1::{hidden}}}}}.\n"
    doubled = escape.replace("\\", "\\\\")
    assert f"as `{escape}`." in report(RULE, plain).findings[0].hint
    assert f"as `{doubled}`." in report(RULE, cloze(f"It is {{{{c1::{hidden}}}}}.")).findings[0].hint


def test_where_the_last_word_may_be_a_hint_the_mend_is_left_to_the_author():
    found = report(RULE, cloze("It is {{c1::std::vector::container}}."))
    assert len(found.findings) == 1
    assert "--fix" not in found.findings[0].hint
    assert found.edits == ()


@pytest.mark.parametrize(
    "text", [r"{{c1::amount\:\:numeric}}", "{{c1::`amount::numeric`}}", "amount::numeric"]
)
def test_what_is_escaped_or_code_or_outside_a_deletion_is_left_alone(text: str):
    assert places(RULE, cloze(text)) == []


@pytest.mark.parametrize(
    ("text", "place", "to"),
    [
        ("A set {{c1::{1, 2}}}.", "3:29", r"A set {{c1::{1, 2\}}}."),
        ('{{c1::{"a": {}}}} ends', "3:27", r'{{c1::{"a": {\}\}}} ends'),
    ],
)
def test_braces_that_end_a_deletion_early_are_mended(text: str, place: str, to: str):
    assert places(RULE, cloze(text)) == [f"{place} error"]
    assert mended(RULE, text, cloze(text)) == to


@pytest.mark.parametrize(
    ("text", "says", "mend"),
    [
        ("`x = {{c1::{}}}`", "`} }}`", "`x = {{c1::{} }}`"),
        ("`{{c1::{a: {}}}}`", "`} } }}`", "`{{c1::{a: {} } }}`"),
        ("$x = {{c1::\\frac{1}{2}}}$", "`} }}`", "$x = {{c1::\\frac{1}{2} }}$"),
        (
            "```\n{{c1::amount::numeric}}\n```",
            "`{{c1::a}}::{{c1::b}}`",
            "```\n{{c1::amount}}::{{c1::numeric}}\n```",
        ),
    ],
)
def test_in_code_and_formulas_no_backslash_is_proposed(text: str, says: str, mend: str):
    found = report(RULE, cloze(text))
    assert [says in finding.hint for finding in found.findings] == [True]
    assert found.edits == ()
    assert places(RULE, cloze(mend)) == []


@pytest.mark.parametrize("text", ["{{c1::{1} and}}}", "{{c1::a}}", "{{c1::a}}}", r"{{c1::{1, 2\}}}"])
def test_braces_that_hidden_text_does_not_open_are_left_alone(text: str):
    assert places(RULE, cloze(text)) == []


def test_what_anki_would_take_for_a_hint_is_quoted():
    assert "numeric`" in messages(RULE, cloze("{{c1::amount::numeric }}"))[0]


def test_each_deletion_of_a_text_is_looked_at():
    assert places(RULE, cloze("{{c1::a_b::text}} {{c2::word}} {{c3::c_d::date}}")) == [
        "3:21 error",
        "3:52 error",
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "x::int",
        "ActiveRecord::Base",
        "vector::push_back",
        "vector<int>::push_back",
        "print::print()",
        r"App\Models::class",
    ],
)
def test_what_may_be_a_hint_as_well_is_a_warning_with_both_ways_out(hidden: str):
    (finding,) = report(RULE, cloze(f"It is {{{{c1::{hidden}}}}}.")).findings
    assert str(finding.severity) == "warning"
    assert "`\\\\:\\\\:`; a hint can have a space" in finding.hint
    for written in (hidden.replace("::", ":: "), hidden.replace("::", r"\:\:"), f"`{hidden}`"):
        assert places(RULE, cloze(f"It is {{{{c1::{written}}}}}.")) == []


def test_colons_at_the_end_are_found_where_anki_drops_them():
    (finding,) = report(RULE, cloze("It is {{c1::ClassName::}}.")).findings
    assert str(finding.severity) == "warning"
    assert "drops it" in finding.message


@pytest.mark.parametrize(
    ("style", "mark"), [('"It is {{c1::std::cout}}."', r"`\\:\\:`"), ("It is {{c1::std::cout}}.", r"`\:\:`")]
)
def test_backslashes_are_shown_as_the_text_has_to_write_them(style: str, mark: str):
    (finding,) = report(RULE, f"clozes:\n  - id: a\n    text: {style}\n").findings
    assert mark in finding.hint


@pytest.mark.parametrize("hidden", ["a -> b::c -> d::e", "a&b::x::c", "midnight::time::of day"])
def test_what_has_more_than_one_hint_is_a_warning(hidden: str):
    found = report(RULE, cloze(f"It is {{{{c1::{hidden}}}}}."))
    (finding,), edits = found.findings, found.edits
    assert (str(finding.severity), list(edits)) == ("warning", [])
    assert f"`{hidden.partition('::')[2]}` as the hint" in finding.message
