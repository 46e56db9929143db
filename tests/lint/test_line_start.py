"""line-start: signs at the start or the end of a line that Markdown takes, and nobody means so."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, places

RULE = "line-start"


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        ("The land\n+ 12 miles of sea", "+"),
        ("It was\n- 5 degrees\nor so", "-"),
        ("The sum of 4 and\n* 5.", "*"),
        ("The sum of\n+ 4 and\n* 5.", "+"),
        ("The sum of\n* x and\n- y.", "*"),
        ("It takes 4\n+ 5, which is\n- as one sees - 9.", "+"),
        ("The clocks - at first\n- in Bern - were slow.", "-"),
        ("It costs\n> 5 €.", ">"),
        ("/*\n * A comment\n */", "*"),
        (">>> x = [1, 2]\n>>> x[0]\n1", ">>>"),
        ("> x <- 1\n> x", ">"),
        ("> db.users.find()\n[]", ">"),
        ("It brings up to date:\n# `apt` refreshes the list\napt update", "#"),
        ("> select 1;\n1", ">"),
        ("x = 1\n# add one\nx += 1", "#"),
        ("# install\npip install x", "#"),
        ("#!/bin/sh\n# a comment\necho hi", "#"),
        ("Run:\n# apt update\n# apt upgrade", "#"),
        ("# apt update\n# apt upgrade", "#"),
        ("# Add an item\n    def add(self): ...", "#"),
        ("#\nls", "#"),
        ("ls\n##\nps", "##"),
        ("<Card\n  style={{x: 1}}\n>\n  text", ">"),
        ("> truncates the file\n>> appends to it", ">"),
        ("| keeps line breaks,\n> folds them.", ">"),
        ("+ added line\n- removed line", "+"),
        ("+ Fast\n+ Simple\n- Costly", "+"),
        ("## is h2\n### is h3", "##"),
        ("> child\n+ next sibling\n~ later sibling", ">"),
        ("> child\\\n+ next sibling\\\n~ later sibling", ">"),
        ("- > child\n- + next sibling\n- ~ later sibling", ">"),
        ("* multiplies\n/ divides", "*"),
        (">>= binds\n>> sequences\n<$> maps", ">>="),
        ("Signs:\n> greater\n>= at least\n< less", ">"),
        ("Signs:\n+ added line\n- removed line\n! changed", "+"),
        ("docker run \\\n  -v x \\\n  y", "\\"),
    ],
)
def test_a_sign_that_is_taken_for_markup_is_found(answer: str, sign: str):
    assert [message.split("`")[1] for message in messages(RULE, concept("What?", answer))] == [sign]


@pytest.mark.parametrize(
    "answer",
    [
        "One line",
        "Two:\n- 5\n- 6",
        "One:\n- 32 bits",
        "Each of\n- a\n  * b\n- c",
        "Each of\n- a\n\n  * b",
        "These\n+ a\n+ b",
        "- a\n- 5",
        "- it goes on\n  here, and\n- here",
        "It was\n\\- 5 degrees",
        "He said:\n> It is so.",
        "He said:\n> It is so.\n>\n> It is not.",
        "He said:\n>\n> It is so.",
        "# Add an item\n\n    def add(self): ...",
        "It is so (he said).\n\n> The count (of all) is low.\n> It is = 5",
        "- `>` truncates\n- `>>` appends",
        "- \\> truncates\n- \\>> appends",
        "- a\n* b",
        "* a\n- b",
        "- a\n  + b\n  + c",
        "- a thing\n-> so it is",
        "- a\n- b\n> He said it.",
        "- a\n- b\n> q",
        "> q\n* a\n* b",
        "Text:\n> quote\n- a",
        "- `-a`: all\n+ `+x`: run",
        "> to be or not to be\n- Shakespeare",
        "> It is so.\n> and so it goes",
        "> He said:\n>> It is so.",
        "| a | b |\n|---|---|\n| 1 | 2 |\n* a list",
        "# One\n\n# Two\n## Three",
        "# One\n## Two",
        "# Title\nText",
        "# title\n\ntext",
        "One\\\ntwo",
        "```\n>>> x\n# a\n# b\nc \\\n- d\n```",
        "`a \\\nb`",
    ],
)
def test_markup_that_is_meant_is_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


def test_it_is_found_where_it_stands():
    assert places(RULE, concept("What?", "It was\n- 5 degrees")) == ["4:22 warning"]
