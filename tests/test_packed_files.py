"""Files that card templates, styles and a theme's stylesheet load are in the package, and checked."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from anki_collection import Reader
from conftest import MakeProject, Run

PICTURE = b"\x89PNG not really, but nobody looks"
NOTES = "terms:\n  - {id: a, covers: [basics/first, basics/second], word: Lag}\n"
TERM = "name: Term\nlist: terms\nfields: [{name: word, required: true}]\ncards: [{name: Define}]\n"


def own_type(front: str = "{{Word}}", style: str = "") -> dict[str, str | bytes]:
    folder = "notetypes/term"
    return {
        f"{folder}/notetype.yaml": TERM,
        f"{folder}/define.front.html": front,
        f"{folder}/define.back.html": "{{Word}}",
        f"{folder}/style.css": style,
        f"{folder}/logo.png": PICTURE,
        f"{folder}/type.woff2": b"a font",
    }


def built(root: Path, run: Run, reader: Reader) -> dict[str, str]:
    """Build and import; return the text of each file in the reader's media folder by its name."""
    result = run("build", root, "-o", "deck.apkg")
    assert result.exit_code == 0, result.stderr
    reader.import_package(Path("deck.apkg"))
    folder = Path(reader.col.media.dir())
    return {file.name: file.read_bytes().decode(errors="replace") for file in folder.iterdir()}


@pytest.mark.parametrize(
    ("front", "style"),
    [
        ('<img src="logo.png" alt="">{{Word}}', ""),
        ("<img alt='' src='logo.png'>{{Word}}", ""),
        ('<img srcset="logo.png, logo.png 2x" alt="">{{Word}}', ""),
        ("{{Word}}", ".card { background: url(logo.png); }"),
        ("{{Word}}", '.card { background: url( "logo.png" ); }'),
    ],
)
def test_a_file_of_a_note_type_arrives_under_a_name_that_anki_keeps(
    front: str, style: str, make_project: MakeProject, run: Run, reader: Reader
):
    media = built(make_project(own_type(front, style), a=NOTES), run, reader)
    (name,) = media
    assert re.fullmatch(r"_logo-[0-9a-f]+\.png", name)
    note_type = reader.col.models.get(reader.col.get_note(next(iter(reader.col.find_notes("")))).mid)
    assert name in note_type["tmpls"][0]["qfmt"] + note_type["css"]
    assert list(reader.col.media.check().unused) == []


def test_a_sound_of_a_template_is_packed_and_plays(make_project: MakeProject, run: Run, reader: Reader):
    front = '[sound:bell.mp3]<audio src="bell.mp3"></audio>{{Word}}'
    root = make_project({**own_type(front), "media/bell.mp3": b"ding"}, a=NOTES)
    assert "media" not in run("check", root).stdout
    (name,) = built(root, run, reader)
    (card,) = map(reader.col.get_card, reader.col.find_cards(""))
    assert [tag.filename for tag in card.question_av_tags()] == [name]
    assert f'<audio src="{name}">' in card.question()


def test_a_sound_of_a_template_that_is_not_there_is_an_error_at_its_name(make_project: MakeProject, run: Run):
    report = run("check", make_project(own_type("{{Word}}\n[sound:bell.mp3]"), a=NOTES)).stdout
    assert "define.front.html:2:8: error media-missing There is no file `bell.mp3`." in report


def test_a_style_that_another_imports_comes_first_as_browsers_ask(
    make_project: MakeProject, run: Run, reader: Reader
):
    style = ".a { content: \"@import 'b';\" }\n/* ; */ @import 'more.css' screen;\n.c { color: red }\n@import url(more.css)"
    style += ";\n@media print { @import 'more.css'; }"
    files = {
        "deckgen.yaml": "name: Test\nid: test\ntheme: {size: 20}\n",
        "media/more.css": ".d { color: blue }",
    }
    (name,) = built(make_project({**own_type(style=style), **files}, a=NOTES), run, reader)
    css = reader.col.models.get(reader.col.get_note(next(iter(reader.col.find_notes("")))).mid)["css"]
    assert css.startswith(f"@import '{name}' screen;\n@import url({name});\n")
    assert css.count("@import") == 4
    rest = f".c {{ color: red }}\n\n@media print {{ @import '{name}'; }}"
    assert css.endswith(f"{rest}.card {{ --size: 1.25rem; }}\n")


def test_each_picture_of_a_set_is_packed_or_missed(make_project: MakeProject, run: Run, reader: Reader):
    front = '<img src="sheet.png" srcset="sheet.png 1x,\n big.png 2x" alt="">{{Word}}'
    files = {**own_type(front), "notetypes/term/sheet.png": PICTURE, "notetypes/term/big.png": b"big"}
    media = built(make_project(files, a=NOTES), run, reader)
    assert sorted(re.sub("-[0-9a-f]+", "", name) for name in media) == ["_big.png", "_sheet.png"]
    (front_of_card,) = (one["qfmt"] for one in reader.col.models.by_name("Term · Test")["tmpls"][:1])
    assert all(name in front_of_card for name in media)
    (make_project(files) / "notetypes/term/big.png").unlink()
    assert "define.front.html:2:2: error media-missing" in run("check", "cards").stdout


@pytest.mark.parametrize(
    ("front", "style"),
    [
        ('<img src="my logo.png" alt="">', ""),
        ("", ".card { background: url( 'my logo.png' ); }"),
        ("<style>.card { background: url('my logo.png'); }</style>", ""),
        ("", '.card { background: image-set("my logo.png" 1x); }'),
        ("", '@import "my logo.png";'),
        ("", '@import url("my logo.png");'),
        ('<p style="background: url(&quot;my logo.png&quot;)"></p>', ""),
        ('<p style="background: url(&#39;my logo.png&#39;)"></p>', ""),
    ],
)
def test_a_name_with_a_space_is_one_name_wherever_it_stands(
    front: str, style: str, make_project: MakeProject, run: Run, reader: Reader
):
    files = {**own_type(f"{front}{{{{Word}}}}", style), "notetypes/term/my logo.png": PICTURE}
    (name,) = built(make_project(files, a=NOTES), run, reader)
    assert re.fullmatch(r"_my-logo-[0-9a-f]+\.png", name)


@pytest.mark.parametrize(
    ("loads", "shown"),
    [
        ('<img src="logo.png?v=1">', r'<img src="_logo-\w+\.png">'),
        ("<img {{#Word}}src=logo.png{{/Word}}>", r"}}src=_logo-\w+\.png{{"),
        ('<p {{#Word}}style="src: url(logo.png)"{{/Word}}></p>', r"url\(_logo-\w+\.png\)"),
        ('<svg><use href="logo.png#mark"/></svg>', r'<use href="_logo-\w+\.png#mark"/>'),
        ("<svg><use xlink:href='logo.png?v=1#mark'/></svg>", r"<use xlink:href='_logo-\w+\.png#mark'/>"),
        ("@font-face { src: url(logo.png?v=1) }", r"src: url\(_logo-\w+\.png\)"),
        ('@font-face { src: url("logo.png?#iefix") }', r'src: url\("_logo-\w+\.png#iefix"\)'),
        ("@namespace url(urn:x); a { fill: url(#a); src: url(logo.png) }", r"urn.*#a.*_logo-\w+\.png"),
    ],
)
def test_a_query_and_a_fragment_are_no_part_of_the_name(
    loads: str, shown: str, make_project: MakeProject, run: Run, reader: Reader
):
    front, style = (loads, "") if loads.startswith("<") else ("", loads)
    (name,) = built(make_project(own_type(f"{front}{{{{Word}}}}", style), a=NOTES), run, reader)
    note_type = reader.col.models.by_name("Term · Test")
    found = re.search(shown, note_type["tmpls"][0]["qfmt"] + note_type["css"])
    assert found
    assert name in found[0]


def test_a_name_may_hold_the_sign_of_a_fragment(make_project: MakeProject, run: Run, reader: Reader):
    files = {**own_type('<img src="C#.png">{{Word}}'), "notetypes/term/C#.png": PICTURE}
    assert len(built(make_project(files, a=NOTES), run, reader)) == 1


def test_what_a_comment_names_is_not_looked_for(make_project: MakeProject, run: Run):
    front = '<!-- <img src="gone.png"><img src="https://a.org/b.png"> -->{{Word}}'
    style = "/* url(gone.png) url(https://a.org/b.png) */ .card { content: 'url(gone.png)'; }"
    output = run("check", make_project(own_type(front, style), a=NOTES)).stdout
    assert "media-missing" not in output
    assert "notetype-remote" not in output


def test_words_of_a_template_name_no_file(make_project: MakeProject, run: Run):
    front = (
        """<p title="see url(a.png), src=b.png" aria-label='src="c.png"'>"""
        "Don't write url(d.png), or src=e.png; or @import f.css</p>{{Word}}"
        "<style>/* url(g.png) */ p::after { content: 'url(h.png)'; }</style>"
    )
    assert "media-missing" not in run("check", make_project(own_type(front), a=NOTES)).stdout


@pytest.mark.parametrize(
    "front",
    [
        "<p>a > b</p><style>p > a { background: url(gone.png) }</style>{{Word}}",
        """<p title='a "b' style="background: url(gone.png)">{{Word}}</p>""",
        '<script>const html = "<img src=gone.png>"</script>{{Word}}',
        '<p title="[sound:gone.png]">{{Word}}</p>',
        '<img alt="a<b" src="gone.png">{{Word}}',
        "<svg><rect fill='url(gone.png)'/></svg>{{Word}}",
        '<p title="a">it\'s</p><img alt="x"src="gone.png">{{Word}}',
    ],
)
def test_what_loads_a_file_is_found_among_words(front: str, make_project: MakeProject, run: Run):
    report = run("check", make_project(own_type(front), a=NOTES)).stdout
    assert f"define.front.html:1:{front.index('gone') + 1}: error media-missing" in report


def test_a_stylesheet_of_the_theme_may_bring_a_font(make_project: MakeProject, run: Run, reader: Reader):
    files = {
        "deckgen.yaml": "name: Test\nid: test\ntheme: {stylesheet: look/brand.css}\n",
        "look/brand.css": "@font-face { font-family: Own; src: url(own.woff2); }",
        "look/own.woff2": b"a font",
    }
    media = built(make_project({**files, **own_type()}, a=NOTES), run, reader)
    assert [re.sub("-[0-9a-f]+", "-x", name) for name in media] == ["_own-x.woff2"]


def test_a_changed_file_is_a_change_of_the_note_type_and_reaches_readers(
    make_project: MakeProject, run: Run, reader: Reader
):
    root = make_project(own_type('<img src="logo.png" alt="">{{Word}}'), a=NOTES)
    built(root, run, reader)
    (root / "notetypes/term/logo.png").write_bytes(b"another picture")
    assert "note type terms: styling or templates changed" in run("status", root).stdout
    assert "another picture" in built(root, run, reader).values()


def test_a_file_in_media_that_only_a_template_shows_is_used(make_project: MakeProject, run: Run):
    files = own_type('<img src="seal.png" alt="">{{Word}}')
    root = make_project({**files, "media/seal.png": PICTURE}, a=NOTES)
    assert "media-unused" not in run("check", root).stdout


def test_an_edit_of_a_file_that_a_template_shows_is_built(make_project: MakeProject, run: Run):
    files = own_type('<img src="seal.png" alt="">{{Word}}')
    root = make_project({**files, "media/seal.png": PICTURE}, a=NOTES)
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    before = Path("deck.apkg").read_bytes()
    (root / "media/seal.png").write_bytes(b"another")
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    assert Path("deck.apkg").read_bytes() != before


def test_a_file_that_is_not_there_is_an_error_at_its_name(make_project: MakeProject, run: Run):
    root = make_project(
        own_type('<p>\n<img src="lgo.png" alt="">{{Word}}', ".card { src: url(typ.woff2); }"), a=NOTES
    )
    report = run("check", root).stdout
    assert "notetypes/term/define.front.html:2:11: error media-missing There is no file `lgo.png`." in report
    assert "notetypes/term/style.css:1:18: error media-missing There is no file `typ.woff2`." in report


@pytest.mark.parametrize(
    "front",
    [
        '<img src="{{Word}}">',
        '<a href="other.html">{{Word}}</a>',
        '<img srcset="{{Word}} 2x">',
        '<img src="data:image/png;base64,AA==">{{Word}}',
        '<svg><use href="#mark"/></svg>{{Word}}',
        '<link rel="stylesheet" href="_deckgen-own.css">{{Word}}',
    ],
)
def test_what_is_no_file_of_the_project_is_left_as_it_is(
    front: str, make_project: MakeProject, run: Run, reader: Reader
):
    assert built(make_project(own_type(front), a=NOTES), run, reader) == {}
    note_type = reader.col.models.get(reader.col.get_note(next(iter(reader.col.find_notes("")))).mid)
    assert front in note_type["tmpls"][0]["qfmt"]


@pytest.mark.parametrize(("written", "named"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
def test_a_picture_is_found_in_whichever_form_its_name_is_spelt(
    written: str, named: str, make_project: MakeProject, run: Run
):
    """A Mac writes `é` as two characters; git brings the name to Linux as it is."""
    in_form = {form: unicodedata.normalize(form, "séquence.png") for form in ("NFC", "NFD")}
    notes = f"concepts:\n  - {{id: a, covers: [basics/first, basics/second], prompt: Which of the steps comes first in the picture that shows them all?, answer: '![Steps]({in_form[named]})'}}\n"
    root = make_project({f"media/{in_form[written]}": PICTURE}, a=notes)
    assert run("check", root).stdout == "No findings\n"
