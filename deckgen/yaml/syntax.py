"""Explains YAML syntax errors in plain words."""

import re

from yaml import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at

YAML_SYNTAX = Code(
    "yaml-syntax",
    Severity.ERROR,
    "The text is not valid YAML",
    "The note with the fault is left out; all others are still read, so that one run shows everything.",
    bad='answer: "Stop the bleeding',
    good='answer: "Stop the bleeding"',
)
YAML_TAB = Code(
    "yaml-tab",
    Severity.ERROR,
    "A tab is used to indent",
    "YAML forbids tabs as indentation, since nobody agrees how wide they are.",
)
CODES = (YAML_SYNTAX, YAML_TAB)

_CONFLICT = re.compile(r"(<{7}|\|{7}|={7}|>{7})( |$)")
_QUOTED = r""""[^"]*"|'[^']*'"""
_BEFORE_VALUE = r"\s*(?:- +)*(?:[\w-]+: +)?"
_BRACKET_FIRST = rf"{_BEFORE_VALUE}[{{\[]"
_PLAIN_VALUE = rf"{_BEFORE_VALUE}[^\s\"'{{}}\[\]|>]"


def syntax_finding(error: YAMLError, text: str, path: str) -> tuple[Finding, int]:
    """Return the finding for an error of libyaml in ``text``, and the line of the fault."""
    if isinstance(error, ReaderError):
        span = span_at(path, text, error.position)
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"The control character U+{code:04X} cannot stand in YAML."
        return YAML_SYNTAX.at(span, message, "Delete the character."), span.line
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if _is_open_quote(error):  # libyaml reports the end of the file; the fault is where the quote opens
        mark = getattr(error, "context_mark", mark)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    tab = re.match(r" *(?:- *)?\t", here)
    if tab:
        hint = "Indent it with spaces, like the lines around it."
        return YAML_TAB.at(Span(path, line, tab.end()), "A tab indents this line.", hint), line
    quote = (line, column) if _is_open_quote(error) else _quote_closed_at(lines, line, column)
    if quote:
        line, column = quote
        here = lines[line - 1]
        hint = "Close the quote, or put the whole text in double quotes if it is an apostrophe."
        hint = hint if here[column - 1 :].startswith("'") else "Close the quote."
        message = "The quote that opens here is never closed."
        return YAML_SYNTAX.at(Span(path, line, column), message, hint), line
    problem = str(getattr(error, "problem", None) or error)
    context = getattr(error, "context", None) or ""
    first = getattr(error, "context_mark", None)
    # On the first line of a file the marker is a text that goes on into the next line, where the fault is.
    if marker := _conflict_marker(lines, first.line if first else line - 1, line):
        hint = "Keep what is right of both sides, and delete the `<<<<<<<`, `=======` and `>>>>>>>` lines."
        return YAML_SYNTAX.at(Span(path, marker), "This is a conflict marker of git.", hint), marker
    is_open = first is not None and context.endswith(("flow sequence", "flow mapping"))
    start = first.line + 1 if first and is_open else line - 1
    if comment := _cutting_comment(lines, start, line):
        message = "A comment starts inside a text or brackets."
        hint = "Put the text in quotes: a `#` after a space starts a comment."
        return YAML_SYNTAX.at(Span(path, *comment), message, hint), comment[0]
    if first and is_open:
        bracket = lines[first.line][first.column]
        message = f"The `{bracket}` that opens here is never closed."
        hint = f"Close it, or put text that starts with `{bracket}` in quotes."
        return YAML_SYNTAX.at(Span(path, first.line + 1, first.column + 1), message, hint), first.line + 1
    if first and "simple key" in context:
        line, column = first.line + 1, first.column + 1
    if "expected" in problem and "block" in context and (opened := re.match(_BRACKET_FIRST, here)):
        column = opened.end()
    hint = _syntax_hint(problem, context, here[: column - 1], here[column - 1 :])
    return YAML_SYNTAX.at(Span(path, line, column), _plain_words(problem, context), hint), line


def _is_open_quote(error: YAMLError) -> bool:
    return (
        isinstance(error, MarkedYAMLError)
        and "quoted scalar" in str(error.context)
        and error.problem == "found unexpected end of stream"
        and error.context_mark is not None
    )


def _quote_closed_at(lines: list[str], line: int, column: int) -> tuple[int, int] | None:
    """Return where the quote opens that is closed before this place, by one that opens a value."""
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    quote = before[-1:]
    if quote not in ("'", '"') or not re.fullmatch(_BEFORE_VALUE, before[:-1]) or before[:-1].isspace():
        return None
    for number in range(line - 1, 0, -1):
        text = lines[number - 1]
        if value := re.match(rf"{_BEFORE_VALUE}{quote}", text):
            is_open = len(re.findall(rf"(?<!\\){quote}", text)) % 2 == 1
            return (number, value.end()) if is_open else None
    return None


def _conflict_marker(lines: list[str], start: int, line: int) -> int | None:
    numbers = range(max(start, 1), min(line, len(lines)) + 1)
    return next((number for number in numbers if _CONFLICT.match(lines[number - 1])), None)


def _cutting_comment(lines: list[str], start: int, line: int) -> tuple[int, int] | None:
    """Return the line and column of a `#` that cuts a text or brackets short, from ``start`` to ``line``."""
    for number in range(max(start, 1), min(line, len(lines)) + 1):
        if 1 < number < line and (alone := re.match(r" +#", lines[number - 1])):
            if re.match(_PLAIN_VALUE, lines[number - 2]) and not re.match(
                r" *[\w-]+:(?: |\Z)", lines[line - 1]
            ):
                return number, alone.end()
            continue
        code = re.sub(_QUOTED, lambda match: "x" * len(match[0]), lines[number - 1])
        match = re.search(r"(?<=\S)\s+#", code)
        if not match:
            continue
        before = code[: match.start()]
        is_open = sum(map(before.count, "{[")) > sum(map(before.count, "}]"))
        if is_open or (number < line and re.match(_PLAIN_VALUE, before)):
            return number, match.end()
    return None


def _plain_words(problem: str, context: str) -> str:
    problem = problem.removeprefix("but ")
    sentence = problem[0].upper() + problem[1:]
    return f"{sentence} ({context})." if context else f"{sentence}."


# How to mend a fault, by words in libyaml's context or problem; `{}` is the first character of the value.
_HINTS = {
    "mapping values are not allowed": (
        "Put the text in quotes, or under `|`: a colon and a space in plain text start a new key."
    ),
    "unknown escape character": "Put the text in single quotes, or write `\\\\` for each backslash.",
    "invalid Unicode": "Write the character itself: in YAML it is not made of two escapes, as it is in JSON.",
    "unexpected ':'": "Put the text in quotes: in brackets a plain value cannot end with a colon.",
    "hexdecimal number": "Put the text in single quotes, or write `\\\\` for each backslash.",
    "cannot start any token": "Put the text in quotes: a plain value cannot start with `{}`.",
    "scanning an alias": "Put the text in quotes: a plain value cannot start with `*`.",
    "scanning an anchor": "Put the text in quotes: a plain value cannot start with `&`.",
    "a tag": "Put the text in quotes: a plain value cannot start with `!`.",
    "scanning a block scalar": "Put the text in quotes, or on the lines below the `|` or `>`.",
    "not allowed in this context": "Put the text in quotes: a plain value cannot start with `{} `.",
    "expected node content": "Put the text in quotes: a plain value cannot start with `{}`.",
    "simple key": (
        "Indent the line further than the key above if it goes on with its text; "
        "if not, put a colon and a space after the key."
    ),
    "another document": "Keep one document a file: delete the `---`.",
    "undefined alias": "Put text that starts with `*` in quotes.",
    "maximum nesting depth": "Nothing that deckgen reads nests so deep: delete the extra brackets.",
}


def _syntax_hint(problem: str, context: str, before: str, rest: str) -> str:
    """Return how to mend a fault, given its line ``before`` the fault and the ``rest`` of it."""
    if re.fullmatch(r"\s*[\w-]+", before) and rest.startswith(":"):
        return "Indent this key as those above it, and put a space after each colon."
    said = f"{context} {problem}"
    hint = next((hint for words, hint in _HINTS.items() if words in said), None)
    if hint is not None and "{}" in hint and not rest.strip():
        return "Write the value that is missing, or close the bracket that opens further up."
    if hint is not None:
        return hint.format(rest[:1]).replace("```", "a backtick")
    if re.fullmatch(_BEFORE_VALUE, before) and rest[:1] in ("{", "["):
        return f"Put the text in quotes: a plain value cannot start with `{rest[:1]}`."
    if re.search(r"'[^']*'\Z", before) and rest[:1].isalpha():
        return "Put the text in double quotes, or write each apostrophe in it as `''`."
    if re.search(r"""["']\s*\Z""", before):
        return "Put all of the text into the quotes, or close one that opens further up."
    return "Check the indentation and the quotes here and on the line above."
