"""Finds what YAML drops from a text, or changes, without a word: comments, anchors, line breaks, escapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from yaml import AliasEvent, CSafeLoader, ScalarEvent
from yaml import parse as parse_events
from yaml.nodes import CollectionNode, ScalarNode

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.model.text import Edit, Text
from deckgen.model.values import replace

YAML_ESCAPE = Code(
    "yaml-escape",
    Severity.ERROR,
    "A backslash in double quotes made a character that no card can show",
    "In double quotes `\\f` is a form feed, `\\t` a tab and `\\n` a line break, so that `\\frac`, `\\theta` "
    "and `C:\\new` lose a letter. In single quotes, or under `|`, a backslash is a backslash. Between words "
    "`\\n` may be meant as a line break, and is a warning: Markdown shows a space.",
    bad='answer: "$\\frac{a}{b}$"',
    good="answer: '$\\frac{a}{b}$'",
)
YAML_COMMENT = Code(
    "yaml-comment",
    Severity.ERROR,
    "YAML takes words for a comment",
    "After a space, `#` starts a comment, so the words from there on never reach the card. Where another "
    "space follows the `#`, it may be a remark, and the finding is a warning.",
    bad="prompt: Which change fixed issue #12 in the loader?",
    good='prompt: "Which change fixed issue #12 in the loader?"',
)
YAML_ANCHOR = Code(
    "yaml-anchor",
    Severity.ERROR,
    "YAML takes a word for an anchor or a tag",
    "A plain value that starts with `&` or `!` loses its first word: YAML reads it as the name of an anchor "
    "(which no alias here uses) or as a tag.",
    bad="prompt: &str What is a string slice?",
    good='prompt: "&str: what is a string slice?"',
)
YAML_JOINED = Code(
    "yaml-joined",
    Severity.ERROR,
    "YAML joins the lines of a list, a table or verse",
    "Under `>`, in quotes and in plain text, YAML joins lines with a space. Only `|` keeps them. Prose may "
    "be joined; a list, a table, headings or code become one line. On short lines, such as verse, and on "
    "paragraphs that an empty line parts, it is a warning.",
    bad="answer: >\n  - Run it twice.\n  - Compare the counts.",
    good="answer: |\n  - Run it twice.\n  - Compare the counts.",
)
CODES = (YAML_ESCAPE, YAML_COMMENT, YAML_ANCHOR, YAML_JOINED)

# What only an escape can have made: a control character, or white space inside the name of a TeX command.
_ESCAPED = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
    r"|(?<=\$)[^$]*?(?:\t(?=heta|au|imes|ext|ilde|riangle|o\b|an)|\n(?=abla|eq|u\b|eg\b|i\b|otin\b)|\r(?=ho|ight|m\b))"
)

# A backslash before one of these makes a space or a line end.
_INVISIBLE_ESCAPE = r"(?s)\\(?:\\|([_NLPr])|.)"
_DROPPED_BACKSLASH = r"(?s)\\(?:\\|(/|(?<=\S\\)[ ])|.)"
_TAB_IN_LINE = r"(?:\A|\S)[ ]*(\t)"
_DRIVE = r"(?<![A-Za-z])[C-Fc-f]:\n(?=[a-z])"
_FENCE_OR_FORMULA = r"```|~~~|\$\$"
# A line break that Markdown shows as a space: what follows starts no block, and nothing before keeps it.
_SOFT_BREAK = (
    r"(?<!\n)(?<![ ][ ])(?<!\\)(?<!<br>)\n(?![ \t]*(?:\n|\Z|[-*+>#|]|!\[|\d{1,9}[.)]\s|[^\n]*\|))|[ ]\n\Z"
)
_LETTERS = {
    "\0": "\\0",
    "\x1b": "\\e",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
}
_WRAPPED_LINE = re.compile(r"\n[ \t]*+[a-z]")  # in most prose
_MAYBE_MARKED_LINE = re.compile(r"\n[ \t]*+[-*+|#`~0-9]")
_MARKED_LINE = (
    r"(?m)^[ \t]*(?:(?P<list>[-*+][ ]|\d{1,3}[.)][ ])|(?P<table>\|(?=[^\n]*\|))|(?P<headings>\#{1,6}[ ])"
    r"|(?P<code>```|~~~))"
)
# What stands before a sign that a wrapped line starts with by chance, and behind it.
_MID_SENTENCE, _GOES_ON = r"[\w,(][ \t]*\n\Z", re.compile(r"[a-z\d]")
_BLOCKS = {"list": "this list", "table": "this table", "headings": "these headings", "code": "this code"}
_ANCHORED = r"&(?<![^\s\[{,].)\S+(?:[ \t]+[^\s\[{]|[ \t]*$)"
_BARE_TAG = r"!(?<![^\s\[{,].)\s"
_COMMENT = re.compile(r"#.*")
_NUMBER = re.compile(r"#\s+\d+")  # `Getting started # 2`: part of a text, most likely
_LONGEST_VERSE = 60  # a line that is wrapped is longer
_LONG_LINE = re.compile(r"\S[^\n]{40}")  # lint's `lines-joined` draws the line there, too


def escape_findings(text: Text, node: ScalarNode, source: str) -> Iterator[Finding]:
    """Report a backslash in double quotes that made a character nobody sees; arguments as below."""
    written = source[node.start_mark.index : node.end_mark.index]
    match = re.search(_ESCAPED, text.value) or _plain_escape(text.value, written)
    if match:
        character = match[0][-1]
        escape = _LETTERS.get(character, "")
        escape = escape if escape and escape in written else f"\\x{ord(character):02x}"
        span = text.at(match.end())
    else:
        character = _first(_INVISIBLE_ESCAPE, written)
        escape = f"\\{character}" if character else ""
        span = text.span
    if escape:
        message = f"In double quotes `{escape}` is one character, not a backslash and a letter."
        hint = "Put the text in single quotes, or under `|`, where a backslash is a backslash."
        yield YAML_ESCAPE.at(span, message, hint)
    elif ("\\/" in written or "\\ " in written) and (dropped := _first(_DROPPED_BACKSLASH, written)):
        message = f"In double quotes the backslash of `\\{dropped}` is dropped."
        hint = "Put the text in single quotes if it is to be read; if not, delete it."
        yield replace(YAML_ESCAPE.at(span, message, hint), severity=Severity.WARNING)
    elif "\\n" in written and (joined := _soft_break(text.value)):
        message = "In double quotes `\\n` is a line break, which Markdown shows as a space."
        hint = "Put the text in single quotes if `\\n` is to be read, or its lines under `|`."
        yield replace(YAML_ESCAPE.at(text.at(joined.end()), message, hint), severity=Severity.WARNING)


def _first(pattern: str, written: str) -> str:
    """Return the character of the first escape that a pattern has in its group; nothing if there is none."""
    return next((match[1] for match in re.finditer(pattern, written) if match[1]), "")


def _plain_escape(value: str, written: str) -> re.Match[str] | None:
    """Return the tab inside a line, or the line break in a path, that an escape made; none in code."""
    if re.search(_FENCE_OR_FORMULA, value):
        return None
    tab = re.search(_TAB_IN_LINE, value) if "\\t" in written else None
    return tab or re.search(_DRIVE, value)


def _soft_break(value: str) -> re.Match[str] | None:
    """Return the first line break that Markdown shows as a space."""
    return None if re.search(_FENCE_OR_FORMULA, value) else re.search(_SOFT_BREAK, value)


def comments_in(source: str) -> Mapping[int, int]:
    """Return where each comment of a YAML text starts, by the offset where the space before it does.

    Some are none: nothing is known here of quotes and blocks. Those behind a plain scalar are.
    """
    comments = {}
    for match in re.finditer(r"#(?<=\s.)", source) if "#" in source else ():
        start = match.start()
        while source[start - 1 : start].isspace():
            start -= 1
        if start:
            comments[start] = match.start()
    return comments


def comment_finding(
    text: Text, node: ScalarNode, parent: CollectionNode, source: str, start: int
) -> Finding | None:
    """Return what is to say of a comment behind a plain scalar.

    Args:
        text: the scalar.
        node: the same, as libyaml's node.
        parent: the list or mapping that it stands in.
        source: the file's text.
        start: where the comment starts.
    """
    space = source[node.end_mark.index : start]
    match = _COMMENT.match(source, start)
    words = match[0].rstrip() if match else ""
    above, below, indent = space.rpartition("\n")
    is_remark = re.match(r"#\w", words) is None
    if below and (is_remark or parent.flow_style or len(indent) <= parent.start_mark.column):
        return None  # a line of its own
    line = text.line + node.end_mark.line - node.start_mark.line + (above + below).count("\n")
    place = Span(text.path, line, len(indent) + 1 if below else node.end_mark.column + len(space) + 1)
    message = f"`{words[:60]}` is a comment in YAML: readers will not see it."
    is_sure = not is_remark or _NUMBER.fullmatch(words)
    edit = _quoting(text, node, source, space + words) if is_sure and not parent.flow_style else None
    hint = f"Put the whole text in quotes{', as `deckgen lint --fix` does' if edit else ''}."
    if is_remark and not edit:
        hint = "Put the text in quotes: with these words if they are part of it, without them if not."
    severity = Severity.WARNING if is_remark else Severity.ERROR
    return replace(YAML_COMMENT.at(place, message, hint), severity=severity, edit=edit)


def _quoting(text: Text, node: ScalarNode, source: str, comment: str) -> Edit:
    """Return the edit that puts a plain scalar in quotes, with the comment behind it."""
    written = source[node.start_mark.index : node.end_mark.index] + comment
    words = written.strip()
    single = "'" + words.replace("'", "''") + "'"
    quoted = single if '"' in words or "\\" in words else f'"{words}"'
    before = "" if text.value else " "  # an empty value starts at the colon
    value = re.sub(r"[ \t]*\n\s*", " ", words)
    return Edit(text, 0, len(text.value), value, (written, before + quoted))


def joined_findings(text: Text, node: ScalarNode, source: str) -> Iterator[Finding]:
    """Report a scalar of several lines that are those of a list, a table, headings, code or verse.

    Args:
        text: the scalar; its style is not ``|``.
        node: the same, as libyaml's node.
        source: the file's text.
    """
    written = source[node.start_mark.index : node.end_mark.index]
    is_parted = "\n" in text.value.strip() and not (text.style == '"' and "\\n" in written)
    is_block = text.style == ">"
    lines = written.partition("\n")[2] if is_block else written.strip("\"'")
    is_one_line = "\n" not in lines.rstrip()
    is_prose = (
        _WRAPPED_LINE.search(written) and not _MAYBE_MARKED_LINE.search(written) and _LONG_LINE.search(lines)
    )
    if is_one_line or (is_prose and not is_parted):
        return
    hint = "Write `|` in place of `>`" if is_block else "Write the text on the lines below the key, under `|`"
    marks, severity, is_certain = _marked_lines(lines), Severity.WARNING, is_block
    if len(marks) > 1 and len(re.findall(_MARKED_LINE, text.value)) < len(marks):
        what, severity = f"the lines of {_BLOCKS[marks[0].lastgroup or '']}", Severity.ERROR
    elif _is_verse(lines.split("\n")):
        what = "these short lines"
        if re.search(r"(?m)^[ \t]*[^\sA-Z]", lines):  # it may be prose
            is_certain, hint = False, f"{hint} if each is a line of its own"
    elif not (is_parted and _soft_break(text.value.strip())):
        return
    elif re.search(r"\n[ \t]*\n", lines.rstrip()):
        what = "paragraphs: an empty line is one line break here"
    else:
        what, is_certain = "these lines, although some are indented", False
        hint += ", and put code between lines of three backticks"
    edit = None
    if is_certain:
        hint += ", as `deckgen lint --fix` does"
        edit = Edit(text, 0, len(text.value), _as_literal(written), (">", "|"))
    yield replace(YAML_JOINED.at(text.span, f"YAML joins {what}.", f"{hint}."), severity=severity, edit=edit)


def _marked_lines(lines: str) -> list[re.Match[str]]:
    """Return the lines that start as a list or another block; none if all may do so by chance, in prose."""
    marks = list(re.finditer(_MARKED_LINE, lines))
    by_chance = (
        marks
        and marks[0].lastgroup in ("list", "headings")
        and re.search(_MID_SENTENCE, lines[: marks[0].start()])
        and _GOES_ON.match(lines, marks[0].end())
        and len({re.sub(r"\d+", "1", mark[0].strip()) for mark in marks}) == len(marks)
    )
    return [] if by_chance else marks


def _as_literal(folded: str) -> str:
    """Return the value of a folded scalar, given as it is written, if it were under ``|``."""
    events = parse_events(f"|{folded[1:]}", CSafeLoader)
    return next(event.value for event in events if isinstance(event, ScalarEvent))


def _is_verse(lines: Iterable[str]) -> bool:
    """Tell whether lines are no prose that an editor wrapped.

    They are a quotation, or three and more that end before any window does, or short ones that start with
    capitals although no sentence ends before them.
    """
    *above, last = [line.strip() for line in lines if line.strip()] or [""]
    verses = [*above, last]
    if above and all(line.startswith(">") for line in verses):
        return True
    to_next_word = [len(f"{line} {after.split()[0]}") for line, after in zip(above, verses[1:], strict=True)]
    is_narrow = len(above) > 1 and not any(map(_LONG_LINE.match, verses))
    return (is_narrow and min(to_next_word) <= max(map(len, verses))) or (
        bool(above)
        and all(line[0].isupper() and len(line) <= _LONGEST_VERSE for line in verses)
        and not any(line.endswith((".", "!", "?", ":", ";")) for line in above)
        and max(to_next_word) <= _LONGEST_VERSE
    )


def lost_marks(source: str, path: str) -> Iterator[Finding]:
    """Report each plain scalar that lost a word, as an anchor that no alias uses, or as a bare tag.

    Args:
        source: a YAML text that libyaml can parse.
        path: its path in the spans.
    """
    may_anchor = "&" in source and re.search(_ANCHORED, source, re.MULTILINE)
    if not may_anchor and not ("!" in source and re.search(_BARE_TAG, source)):  # as in most files
        return
    events = list(parse_events(source, CSafeLoader))
    used = {event.anchor for event in events if isinstance(event, AliasEvent)}
    marked = (
        event for event in events if isinstance(event, ScalarEvent) and (event.anchor or event.tag == "!")
    )
    for event in marked:
        if event.anchor not in used or not event.value:
            mark = f"&{event.anchor}" if event.anchor else "!"
            message = f"YAML takes `{mark}` for {'an anchor, and drops it' if event.anchor else 'a tag'}."
            hint = f"Put the text in quotes if `{mark}` is part of it; if not, delete `{mark}`."
            span = span_at(path, source, event.start_mark.index if event.start_mark else 0)
            yield YAML_ANCHOR.at(span, message, hint)
