"""What Markdown becomes, and that Anki sees the same cloze deletions as we do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki_collection import Reader
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markup_cases import FILE, markup_cases

from deckgen.render.backslashes import BACKSLASH_DROPPED
from deckgen.render.cloze_problems import CLOZE_SEVERAL
from deckgen.render.emphasis import EMPHASIS_SHOWN
from deckgen.render.markdown import _masked, to_html
from deckgen.render.masks import TAGS_CROSS


def _html(name: str, source: str) -> str:
    result = to_html(source, clozes=name.startswith("cloze"))
    told = {CLOZE_SEVERAL, BACKSLASH_DROPPED, EMPHASIS_SHOWN, TAGS_CROSS}
    assert {problem.code for problem in result.problems} <= told
    return result.html


@pytest.mark.parametrize(("name", "source", "expected"), markup_cases(), ids=lambda value: value[:40])
def test_markdown_becomes(name: str, source: str, expected: str, request: pytest.FixtureRequest):
    if not request.config.getoption("--golden"):
        assert _html(name, source) == expected


def test_golden_texts_are_written_on_request(request: pytest.FixtureRequest):
    about = FILE.read_text(encoding="utf-8").split("\n=== ")[0]
    text = "".join(
        f"=== {name}\n{source}\n--- html\n{_html(name, source)}\n" for name, source, _ in markup_cases()
    )
    if request.config.getoption("--golden"):
        FILE.write_text(f"{about}\n{text}", encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == f"{about}\n{text}"


_PROSE = st.text(st.sampled_from("ab 1.)-+=#>!'\"/:;,?()wéß中\u00a0\u2028"), max_size=30)


@given(_PROSE)
@example("www.a.b")
@example("1) a")
@example("http://a.b")
@settings(max_examples=500)
def test_the_short_cut_for_plain_text_changes_nothing(text: str):
    assert to_html(text).html == _masked(text.strip(), clozes=False).html


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("It takes *O*(1) or *f*(*x*).", ["*O*", "*f*"]),
        ("*p*=0.03, *n*% and *x = y*", ["*p*", "*n*", "*x = y*"]),
        ("*first; then* and _first; then_", ["*first; then*", "_first; then_"]),
        ("*C++* or *.NET*", ["*C++*"]),
        ("*C++*, **.NET** and *C*", ["*C++*"]),
        ("case x in *a*) ls;; esac", ["*a*"]),
        ("int *p; /* a pointer */, /*a*/ and a*b, c*d", []),
        ("push @_, $_; shift @_; $x->_a($_); m._value_, __init__ and _FOO_H_", []),
        ("**/dist/** and *foo*bar*, f(**kw, **b), {**a,**b}", []),
        ("_.map(xs, f) and $_; 2 * (a + b)*c and a*(b + c); (ab)*a is not a(ba)*?", []),
        ('const char *s = "x"; char* t', []),
        ("this._x, _y, and z_", ["_y, and z_"]),
        ("*one*, (*two*), **three**+**four**, Ctrl+**C**, `*a*(1)` and $*a*(1)$", []),
    ],
)
def test_what_may_be_meant_as_emphasis_is_told_where_it_is_shown_as_typed(source: str, shown: list[str]):
    result = to_html(source)
    found = [problem for problem in result.problems if problem.code is EMPHASIS_SHOWN]
    assert [problem.message.split("`")[1] for problem in found] == shown
    assert all(source.startswith(text, problem.offset) for text, problem in zip(shown, found, strict=True))
    assert all(text in result.html for text in shown)


@pytest.mark.parametrize(
    "source",
    [
        "What is the difference between char *p and char* p?",
        "int *p, int* p, int * p",
        "Does Go write *T or T* and why?",
        "const char *p, char *const p and const char* p",
        "(char *a, char *b) or char* a, char* b",
        "void f(int *a); int* g();",
        "int main(int argc, char *argv[]) or char** argv",
        "int *a[10], int (*a)[10] and char* a",
        "Node **next, and Node** head",
        "either Foo *p or Bar* q",
        "{{c2::*p}} and {{c3::int* q}}",
    ],
)
def test_pointers_keep_their_asterisks(source: str):
    result = to_html(source, clozes=True)
    assert (result.html, result.problems) == (source, ())


@pytest.mark.parametrize(
    "words",
    ["not at all", "and again", "an int", "n elements", "value of T", "The Node of a List", "one,\ntwo"],
)
def test_several_words_are_emphasised(words: str):
    assert to_html(f"It is again *{words}* so.").html == f"It is again <em>{words}</em> so."
    assert to_html(f"It is again **{words}** so.").html == f"It is again <strong>{words}</strong> so."


def test_a_sign_before_an_escaped_bracket_is_no_emphasis():
    assert to_html(r"s/\(.*\) \(.*\)/\2/").html == r"s/(.*) (.*)/\2/"


def test_a_sign_that_ends_nothing_is_not_ended_farther_on():
    assert to_html("*C++*; *C#*; (*d*)").html == "*C++*; <em>C#</em>; (<em>d</em>)"
    html = to_html("*O*({{c1::1}}) (*{{c2::y}}*)", clozes=True).html
    assert html == "*O*({{c1::1}}) (<em>{{c2::y}}</em>)"
    assert to_html("Ctrl+**C**; **read**+**write**").html == (
        "Ctrl+<strong>C</strong>; <strong>read</strong>+<strong>write</strong>"
    )


_SIGNS = st.lists(
    st.sampled_from(
        ["*", "**", "***", "_", "__", "~", "~~", "a", "b c", "2", " ", ".", ",", "(", ")", "/", "\n", "\n\n", "- ",
         "1. ", "[a]: b", "[a]", "`", "`a|b`", "|", "\n|-|-|\n", "中", "。", "\uff08", '"', "://", "> ", "# ", ";", "= ", "_", "]()", "<a:", "$"]
    ),
    max_size=12,
)  # fmt: skip


@given(_SIGNS.map("".join))
@example("x*, *y* and z*")
@settings(max_examples=1000)
def test_the_short_cut_for_text_without_literal_characters_changes_nothing(text: str):
    assert to_html(text).html == _masked(text.strip(), clozes=False).html


_CLOZES = st.lists(
    st.sampled_from(
        ["{{c1::", "{{c12::", "{{c500::", "{{c0::", "}}", "::", " ", "a", "b, c", '"', ":", ".", "1.", "é"]
    )
)


@given(_CLOZES.map("".join))
@example('The {{c1::sink}} "drops" {{c2::both, at once}} and {{c1::more}}.')
@settings(max_examples=1000)
def test_the_short_cut_for_plain_deletions_changes_nothing(text: str):
    assert to_html(text, clozes=True) == _masked(text.strip(), clozes=True) or "{{" not in text


_PIECES = st.sampled_from(
    ["{{c1::", "{{c2::", "{{c3,1::", "}}", "::", "{{", "`", "$", "$$", "\n\n", "\n```\n", "a", "b c", "*", "_", "<b>",
     "</b>", "|", "{", "}", "\\", "- ", "\U000f0000", "![x](y)", "<script>"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join))
@settings(max_examples=1000)
def test_any_text_renders_without_placeholders_left_or_a_fault(text: str):
    for clozes in (False, True):
        result = to_html(text, clozes=clozes)
        html, deletions, problems = result.html, result.deletions, result.problems
        assert html.count("\U000f0000") <= text.count("\U000f0000")
        assert not re.search("[\U000f0001-\U000ffffd]", html)
        assert "<script" not in html
        assert clozes or not deletions
        assert all(0 <= problem.offset <= len(text) for problem in problems)


@pytest.fixture(scope="module")
def anki_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    someone = Reader(tmp_path_factory.mktemp("anki"))
    yield someone
    someone.close()


@given(text=st.lists(_PIECES, max_size=12).map("".join))
@example("{{c1::`{{ a }}`}} {{c2::b}}")
@example("```{{c1::$}}")
@settings(max_examples=300)
def test_anki_finds_the_same_deletions_as_we_do(anki_reader: Reader, text: str):
    result = to_html(text, clozes=True)
    html, deletions, problems = result.html, result.deletions, result.problems
    if problems:
        return
    note = anki_reader.col.new_note(anki_reader.col.models.by_name("Cloze"))
    note["Text"] = html
    assert tuple(sorted(note.cloze_numbers_in_fields())) == tuple(sorted(deletions))


def test_a_picture_and_a_recording_reach_the_card(make_project, run, reader):
    notes = """\
        concepts:
          - id: a
            covers: [basics/first]
            prompt: "![Consumer lag](<lag over time.png>)"
            answer: "![Lag](<lag%20over%20time.png>) and ![said](talk.mp3)"
            why: "![A film](film.webm)"
        """
    root = make_project(
        {"media/lag over time.png": b"PNG", "ch01/talk.mp3": b"MP3", "ch01/film.webm": b"FILM"}, a=notes
    )
    result = run("check", root)
    assert result.exit_code == 0, result.stderr
    run("build", root, "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    (fields, _), *_ = reader.notes().values()
    media = sorted(path.name for path in Path(reader.col.media.dir()).iterdir())
    assert [re.sub(r"-[0-9a-f]{12}\.", "-HASH.", name) for name in media] == [
        "film-HASH.webm",
        "lag-over-time-HASH.png",
        "talk-HASH.mp3",
    ]
    assert f'src="{media[1]}"' in fields[1]
    assert f"[sound:{media[2]}]" in fields[1]
    assert fields[2] == f"[sound:{media[0]}]"


@pytest.mark.parametrize("text", ["```{{c1::sql}}\nSELECT 1\n```", "[a page](https://a.org/{{c1::x}})"])
def test_a_deletion_where_markdown_shows_nothing_is_a_problem(text: str):
    (problem,) = to_html(text, clozes=True).problems
    assert (problem.code.name, text[problem.offset :][:6]) == ("cloze-outside", "{{c1::")
