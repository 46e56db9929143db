"""Files of a package that would load or run something are found, and those that name files it lacks."""

from __future__ import annotations

import re

import pytest
from conftest import MakeProject, Run
from test_what_cards_load import note_types
from test_what_texts_load import notes

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:s="http://www.w3.org/2000/svg"{}>{}</svg>'
FILES = {
    "a.html": "<p>A page</p>",
    "b.js": "1",
    "c.css": "@import url(https://evil.test/x);",
    "d.css": "@import 'data:text/css,a';",
    "f.svg": SVG.format(' onload="1"', ""),
    "g.svg": SVG.format("", "<s:script>1</s:script>"),
    "h.svg": SVG.format("", '<image xlink:href="https://evil.test/x"/>'),
    "i.svg": SVG.format("", "<style>rect { fill: url(https://evil.test/x) }</style>"),
    "j.svg": SVG.format("", '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
    "k.svg": '<?xml-stylesheet href="https://evil.test/x"?>' + SVG.format("", ""),
    "l.svg": '<!DOCTYPE svg [<!ENTITY x "https://evil.test/x">]>' + SVG.format("", '<image href="&x;"/>'),
    "m.svg": SVG.format("", '<a><animate attributeName="href" values="#;javascript:1"/></a>'),
    "r.m3u8": "https://evil.test/x",
    "s.mp3": "#EXTM3U\nhttps://evil.test/x",
    "t.mp3": "\ufeff[playlist]\nFile1=https://evil.test/x",
}
FILES_THAT_NAME_OTHERS = {
    "a.css": "@import '_b.css';",
    "b.css": "@font-face { src: url(_f.woff2) }",
    "c.svg": SVG.format("", '<image xlink:href="b.png"/>'),
    "d.svg": SVG.format("", '<use href="e.svg#a"/>'),
    "e.svg": SVG.format("", '<rect style="fill: url(f.svg#a)"/>'),
    "f.svg": SVG.format("", "<style>rect { fill: url(g.svg#a) }</style>"),
}
HARMLESS_FILES = {
    "n.css": "a { fill: url(#b); background: url(data:image/png;base64,AA==) }",
    "o.svg": SVG.format(
        ' xmlns:i="http://www.inkscape.org" i:export="C:\\a.png" style="color: red"',
        '<a href="https://example.org"><use xlink:href="#b"/></a><image href="data:image/png;base64,AA=="/>',
    ),
    "p.woff2": "a font",
    "u.mp3": "ID3 #EXTM3U",
    "q.svg": "<?plantuml 1.2024?>"
    + SVG.format("", '<foreignObject requiredExtensions="http://www.w3.org/1999/xhtml"/>'),
}


def test_files_that_load_or_run_are_found(make_project: MakeProject, run: Run):
    named = "".join(f'<link href="{name}">' for name in (*FILES, *HARMLESS_FILES))
    files = {f"media/{name}": text for name, text in (FILES | HARMLESS_FILES).items()}
    report = run("check", make_project({**note_types([f"{named}{{{{Word}}}}"], [""]), **files})).stdout
    assert re.findall(
        r"media/(\S+): warning media-active", re.sub(r"(media/\S+?):\d+:\d+:", r"\1:", report)
    ) == list(FILES)


def test_a_file_that_names_another_is_told_that_this_one_is_not_packed(make_project: MakeProject, run: Run):
    named = "".join(f'<img src="{name}">' for name in (*FILES_THAT_NAME_OTHERS, *HARMLESS_FILES))
    files = {f"media/{name}": text for name, text in (FILES_THAT_NAME_OTHERS | HARMLESS_FILES).items()}
    report = run("check", make_project({**note_types([f"{named}{{{{Word}}}}"], [""]), **files})).stdout
    assert re.findall(r"media/(\S+?):[0-9:]+ warning media", report) == list(FILES_THAT_NAME_OTHERS)


def test_each_file_that_a_style_or_a_picture_names_is_found_at_its_place(make_project: MakeProject, run: Run):
    style = "a { background: url(a.png) }\nb { background: url(b.png), url(a.png) }"
    drawing = '<svg xmlns="http://www.w3.org/2000/svg">\n <image href="a.png"/>\n <image href="b.png"/></svg>'
    named = '<link rel="stylesheet" href="a.css"><img src="b.svg">'
    files = {"media/a.css": style, "media/b.svg": drawing}
    report = run("check", make_project({**note_types([f"{named}{{{{Word}}}}"], [""]), **files})).stdout
    places = re.findall(r"media/(\S+): warning media-names-file The file names `(\S+)`", report)
    assert places == [
        *[("a.css:1:17", "a.png"), ("a.css:2:17", "b.png")],
        *[("b.svg:2:2", "a.png"), ("b.svg:3:2", "b.png")],
    ]


@pytest.mark.parametrize("name", ["a.html", "b.js", "p.woff2"])
def test_what_is_no_picture_is_not_shown_as_one(name: str, make_project: MakeProject, run: Run):
    root = make_project({f"media/{name}": "text"}, a=notes([f"![A]({name})"]))
    assert f"error media-kind `{name}`" in run("check", root).stdout
