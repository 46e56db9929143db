"""One long field of one note: the work grows with its length and no faster, whatever it is made of."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import MakeProject, Run
from cost import cost

from deckgen.build.lint_run import lint_sources
from deckgen.build.project_renderer import render_project
from deckgen.model.diagnostics import Finding

CONCEPT = "concepts:\n  - id: a\n    prompt: What is it?\n    answer: |-\n{}\n"
CLOZE = "clozes:\n  - id: a\n    text: |-\n{}\n"


def _check(root: Path) -> list[Finding]:
    compiled, findings = render_project(root)
    return [*findings, *lint_sources(compiled.sources)[0]]


def _note(template: str, text: str) -> str:
    return template.format(textwrap.indent(text, "      "))


@pytest.mark.parametrize(
    ("template", "length", "write"),
    [
        (CLOZE, 400, lambda n: " ".join(f"{{{{c{number}::a}}}}" for number in range(n))),
        (CONCEPT, 400, lambda n: "{{c1::a}} " * n),
        (CONCEPT, 400, lambda n: "Whatâ€™s it " * n),
        (CLOZE, 400, lambda n: "{{c1::" * n + "a" + "}}" * n),
        (CLOZE, 800, lambda n: "{{c1::" + "{{ " * n + "`{{c2::x}}` " * n),
        (CONCEPT, 2500, lambda n: "![" * n + "] x]("),
        (CONCEPT, 2500, lambda n: "![a](" * n),
        (CONCEPT, 2500, lambda n: "a](" * n),
        (CONCEPT, 2500, lambda n: r"\(" * n + r"\]"),
        (CONCEPT, 2500, lambda n: "$ " + "x^2 " * n + "\n$ a"),
        (CONCEPT, 2500, lambda n: "[" * n + "a"),
        (CONCEPT, 2500, lambda n: "*a **b _c ~~d " * n),
        (CONCEPT, 2500, lambda n: "a*b *c ~d __e__ f_g " * n),
        (CONCEPT, 2500, lambda n: "```a b\n" * n),
        (CONCEPT, 2500, lambda n: "[a]: b\n\n" * n),
        (CONCEPT, 2500, lambda n: "](a 'b" * n),
        (CONCEPT, 2500, lambda n: "$$ a (*b /_c &lt;d <br> " * n),
        (CONCEPT, 2500, lambda n: ">" * n + "a"),
        (CONCEPT, 2500, lambda n: "[sound:" * n),
        (CONCEPT, 10_000, lambda n: "`a` " * n),
        (CONCEPT, 2500, lambda n: "".join(f"[a{each}]: b\n\n" for each in range(n)) + "[a1]" * n),
        (CONCEPT, 400, lambda n: "x|" * n + "\n" + "-|" * n + "\nx" * n),
    ],
    ids=[
        "ordinals",
        "deletions elsewhere",
        "damaged letters",
        "nested deletions",
        "deletions after braces",
        "pictures",
        "addresses of pictures",
        "addresses",
        "brackets",
        "dollars",
        "links left open",
        "emphasis left open",
        "characters that are no markup",
        "code left open",
        "definitions",
        "titles left open",
        "characters that may be meant",
        "quotes in quotes",
        "recordings left open",
        "code",
        "links by their definitions",
        "short rows of a wide table",
    ],
)
def test_checking_is_linear_in_the_length_of_a_field(
    make_project: MakeProject, template: str, length: int, write: Callable[[int], str]
):
    def cost_of(size: int) -> float:
        root = make_project(a=_note(template, write(size)))
        return cost(lambda: _check(root))

    cost_of(1)  # what is imported and compiled once
    assert cost_of(8 * length) < 24 * cost_of(length) + 0.1  # were it quadratic, 64 times


def test_checking_is_linear_in_the_length_of_a_template(make_project: MakeProject):
    note_type = "name: Term\nlist: terms\nfields: [{name: word, required: true}]\ncards: [{name: Recall}]\n"

    def cost_of(size: int) -> float:
        folder = "notetypes/term"
        front = {f"{folder}/recall.front.html": "{{Word}}" + "{{word:why}}" * size}
        root = make_project(
            {f"{folder}/notetype.yaml": note_type, **front, f"{folder}/recall.back.html": "{{Word}}"}
        )
        return cost(lambda: _check(root))

    cost_of(1)
    assert cost_of(12_000) < 24 * cost_of(1500) + 0.1


@pytest.mark.parametrize("end", ["", r"\u00e2\u20ac\u2122"], ids=["all", "all but one"])
def test_mending_is_linear_in_the_length_of_a_field(make_project: MakeProject, run: Run, end: str):
    def cost_of(size: int) -> float:
        text = "Whatâ€™s it " * size + end
        root = make_project(a=f'concepts:\n  - id: a\n    prompt: What?\n    answer: "{text}"\n')
        started = time.process_time()
        assert f"Fixed {size:,} place" in run("lint", "--fix", root).stderr
        return time.process_time() - started

    cost_of(1)
    assert cost_of(1600) < 24 * cost_of(200) + 0.1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("answer: 'It''s ", "'"),
        ('answer: "\\u0041\\n\\x41 \\\n      ', '"'),
        ("answer: >-\n\n      It ", ""),
        ("answer: It ", ""),
    ],
    ids=["single quotes", "double quotes", "folded", "plain"],
)
def test_each_of_many_places_is_exact(make_project: MakeProject, before: str, after: str):
    source = f"concepts:\n  - id: a\n    prompt: What?\n    {before}" + "â€™s a\n      " * 3 + f"â€™{after}\n"
    places = [
        (number, line.find("â€™") + 1) for number, line in enumerate(source.split("\n"), 1) if "â€™" in line
    ]
    found = {each.span for each in _check(make_project(a=source)) if each.code.name == "mojibake"}
    assert [(span.line, span.column) for span in sorted(found)] == places
