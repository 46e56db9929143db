import re
from collections import Counter
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

from deckgen.cloze.patterns import ENTITY, HARMLESS_TAGS, LETTER
from deckgen.lint.plain_text import prose
from deckgen.lint.rule import IF_CODE, TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView
from deckgen.model.text import can_be_seen, unescape


class _Mark(NamedTuple):
    """A mark of another program: a sign that is in each, how to find it, its name, and what to write here.

    ``pattern`` is a string, since most decks have few of the signs.
    """

    sign: str
    pattern: str
    name: str
    hint: str


_HIGHLIGHT = f"Write `<mark>words</mark>`; {IF_CODE}"
_COMMENT = f"Write it in YAML, behind a `#` on a line of its own above the field; {IF_CODE}"
_ATTRIBUTE = "Write `{width=200}`, in pixels, right behind a picture; delete any other."
# Emphasis that Markdown does not see: beside a letter on one side and a mark on the other, or within a word.
# It starts with an asterisk, so that the search skips all else.
_BESIDE_LETTERS = (
    r"\*(?<!\*\*)(?:"
    r"(?<![^\s(]\*)(\*?)[^\s*][^*\n]*(?<=[.:!?\"'\u201d\u2019»…])\*\1(?=[^\W_])(?=[\0-\u0dff])"
    r"|(?<![^\s(]\*)[^\W\d_]+(?:[ ][^\W\d_]+)+\*(?=[^\W\d_]{2})(?=[\0-\u0dff])"
    r"|(?<=[^\W\d_]\*)(?<=[\0-\u0dff]\*)(?:(\*?)[\"'\u201c\u201e\u2018«][^\W_][^*\n]*\*\2(?![*\w])"
    r"|\*[^\W\d_]{2,}\*\*(?=[^\W\d_])|(?<=[^\W\d_]{2}\*)[^\W\d_]{2,}\*(?![*\w](?!(?<=[^\W\d_])[^\W\d_]))))"
)
_EAST_ASIAN = rf"(?=\w)(?!{LETTER})"
_MARKS = (
    _Mark("![[", r"!\[\[[^\[\]\n]+\]\]", "an embedded file", "Write `![what it shows](picture.png)`."),
    _Mark(
        "[[",
        r"(?<![\w!\[])\[\[(?!\d)\w[^\[\]\n]*\]\]",
        "a link between notes",
        f"Write the words alone; {IF_CODE}",
    ),
    _Mark("==", r"(?<![\w=!<>])==[^\s=](?:[^=\n]*[^\s=])?==(?![\w=])", "a highlight", _HIGHLIGHT),
    _Mark("^^", r"\^\^[^\s^][^^\n]*\^\^", "a highlight", _HIGHLIGHT),
    _Mark("%%", r"(?<!\S)%%[^%\n]+%%(?![\w%])", "a comment", _COMMENT),
    _Mark("<!--", r"<!--", "a comment", _COMMENT),
    _Mark(
        "[^",
        r"(?<=[\w.,;:!?\"')*])\[\^(?:\d+|[A-Za-z][\w-]+)\](?![\w+*{\\])|^\[\^[\w-]+\]:|(?<=\s)\[\^\d+\](?!\S)",
        "a footnote",
        f"Write it in brackets, or as the note's `source`; {IF_CODE}",
    ),
    _Mark(
        "] ",
        r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\](?=\s)",
        "a box to tick",
        "Delete the box: a card has nothing to tick.",
    ),
    _Mark(
        "^",
        r"(?<=[\w~)])\^[^\s^{}]{1,20}\^(?![\w^])",
        "a superscript",
        f"Write `<sup>2</sup>`, or `$x^2$`; {IF_CODE}",
    ),
    _Mark(
        "~",
        r"(?<![\w/.~-])[A-Za-z]{1,3}~\w{1,3}~(?!~)",
        "a subscript",
        f"Write `<sub>2</sub>`, or `$x_2$`; {IF_CODE}",
    ),
    _Mark(
        "){",
        r"(?<=\))\{(?!width=[1-9]\d{0,3}(?:px)?\})[ ]*(?:[.#:][\w-]|\w+=)[^{}\n]*\}",
        "an attribute",
        _ATTRIBUTE,
    ),
    _Mark(") {", r"(?<=\) )\{[ ]*(?:width|height)=[^{}\n]*\}", "an attribute", _ATTRIBUTE),
    _Mark(
        "]{",
        r"(?<=\])\{[.#][A-Za-z][^{}\n]*\}",
        "an attribute",
        f"Write a tag such as `<mark>` or `<u>` around the words; {IF_CODE}",
    ),
    _Mark("{#", r"^#{1,6} .*\{#[\w-]+\}", "an attribute", _ATTRIBUTE),
    _Mark(
        "![",
        r"!\[[^\[\]\n|]*\|[ \t]*\d+(?:x\d+)?\](?=\()",
        "a picture's width",
        "Write `![what it shows](picture.png){width=200}`.",
    ),
    _Mark(
        "[!", r"^> ?\[![\w-]+\]", "a callout", "Begin the quotation with the word in bold: `> **Note:** …`."
    ),
    _Mark("===", r"(?<=\S\n)={3,}[ \t]*$", "a heading's underline", "Write `# ` before the heading."),
    _Mark("##", r"^#{2,6}[^\s#{]", "a heading", f"Write a space behind the `#`; {IF_CODE}"),
    _Mark(
        "_",
        rf"(?<!{LETTER})(__?){_EAST_ASIAN}[^\s_]+\1{_EAST_ASIAN}"
        rf"|(?<=\w)(?<!{LETTER})(?:(__?){_EAST_ASIAN}[^\s_]+\2|_[A-Za-z]+_)(?!\w)",
        "emphasis",
        "Write asterisks: underscores beside letters are letters.",
    ),
    _Mark(
        "__",
        r"(?<!\w)__[^\W\d_]{2,}__(?=[^\W\d_]{2})",
        "bold text",
        f"Write `<b>words</b>`; {IF_CODE}",
    ),
    _Mark(
        "**",
        r"(?<![\w*])\*\*[^\s*](?:[^*\n]*[^\s*])?[ \t]+\*\*(?!\S)",
        "bold text with a space before its end",
        "Write the space behind the asterisks.",
    ),
    _Mark("*", _BESIDE_LETTERS, "emphasis", f"Write `<b>words</b>` or `<i>words</i>`; {IF_CODE}"),
)
# Looked for in formulas and code, too: `$]x[/$` is one, and so is the name behind a fence.
_FENCES = (
    _Mark(
        "math",
        r"^ {0,3}(?:```+|~~~+)[ \t]*math\b",
        "a formula",
        "Write `$$` in place of the backticks, and nothing behind it.",
    ),
    _Mark(
        "mermaid",
        r"^ {0,3}(?:```+|~~~+)[ \t]*mermaid\b",
        "a drawing",
        "Draw it as a picture: `![what it shows](picture.png)`.",
    ),
)
_LATEX = _Mark("[", r"\[(?:latex|\$\$?)\]", "a formula for LaTeX", "Write `$x^2$`.")
# Of Anki: a template that has the filter `furigana` makes a reading of it.
_READING = _Mark(
    "[",
    r"[\u3005\u3400-\u9fff]\[[\u3040-\u30ff]+\]",
    "a reading",
    f"Write `<ruby>東<rt>とう</rt></ruby>`; {IF_CODE}",
)
_SIGNS = ("<", "[", "&", *(mark.sign for mark in (*_MARKS, *_FENCES)))

OTHER_TAGS = (
    "a|abbr|acronym|address|anki-mathjax|article|aside|audio|bd[io]|big|blockquote|body|button|canvas|caption|center|cite"
    "|code|col|colgroup|d[dlt]|details|dfn|div|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html"
    "|iframe|img|input|label|legend|li|link|main|marquee|math|meta|nav|nobr|object|ol|optgroup|option|p|picture|pre|samp"
    "|script|section|select|source|span|strike|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|time|tr|track|tt|ul"
    "|var|video|wbr"
)
# Tags that deckgen takes are shown as typed only if they have attributes or no end.
_TAG = re.compile(
    rf"(?i)<(?P<end>/?)(?P<name>(?P<other>{OTHER_TAGS})|br|{HARMLESS_TAGS})(?P<attributes>\s[^<>]*)?/?>"
)
_ENTITY = re.compile(ENTITY)
_INSTEAD = {
    "img": "Write `![what it shows](picture.png)`",
    "a": "Write `[words](https://…)`",
    "code": "Put the code into backticks",
    "pre": "Put the code between lines of three backticks",
    "ol": "Write a line with `1. ` for each item",
    **dict.fromkeys(("li", "ul"), "Write a line with `- ` for each item"),
    **dict.fromkeys(("p", "div"), "Leave an empty line between paragraphs"),
    "hr": "Write `---` on a line of its own, with another line before or behind it",
    **dict.fromkeys(("anki-mathjax", "math"), "Write `$x^2$`"),
}


@rule(
    "foreign-mark",
    WARNING,
    "A mark of another program or HTML is shown as text",
    "Obsidian, Pandoc, other Markdown and HTML have marks that deckgen does not take: readers see them as "
    "they are typed. `docs/format.md` has a table of what there is.",
    bad="""\
concepts:
  - id: watermark
    prompt: What does a watermark say?
    answer: That ==no older event== is expected[^1].
""",
    good="""\
concepts:
  - id: watermark
    prompt: What does a watermark say?
    answer: That <mark>no older event</mark> is expected.
""",
    group=TEXT,
    source="What Obsidian, Pandoc, GitHub and Anki document of their marks",
    measured=Measured(2954, 130, 30, 30),
    remark="Six decks of programming. All are HTML with attributes, in one deck that is shown on a web page.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report each mark in a text, and the first of each HTML tag and entity."""
    marks = (*_MARKS, *_bracketed_marks(note)) if "[" in note.source else _MARKS
    for view in note.views_with(*_SIGNS):
        source = prose(view.text.value)
        for mark in (*marks, *(_FENCES if view.has_code_block else ())):
            text = view.text.value if mark is _LATEX or mark in _FENCES else source
            for match in re.finditer(mark.pattern, text, re.MULTILINE) if mark.sign in text else ():
                message = (
                    f"`{match[0].strip().lstrip('`~')[:40]}` is shown as it is typed: {mark.name} elsewhere."
                )
                yield Problem(view.at(match.start()), message, mark.hint)
        for match in _html_shown(source) if "<" in source else ():
            message = f"`{match[0][:40]}` is shown as it is typed: HTML is text here."
            yield Problem(view.at(match.start()), message, _instead_of_tag(match))
        for match in _entities(source) if "&" in source else ():
            message = f"`{match[0]}` is shown as it is typed: HTML is text here."
            yield Problem(view.at(match.start()), message, f"{_instead_of_entity(match[0])}; {IF_CODE}")


def _instead_of_tag(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if not tag["other"] and tag["name"] not in (name, name.upper()):
        return f"Write `<{name}>`, in small letters; {IF_CODE}"
    if not (tag["other"] or tag["attributes"]):
        return f"Write one `</{name}>` for each `<{name}>`, or delete the tag; {IF_CODE}"
    return f"{_INSTEAD.get(name, 'Use Markdown, or delete the tag')}; {IF_CODE}"


def _instead_of_entity(entity: str) -> str:
    character = unescape(entity)
    if character.isspace():
        return "Write a space"
    return f"Write `{character}`" if can_be_seen(character) and character != "\ufffd" else "Delete it"


def _bracketed_marks(note: NoteView) -> Iterator[_Mark]:
    yield _LATEX
    if not any("furigana:" in side for card in note.note_type.cards for side in (card.front, card.back)):
        yield _READING


def _entities(source: str) -> Iterator[re.Match[str]]:
    """Yield the first of each entity, such as ``&lt;``."""
    seen = set()
    for match in _ENTITY.finditer(source):
        if match[1] and match[0] not in seen and (match[0][1] == "#" or match[0][1:] in html5):
            seen.add(match[0])
            yield match


def _html_shown(source: str) -> Iterator[re.Match[str]]:
    """Yield the first tag of each name that is certainly meant as HTML.

    It has attributes or its end, stands right before a word or on a line of its own. A lone ``<div>``
    elsewhere may be what the text is about. What deckgen takes it shows only where an end is missing.
    """
    tags = list(_TAG.finditer(source))
    started = Counter(match["name"].lower() for match in tags if not match["end"])
    ended = Counter(match["name"].lower() for match in tags if match["end"])
    seen = set()
    for match in tags:
        name, attributes = match["name"].lower(), match["attributes"]
        is_plain = not match["other"] and match["name"] in (name, name.upper())
        is_taken = is_plain and (name == "br" or started[name] == ended[name])
        is_whole = not is_taken and (ended[name] or (not attributes and _marks_up(match)))
        is_meant = is_whole or "=" in (attributes or "")
        if name not in seen and is_meant:
            seen.add(name)
            yield match


def _marks_up(tag: re.Match[str]) -> bool:
    """Tell whether a tag stands right before a word, as no generic type does, or on a line of its own."""
    start, end = tag.span()
    before, behind = tag.string[start - 1 : start], tag.string[end : end + 1]
    if behind.isalnum():
        return len(tag["name"]) > 1 or not before.isalnum()
    lines = tag.string[:start].rpartition("\n")[2] + tag.string[end:].partition("\n")[0]
    return not lines.strip() and tag.string.strip() != tag[0]
