"""text-dropped: words and numbers that Markdown does not show as they are written."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places

RULE = "text-dropped"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("```SELECT 1\nFROM a\n```", ["`SELECT 1` is not shown"]),
        ("```print(1)\nprint(2)\n```", ["`print(1)` is not shown"]),
        ("~~~ sql select 1\nb\n~~~", ["`sql select 1` is not shown"]),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| 1 |", ["This row has 3 cells"]),
        ("a | b\n-|-\n1 | 2 | 3\n\nx | y | z", ["This row has 3 cells"]),
        ("| a | b |\n|---|\n| 1 | 2 |", ["This makes no table"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\nIt is so.", ["This line becomes a row"]),
        ("a | b\n-|-\n#1 of two", ["This line becomes a row"]),
        ("7. a\n9. b\n12. c", ["counted as 8, not as 9", "counted as 9, not as 12"]),
        ("1. a\n   1. b\n   3. c\n2. d", ["counted as 2, not as 3"]),
        ("1984. a\n\n1990. b", ["counted as 1985, not as 1990"]),
        ("```python {linenos=true}\na\n```", ["`{linenos=true}` is not shown"]),
        ('```js title="a.js" {1,3}\na\n```', ['`title="a.js" {1,3}` is not shown']),
        ("```{python}\na\n```", ["`{python}` is not shown"]),
        ("<br>, <hr> and <img>", ["`<br>` is not shown"]),
        ("It ends with <br>", ["`<br>` is not shown"]),
        ("The tag (<br>) ends a line", ["`<br>` is not shown"]),
        ("An empty <kbd></kbd> element", ["`<kbd></kbd>` is not shown"]),
        ("<strong>text</strong>, not <b>text</b>", ["`<b>` and `<strong>` are not shown"]),
        ('[a](http://x.y "hidden title")', ['`"hidden title"` is only shown under a mouse']),
        ('See [a].\n\n[a]: http://x.y "hidden"', ['`"hidden"` is only shown under a mouse']),
        ("[a](http://x.y (hidden))", ["`(hidden)` is only shown under a mouse"]),
        ("Use <br> to break a line", ["`<br>` is not shown"]),
        ("Use <em>, <strong>, <br> or <sub>.", ["`<br>` is not shown"]),
        ("<sup> raises, <br> breaks, <q> quotes", ["`<br>` is not shown"]),
        ("- <br> breaks\n- <hr> draws", ["`<br>` is not shown"]),
        ("| a | b |\n|---|---|\n| <br> | <br> |", ["`<br>` is not shown", "`<br>` is not shown"]),
        ("The ` opens a template, the other ` closes it", ["The backticks of `opens a template, the other`"]),
        ("const key = `${i},${n}`;", ["The backticks of `${i},${n}` are not shown"]),
        ("throw Error(`${x} is none`)", ["The backticks of `${x} is none` are not shown"]),
        ("(defvar *x* 1) and *standard-output*", ["The asterisks of `*x*` are not shown"]),
    ],
)
def test_what_is_dropped_or_changed_is_found(answer: str, says: list[str]):
    found = messages(RULE, concept("What?", answer))
    assert len(found) == len(says)
    assert all(words in message for words, message in zip(says, found, strict=True))


@pytest.mark.parametrize(
    "answer",
    [
        "```sql\nSELECT 1\n```",
        "```\nSELECT 1\n```",
        "```c++\na\n```",
        "````md\n```\na\n```\n````",
        "| a | b |\n|:--|--:|\n| `x|y` | $|z|$ |\n| a \\| b | c |\n| 1 |",
        "a | b\n\n---\n\nc | d | e",
        *(
            f"| a | b |\n|---|---|\n| 1 | 2 |\n{line}"
            for line in ("- c", "1. c", "> c", "# C", "---", "\nc", "    c")
        ),
        "1. a\n2. b\n3. c",
        "1. a\n1. b\n1. c",
        "3. a\n4. b\n\n   more\n\n5. c",
        "1. a\n\nSo much for that.\n\n7. b",
        "1. a\n2) b",
        "1. a\n   1. b\n   2. c\n2. d\n   1. e",
        "```\n1. a\n5. b\n```",
        'Key:<br>`x`<br>\n`y`\n\nimport "net/http"<br>\nio.WriteString(<br>\nx)',
        "<b>one</b> and <strong>two</strong>",
        "one<br>two <br> Three\n\n<b>four</b> and <i>five</i>",
        "A shell expands `${x}` (`${y}`): `a${x}b`; write ``return `${x}` `` or\n```\nx = `${y}`\n```",
        "`<br>`, `<b></b>` and `[a](b 'c')`",
        "[a](https://a.b/c_(d)) and (*see above*)",
        "<br>",
        "| a | b |\n|---|---|\n| `x`<br>`y` | a<br>b |",
        "`x` <br> `y`, more\n\n` code ` and `` ` and a ` ``",
    ],
)
def test_what_is_shown_is_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


def test_a_line_break_that_is_hidden_alone_is_found():
    assert messages(RULE, note("clozes", text="{{c1::<br>}} breaks a line.")) == ["`<br>` is not shown."]
    assert messages(RULE, note("clozes", text="{{c1::a<br>}}b{{c2::<br>c}}")) == []


def test_each_is_found_where_it_stands():
    assert places(RULE, concept("What?", "1. a\n3. b")) == ["4:20 warning"]
    assert places(RULE, concept("What?", "so\n\n```a b c\nd\n```")) == ["4:23 warning"]
    source = note("concepts", prompt="1. a\n3. b", answer="A", why="| a |\n|---|\n| b | c |")
    assert places(RULE, source) == ["3:20 warning", "5:25 warning"]
