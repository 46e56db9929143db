"""foreign-mark: what Obsidian, Pandoc, HTML and others have, and readers here would see as it is typed."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places, report

RULE = "foreign-mark"


@pytest.mark.parametrize(
    ("answer", "mark", "hint"),
    [
        ("See ![[lag.png]]", "![[lag.png]]", "![what it shows]"),
        ("See [[Idempotency|it]].", "[[Idempotency|it]]", "words alone"),
        ("a ==marked== word", "==marked==", "<mark>"),
        ("a ^^marked^^ word", "^^marked^^", "<mark>"),
        ("a %%not for readers%% b", "%%not for readers%%", "YAML"),
        ("a <!-- b -->", "<!--", "YAML"),
        ("A mark[^1].", "[^1]", "source"),
        ("What is it[^1]?", "[^1]", "source"),
        ("a\n\n[^note]: b", "[^note]:", "source"),
        ("- [ ] open\n- done", "- [ ]", "Delete the box"),
        ("x^2^ grows", "^2^", "<sup>"),
        ("H~2~O", "~2~", "<sub>"),
        ("![a](b.png){.wide}", "{.wide}", "{width=200}"),
        ("![a](b.png){width=50%}", "{width=50%}", "{width=200}"),
        ("![a](b.png){ width=200 }", "{ width=200 }", "{width=200}"),
        ("![a](b.png) {width=200}", "{width=200}", "right behind"),
        ("a [b]{.mark} c", "{.mark}", "<mark>"),
        ("ein __Haus__tür", "__Haus__", "<b>"),
        ("ein über*setz*en", "*setz*", "<i>"),
        ("a\n\n## Title {#id}", "## Title {#id}", "delete"),
        ("![a|200](b.png)", "|200]", "{width=200}"),
        ("[latex]x[/latex]", "[latex]", "$x^2$"),
        ("[$]x[/$]", "[$]", "$x^2$"),
        ("> [!note]\n> so", "> [!note]", "**Note:**"),
        ("Title\n=====", "=====", "# "),
        ("a\n\n##Title", "##T", "space"),
        ("焦点は、_口径_を", "_口径_", "asterisks"),
        ("これは__何__か", "__何__", "asterisks"),
        ("東[とう]", "東[とう]", "<ruby>"),
        ("**Note: ** so", "**Note: **", "space"),
        ('A curve <img src="lag.png">', '<img src="lag.png">', "![what it shows]"),
        ("<div>x</div>", "<div>", "empty line"),
        ('<a href="b">c</a>', '<a href="b">', "[words]"),
        ('<b class="x">y</b>', '<b class="x">', "Markdown"),
        ("one</b> and <b>two</b>", "</b>", "delete the tag"),
        ("What is &lt;?", "&lt;", "Write `<`"),
        ("write &copy; or `&reg;`, &copy;", "&copy;", "Write `©`"),
        ("a&nbsp;b", "&nbsp;", "a space"),
        ("&#8203;", "&#8203;", "Delete it"),
        ("&#0;", "&#0;", "Delete it"),
        ("a footnote [^1] behind a space", "[^1]", "source"),
        ("<p>one<p>two", "<p>", "empty line"),
        ("above\n<hr>\nbelow", "<hr>", "---"),
        ("H<sub>2 O", "<sub>", "</sub>"),
        ("H<Sub>2</Sub>O", "<Sub>", "`<sub>`, in small letters"),
        ("<ruby>東", "<ruby>", "</ruby>"),
        ("long<wbr>word", "<wbr>", "delete the tag"),
        ("<var>x</var> grows", "<var>", "Markdown"),
        ('<source src="a.mp4">', "<source", "Markdown"),
        ("<details open>x</details>", "<details open>", "Markdown"),
        ("<math><mi>x</mi></math>", "<math>", "$x^2$"),
        ("<anki-mathjax>x</anki-mathjax>", "<anki-mathjax>", "$x^2$"),
        ("```math\nx^2\n```", "`math`", "$$"),
        ("```mermaid\ngraph TD\n```", "`mermaid`", "picture"),
        ("**Note:**this", "**Note:**", "<b>"),
        ('all**"quoted"**', '**"quoted"**', "<b>"),
        ("ge**mach**t", "**mach**", "<b>"),
        ("**L'**école", "**L'**", "<b>"),
        ("**עברית:**מילה", "**עברית:**", "<b>"),
        ("er fahr*en* muss", "*en*", "<i>"),
        ("*zu Ende*gebracht", "*zu Ende*", "<i>"),
        ("它的环境_scope_。", "_scope_", "asterisks"),
    ],
)
def test_a_mark_is_found_with_what_to_write_instead(answer: str, mark: str, hint: str):
    (found,) = report(RULE, concept("What?", answer)).findings
    assert f"`{mark}" in found.message or mark in found.message
    assert hint in found.hint
    assert str(found.severity) == "warning"


@pytest.mark.parametrize(
    "answer",
    [
        "`![[a]]`, `==b==` and `<div>x</div>`",
        '```html\n<img src="a">\n```',
        "$x^2^3$ and $[[1]]$",
        "[[1, 2], [3, 4]], x[[i]] and [[ -f a ]]",
        "a == b and c == d; a==b, c==d; x === y; !=="[:-1],
        "100%, 50%% of it, 50%%, 20%%, ${a%%.*} and ${b%%.*}",
        "https://a.b/c~d~e, HEAD~1~2",
        "use **ctrl-a**, **#**, **enter** or **J**ava, Type**Script**, **「x」**は",
        "T* a; T* b, (*args)*x, a**b**c, *p;*q",
        "vector<a>x, List<p>",
        "<hr>",
        "===",
        "a\n\n=====",
        "AT&T; R&D, &nothing; and https://a.b/?c&lt;d",
        "the class [^a-z]+ and a[^b]c",
        "a^b^c and 2^10",
        "snake_case_name, __init__, _so_ and _two words_, a_b_c",
        "これは*何*か、_口径_ と、__init__。",
        "5~10 s, 20~30 s",
        "![a](b.png){width=200} ![a](b.png){width=80px}",
        "f(x){ return 1 }",
        "> a quotation",
        "#include and #tag",
        "**bold** and **more**, 2 ** 3 ** 4",
        "The <div> element, List<String>, a <b>bold</b> <kbd>key</kbd><br>",
        "<ruby>東<rt>とう</rt></ruby> <mark>m</mark>",
        "[a link](b.html), a[0] and - [a](b)",
    ],
)
def test_text_and_what_deckgen_takes_are_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


def test_each_field_and_each_mark_is_looked_at():
    source = note("concepts", prompt="==a== ==b==", answer="A", why='b[^1], ==c== and <p align="center">')
    expected = ["3:14 warning", "3:20 warning", "5:18 warning", "5:12 warning", "5:28 warning"]
    assert places(RULE, source) == expected


@pytest.mark.parametrize(
    "answer", ["==a== and ==b==", "a[^1] and b[^2]", "- [ ] a\n- [x] b", "漢[かん]字[じ]", "SO~4~^2-^"]
)
def test_each_mark_of_a_text_is_found(answer: str):
    assert len(places(RULE, concept("What?", answer))) == 2
