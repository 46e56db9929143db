"""Formulas, words and names that would make a reader's card load or run something are found."""

from __future__ import annotations

import json
import re

import pytest
from conftest import MakeProject, Run
from test_what_cards_load import note_types

WORDS = [
    "<script>1</script><img src=https://evil.test/w>",
    "<b onclick=1>q</b>",
    "<style>@import url(https://evil.test/x)</style>",
    "</bdi><p style='background:url(//evil.test)'>",
    "<b>open",
    "<b><i>open</b></i>",
    '<small title="a">q</small>',
    "<a>q</a>",
    r"\(\href{javascript:1}{x}\)",
    "[sound:https://evil.test/x]",
    r"[latex]\input{/etc/passwd}[/latex]",
]
HARMLESS_WORDS = [
    "",
    "Why<sup>2</sup> <small>so</small><br>or <kbd>x</kbd><br/><mark>y</mark>",
    "<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby> <b>a <i>b</i></b>",
]
FORMULAS = [
    r"$\style{background:url(https://evil.test/x)}{x}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\require{nowhere}$",
    r"$\class{a}{\href{b}{x}}$",
    r"$\style {a}{x}$",
    r"$\unicode[x;background:url(//evil.test/a)]{x41}$",
    r"$\let\q\style \q{background:url(https://evil.test/x)}{x}$",
    r'$\mmlToken{mi}[href="javascript:1"]{x}$',
    r"$\mmlToken{mi}[mathvariant=bold href=a]{x}$",
    r"$\bbox[background:url(https://evil.test/x)]{x}$",
    r"$\newcommand{\z}[1]{\bbox[#1]{x}} \z{background:url(https://evil.test/x)}$",
    r"$\fcolorbox{red;background:url(https://evil.test/x)}{red}{x}$",
    r"$\definecolor{q}{named}{red;background:url(https://evil.test/x)} \fcolorbox{q}{q}{x}$",
    r"\\(\style{background:url(https://evil.test/x)}{x}\\)",
    r"<u>\(</u>\hr<br/>\style{background:url(https://evil.test/x)}{x}",
]
HARMLESS_FORMULAS = [
    r"$\bbox[5px,border:2px solid red]{x} \fcolorbox{red}{#fff}{y} \color{red}{z}$",
    r"$\styled \hrefs \classic \frac{a}{b} \text{style}$",
    r"Write `\href{a}{b}` in TeX.",
    r"$\require{mhchem} \ce{H2O} \require {physics} \require{cancel} \cancel{x}$",
    r"$\class{a}{x} \cssId{b}{y} \data{c=1}{z} \mmlToken{mi}{x} \mmlToken{mi}[mathvariant=bold]{y}$",
    r"$\unicode{x263A} \unicode[serif]{x41}$",
    r"In C:\data and D:\style, with \class and App\require, beside $x$.",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_holds_no_more_html_than_words_need(word: str, make_project: MakeProject, run: Run):
    quoted = word.replace("'", "''")
    root = make_project({"deckgen.yaml": f"name: Test\nid: test\nwords: {{why: '{quoted}'}}\n"})
    assert re.search(r"deckgen\.yaml:3:\d+: error (bad-value|formula-command)", run("check", root).stdout)


@pytest.mark.parametrize("word", HARMLESS_WORDS)
def test_a_word_may_be_formatted_or_left_out(word: str, make_project: MakeProject, run: Run):
    root = make_project({"deckgen.yaml": f"name: Test\nid: test\nwords: {{why: '{word}'}}\n"})
    assert "deckgen.yaml:3" not in run("check", root).stdout


def test_a_word_that_was_forgotten_is_an_error(make_project: MakeProject, run: Run):
    root = make_project({"deckgen.yaml": "name: Test\nid: test\nwords:\n  why:\n"})
    assert "deckgen.yaml:4:3: error empty-text The word `why` is empty." in run("check", root).stdout


def notes(answers: list[str]) -> str:
    lines = [
        f"  - {{id: a{place}, covers: [basics/first], prompt: What is shown in the answer to this very question, number {place}?, answer: '{answer}'}}"
        for place, answer in enumerate(answers)
    ]
    return "\n".join(["concepts:", *lines, ""])


@pytest.mark.parametrize("word", ["{{#x", "{{/x}}", "{{^x}}"])
def test_a_word_that_breaks_its_template_is_an_error(word: str, make_project: MakeProject, run: Run):
    settings = f"name: Test\nid: test\nwords: {{own: '{word}', why: '{word}'}}\n"
    root = make_project({"deckgen.yaml": settings, **note_types(["{{word:own}}{{Word}}"], [""])})
    report = run("check", root).stdout
    assert set(re.findall(r"(\S+):\d+:\d+: error (?!no-)(\S+)", report)) == {
        ("cards/deckgen.yaml", "bad-value"),
        ("cards/notetypes/t0/define.front.html", "notetype-template"),
    }


def test_each_formula_that_loads_or_links_is_an_error(make_project: MakeProject, run: Run):
    report = run("check", make_project(a=notes(FORMULAS + HARMLESS_FORMULAS))).stdout
    lines = {int(line) - 2 for line in re.findall(r"a\.yaml:(\d+):\d+: error formula-command", report)}
    assert lines == set(range(len(FORMULAS)))


def test_a_title_and_a_tag_that_load_are_errors(make_project: MakeProject, run: Run):
    outline = "id: ch01\nnumber: 1\ntitle: T\nsections:\n  - {id: basics, title: '\\(\\href{a}{x}\\)', points: [{id: first, text: F}]}\n"
    note = "concepts:\n  - {id: a, covers: [basics/first], prompt: What is it that this question asks about?, answer: A, tags: ['\\(\\style{a}{x}\\)']}\n"
    report = run("check", make_project({"ch01/outline.yaml": outline}, a=note)).stdout
    assert "outline.yaml:5:28: error formula-command `\\href`" in report
    assert "error formula-command `\\style`" in report


def test_a_formula_that_many_cards_share_is_one_error_at_its_place(make_project: MakeProject, run: Run):
    link = r"\(\href{a}{x}\)"
    settings = f"name: 'Test {link}'\nid: test\ntags_under: 'a{link}'\nsubdecks: {{terms_0: 'Sub {link}'}}\nwords: {{as_of: '{{date}} {link}', own: '{link}'}}\n"
    outline = f"id: ch01\nnumber: 1\ntitle: T\ndeck: 'Deck {link}'\nsections:\n  - {{id: basics, title: B, points: [{{id: first, text: F}}]}}\n"
    kind = f"name: 'Term {link}'\nlist: terms_0\nsubdeck: '{link}'\nfields: [{{name: word, required: true}}, {{name: hint, default: '{link}'}}]\ncards: [{{name: Define}}]\n"
    files = {
        "deckgen.yaml": settings,
        "ch01/outline.yaml": outline,
        **note_types(["{{word:own}}{{Word}}{{Hint}}{{Source}}{{Deck}}{{Tags}}"], [""]),
    }
    terms = "".join(f"  - {{id: a{n}, word: W, as_of: 2026-11, covers: [basics/first]}}\n" for n in range(3))
    root = make_project({**files, "notetypes/t0/notetype.yaml": kind}, a=f"terms_0:\n{terms}")
    places = re.findall(r"(\S+):(\d+):\d+: error formula-command", run("check", root).stdout)
    assert places == [
        *[("cards/ch01/outline.yaml", "4")],
        *[("cards/deckgen.yaml", line) for line in "13455"],
        *[("cards/notetypes/t0/notetype.yaml", line) for line in "134"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("front", "names", "found"),
    [
        ('<p class="{{Tags}}">{{Word}}</p>', ("T", 'x"onclick="1'), ["a.yaml:2"]),
        ("{{Word}} {{Tags}}", ("T", "x<script>1</script>"), ["a.yaml:2"]),
        ('<p title="{{Subdeck}}">{{Word}}</p>', ('x" onclick="1', "x"), ["outline.yaml:3"]),
        ("{{Word}} {{Deck}}", ("[sound:https://evil.test/x]", "x"), ["outline.yaml:3"]),
        ("{{Word}} {{text:Deck}} {{Deck}}", ("<img src=x onerror=1>", "x"), ["outline.yaml:3"]),
        ('<p class="{{Word}}"></p>', ('A "T" <b>', 'x"<b>'), ["define.front.html:1"]),
        ('{{Word}} {{Deck}} {{Tags}} <p class="{{Card}}"></p>', ('A "T", 1 < 2', "c++<vector"), ["a.yaml:2"]),
        ('<p class="{{Tags}}" title="{{Deck}}">{{Word}}</p>', ("It's", "it's"), []),
    ],
)
def test_names_that_anki_puts_on_cards_as_they_are_make_no_html(
    front: str, names: tuple[str, str], found: list[str], make_project: MakeProject, run: Run
):
    outline = f"id: ch01\nnumber: 1\ntitle: {json.dumps(names[0])}\nsections:\n  - {{id: basics, title: B, points: [{{id: first, text: F}}]}}\n"
    notes = f"terms_0:\n  - {{id: a, word: W, covers: [basics/first], tags: [{json.dumps(names[1])}]}}\n"
    root = make_project({"ch01/outline.yaml": outline, **note_types([front], [""])}, a=notes)
    report = run("check", root).stdout
    assert re.findall(r"([^/\s]+:\d+):\d+: warning notetype-field-in-tag", report) == found


def test_a_title_or_a_default_that_plays_what_is_on_the_network_is_found(make_project: MakeProject, run: Run):
    sound = "[sound:https://evil.test/x]"
    outline = f"id: ch01\nnumber: 1\ntitle: '{sound}'\nsections:\n  - {{id: basics, title: 'B {sound}', points: [{{id: first, text: F}}]}}\n"
    files = {"ch01/outline.yaml": outline, **note_types(["{{Word}}"], [""])}
    files["notetypes/t0/notetype.yaml"] = (
        f"name: T\nlist: t\nfields:\n  - {{name: word, default: '{sound}'}}\ncards: [{{name: Define}}]\n"
    )
    report = run("check", make_project(files)).stdout
    places = re.findall(r"(\S+:\d+):\d+: warning media-remote", report)
    assert places == [
        "cards/ch01/outline.yaml:3",
        "cards/ch01/outline.yaml:5",
        "cards/notetypes/t0/notetype.yaml:4",
    ]


@pytest.mark.parametrize(
    ("front", "names", "found"),
    [
        ("{{Card}}", ("C <img src=x onerror=1>", "T"), "notetype-script"),
        ("{{Type}}", ("C", "T <img src=//evil.test/x>"), "notetype-remote"),
        ("{{text:Type}}", ("C", "T [sound:https://evil.test/x]"), "notetype-remote"),
        ('<p class="{{Card}}"></p>', ('C" onclick="1', "T"), "notetype-script"),
        ("", (r"\(\href{javascript:1}{x}\)", "T"), "formula-command"),
        ("{{Card}} {{Type}}", ("C 1 < 2", 'T "a"'), ""),
        ("", ("C <img src=x onerror=1>", "T <b>"), ""),
    ],
)
def test_the_name_of_a_card_or_a_note_type_runs_nothing_where_a_card_shows_it(
    front: str, names: tuple[str, str], found: str, make_project: MakeProject, run: Run
):
    card, kind = names
    definition = f"name: {json.dumps(kind)}\nlist: terms\nfields: [{{name: word}}]\ncards: [{{name: {json.dumps(card)}}}]\n"
    stem = re.sub(r"[\W_]+", "-", card.lower()).strip("-")
    sides = {f"notetypes/t/{stem}.{side}.html": f"{front}{{{{Word}}}}" for side in ("front", "back")}
    report = run("check", make_project({"notetypes/t/notetype.yaml": definition, **sides})).stdout
    codes = re.findall(r"notetypes/t/\S+: (?:error|warning) ((?:notetype|formula)-\S+)", report)
    assert set(codes) == ({found} if found else set()), report


def test_html_in_the_name_of_the_project_is_told_of_where_it_stands(make_project: MakeProject, run: Run):
    kind = note_types(["{{Word}} {{Deck}}"], [""])
    note = "terms_0:\n  - {id: a, word: W, covers: [basics/first]}\n"
    root = make_project({"deckgen.yaml": "id: test\nname: A <b>\n", **kind}, a=note)
    assert "deckgen.yaml:2:7: warning notetype-field-in-tag `<` in this name" in run("check", root).stdout
