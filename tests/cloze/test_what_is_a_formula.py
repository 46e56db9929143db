"""Which dollar signs enclose a formula: prose with prices, shells and Perl have dollars, too."""

from __future__ import annotations

import pytest

from deckgen.cloze.tokens import content_span, markdown_tokens


def formulas(source: str) -> list[str]:
    """Return what the formulas of a text hold."""
    tokens = (token for token in markdown_tokens(source) if token.kind in ("display", "formula"))
    return [source[slice(*content_span(token))] for token in tokens]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$x$ and $2y$", ["x", "2y"]),
        (r"$2\pi$ and $3{ab}$, $4_x$", [r"2\pi", "3{ab}", "4_x"]),
        ("$x + ab$", ["x + ab"]),
        ("from $5 to us in$ all", []),
        ('"$a" and "$b"', []),
        ('"$x$"', ["x"]),
        ("'$x$'", ["x"]),
        ('$a "b" c$', ['a "b" c']),
        ('$a "b c$', []),
        ('$"a" "b$', []),
        ("'$a 'b'$", []),
        ("$a 'b'$'", []),
        ("$f'$", ["f'"]),
        (r"$x =~ /a$", []),
        ("$x !~ a$", []),
        ("${name}$", []),
        ("${n}$", ["{n}"]),
        ("$x_{ab}$", ["x_{ab}"]),
        ("$a} {b$", []),
        (r"$a\} b$", [r"a\} b"]),
        ("$a}$", []),
        ("$a{$", ["a{"]),
        ("$$x$$", ["x"]),
        ("so $$xyz$$ it", ["xyz"]),
        ("$$ xyz $$", [" xyz "]),
        ("$$ xyz$$", [" xyz"]),
        ("$$xyz $$", ["xyz "]),
        ("$$   $$", []),
        ("- 1. $$ x $$.\n", [" x "]),
        ("one\n  > $$ x $$", [" x "]),
        ("so $$ x $$", []),
        ("so $$x $$", []),
        ("so $$ x$$", []),
        ("$$ x $$ so", []),
        (f"{' ' * 20}$$ x $$", [" x "]),
        (f"{' ' * 21}$$ x $$", []),
        (f"one two three four five\n{' ' * 19}$$ x $$", [" x "]),
        (f"one two three four five\n{' ' * 20}$$ x $$", []),
    ],
)
def test_a_formula_is_what_no_shell_or_price_could_be(source: str, expected: list[str]):
    assert formulas(source) == expected
