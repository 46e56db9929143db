r"""maths: formulas in `\(…\)`, which Markdown shows as brackets, and dollars that do not close on a formula."""

from __future__ import annotations

import pytest
from one_rule import concept, mended, note, places, report

RULE = "maths"


@pytest.mark.parametrize(
    ("answer", "to"),
    [
        (r"It is \(x^2\) so", "It is $x^2$ so"),
        (r"It is \( \sigma \) so", r"It is $\sigma$ so"),
        (r"It is \(O(n)\)", "It is $O(n)$"),
        (r"the \(k\)th (\(\delta\)), is it \(x\)?", r"the $k$th ($\delta$), is it $x$?"),
        (r"\[a = b\]", "$$a = b$$"),
        (r"\(x_1\) and \(x_2\)", "$x_1$ and $x_2$"),
        (r"\[\frac{a}{b}\] of `\(x^2\)`", r"$$\frac{a}{b}$$ of `\(x^2\)`"),
    ],
)
def test_a_formula_in_brackets_is_mended(answer: str, to: str):
    assert mended(RULE, answer, concept("What?", answer)) == to
    assert {place.split()[1] for place in places(RULE, concept("What?", answer))} == {"error"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (r"It is \(x^2\) so", ["4:20 error"]),
        (r"\(x_1\) and \(x_2\)", ["4:14 error", "4:28 error"]),
        # Never closed: no mend.
        (r"so \(\sigma is it", ["4:17 error"]),
        (r"\(x^2\) and \[\sigma", ["4:14 error", "4:28 error"]),
        (r"\(\sigma \[x^2\]", ["4:25 error"]),
        (r"\(\) and \(x^2\)", ["4:14 warning", "4:25 error"]),
        (r"it is \(O(n)\)", ["4:20 error"]),
        (r"\(an aside\) in brackets", ["4:14 warning"]),
        (r"what \(x\) means to MathJax", ["4:19 warning"]),
        (r"in LaTeX \(x^2\)", ["4:23 error"]),
        (r"a\[0\] and \[1, 2\]", ["4:15 warning", "4:27 warning"]),
    ],
)
def test_a_bracket_that_starts_no_formula_is_found_where_it_stands(answer: str, expected: list[str]):
    assert sorted(places(RULE, concept("What?", answer))) == expected


@pytest.mark.parametrize(
    "answer",
    [
        r"`\(x\)` and \\(x\\)",
        r"`\(x^2\)`",
        "``\\(x^2\\)``",
        r"\(open, and no formula",
        r"\[see there\](a.html)",
        "$x^2$ and $$y^2$$",
        "It costs $5 a day, or 7$",
        r"$5 or `x^2$`",
        "one $ sign and x^2",
    ],
)
def test_brackets_prices_and_code_are_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("so $ x^2 $", "4:17"),
        ("so $ (a)^2 $ is", "4:17"),
        (r"$ \sigma $", "4:14"),
        ("$ x_{1} $", "4:14"),
        ("$ x_1 $", "4:14"),
        ("$ 5 or $ 7", None),
        ("$ HOME_DIR and $ b", None),
    ],
)
def test_dollars_with_space_inside_that_hold_tex_are_a_warning(answer: str, place: str | None):
    assert places(RULE, concept("What?", answer)) == ([f"{place} warning"] if place else [])


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("Set $foo$ first", "4:18"),
        ("It costs $100,000$ a year", "4:23"),
        ("$$.x$$ is a quote", "4:14"),
        ("so $$ x^2 $$ grows", "4:18"),
        ("$n$, $x+y$, $ab$, $10$, $f(x)$ and $$x^2$$", None),
        ("$_GET['a_b'] and $_POST[$x]", None),
        ("A quote: $$ body $$", None),
    ],
)
def test_dollars_around_words_and_amounts_are_a_warning(answer: str, place: str | None):
    assert places(RULE, concept("What?", answer)) == ([f"{place} warning"] if place else [])


@pytest.mark.parametrize(
    "answer",
    [
        r"sed 's/\(foo\)/\1bar/g'",
        r"sed s/\(foo\)/x/",
        r"grep '\(a=b\)'",
        r"it matches \(?\d{3}\)?",
        r"(\(\d+\))",
        r'grep "foo\(bar\)\{2\}"',
        r"echo \(.*\)",
        r"find . \( -name a -o -name b \) -print",
        r"\(\) matches nothing",
        r"find . \( -a \)",
        r'grep "\(foo\)" f',
        r"echo \(hi\)",
    ],
)
def test_brackets_of_a_regular_expression_are_to_be_put_into_backticks(answer: str):
    (found,) = report(RULE, concept("What?", answer)).findings
    assert (str(found.severity), found.edit, "backticks" in found.hint) == ("warning", None, True)


@pytest.mark.parametrize(
    ("answer", "places_found"),
    [
        ("$$ $$", ["4:14"]),
        ("$$\n\n$$", ["4:14"]),
        ("$$$$", ["4:14"]),
        ("the $n$th and the $2^n$th", ["4:18", "4:32"]),
        ("das $n$te, the $(n-1)$st", ["4:18", "4:29"]),
        ("all $x^2$s", ["4:18"]),
        ("the $n$-th", []),
        ("kill $$; echo $$ $$", []),
        ("$foo$th, $a$b, $1$2nd", []),
        ("It costs $5 and $6th, US$5 a$th", []),
        ("`$n$th`", []),
        (r"It is \frac{a}{b} at most", ["4:20"]),
        (r"\sum_{i=0}^n x_i", ["4:14"]),
        (r"`\frac{a}{b}`, $\sqrt{x}$, \int, C:\sum\vec and \alpha", []),
    ],
)
def test_a_formula_that_is_empty_bare_or_ends_at_a_letter_is_a_warning(answer: str, places_found: list[str]):
    assert places(RULE, concept("What?", answer)) == [f"{place} warning" for place in places_found]


def test_each_field_is_looked_at():
    source = note("concepts", prompt=r"\(x^2\)", answer="A", why="so $ x^2 $")
    assert places(RULE, source) == ["3:14 error", "5:14 warning"]
