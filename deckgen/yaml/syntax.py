"""Explains YAML syntax errors in plain words, and blanks the list item that has one."""

import re

from yaml import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at

SYNTAX = Code(
    "yaml-syntax",
    Severity.ERROR,
    "The text is not valid YAML",
    "The note with the fault is left out; all others are still read, so that one run shows everything.",
    bad='answer: "Stop the bleeding',
    good='answer: "Stop the bleeding"',
)
TAB = Code(
    "yaml-tab",
    Severity.ERROR,
    "A tab is used to indent",
    "YAML forbids tabs as indentation, since nobody agrees how wide they are.",
)
CODES = (SYNTAX, TAB)


def syntax_finding(error: YAMLError, text: str, path: str) -> tuple[Finding, int]:
    """Return the finding for an error of libyaml in ``text``, and the line of the fault."""
    if isinstance(error, ReaderError):
        span = span_at(path, text, error.position)
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"The control character U+{code:04X} cannot stand in YAML."
        return SYNTAX.at(span, message, "Delete the character."), span.line
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if _is_open_quote(error):  # libyaml reports the end of the file; the fault is where the quote opens
        mark = getattr(error, "context_mark", mark)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    tab = re.match(r" *(?:- *)?\t", here)
    if tab:
        hint = "Indent with spaces."
        return TAB.at(Span(path, line, tab.end()), "A tab indents this line.", hint), line
    if _is_open_quote(error):
        span = Span(path, line, column)
        return SYNTAX.at(span, "The quote that opens here is never closed.", "Close the quote."), line
    problem = str(getattr(error, "problem", None) or error)
    context = getattr(error, "context", None)
    comment = _comment_in_brackets(lines, line)
    if comment:
        hint = "Put the value in quotes: a `#` after a space starts a comment."
        return SYNTAX.at(Span(path, *comment), "A comment starts inside brackets that are open.", hint), line
    span = Span(path, line, column)
    hint = _syntax_hint(problem, context or "", here[: column - 1], here[column - 1 :])
    return SYNTAX.at(span, _plain_words(problem, context), hint), line


def _is_open_quote(error: YAMLError) -> bool:
    return (
        isinstance(error, MarkedYAMLError)
        and "quoted scalar" in str(error.context)
        and error.problem == "found unexpected end of stream"
        and error.context_mark is not None
    )


def _comment_in_brackets(lines: list[str], line: int) -> tuple[int, int] | None:
    """Return the line and column of a `#` that cuts a `{…}` or `[…]` short, here or on the line above."""
    for number in (line, line - 1):
        text = lines[number - 1] if 0 < number <= len(lines) else ""
        match = re.search(r"[:,{\[]\s+#", text)
        if match and text.count("{") + text.count("[") > 0:
            return number, match.end()
    return None


def _plain_words(problem: str, context: str | None) -> str:
    problem = problem.removeprefix("but ")
    sentence = problem[0].upper() + problem[1:]
    return f"{sentence} ({context})." if context else f"{sentence}."


# How to mend a fault, by words in libyaml's context or problem; `{}` is the first character of the value.
_HINTS = {
    "mapping values are not allowed": (
        "Put the text in quotes, or under `|`: a colon and a space in plain text start a new key."
    ),
    "unexpected end of stream": "Close the quote.",
    "unknown escape character": "Put the text in single quotes, or write `\\\\` for each backslash.",
    "hexdecimal number": "Put the text in single quotes, or write `\\\\` for each backslash.",
    "cannot start any token": "Put the text in quotes: a plain value cannot start with `{}`.",
    "scanning an alias": "Put the text in quotes: a plain value cannot start with `*`.",
    "scanning an anchor": "Put the text in quotes: a plain value cannot start with `&`.",
    "scanning a block scalar": "Put the text in quotes, or on the lines below the `|` or `>`.",
    "not allowed in this context": "Put the text in quotes: a plain value cannot start with `{} `.",
    "another document": "Keep one document a file: delete the `---`.",
    "undefined alias": "Put text that starts with `*` in quotes.",
    "maximum nesting depth": "Nothing that deckgen reads nests so deep: delete the extra brackets.",
}


def _syntax_hint(problem: str, context: str, before: str, rest: str) -> str:
    """Return how to mend a fault, given its line ``before`` the fault and the ``rest`` of it."""
    said = f"{context} {problem}"
    hint = next((hint for words, hint in _HINTS.items() if words in said), None)
    if hint is not None:
        return hint.format(rest[:1])
    if re.search(r"""["']\s*\Z""", before):
        return "Put all of the text into the quotes, or close one that opens further up."
    return "Check the indentation and the quotes here and on the line above."


_ITEM = r"( *)- "


def without_item(text: str, line: int) -> str | None:
    """Blank the list item that holds ``line``; None where there is none left to blank."""
    lines = text.split("\n")
    last = min(line, len(lines)) - 1
    indents = {len(match[1]) for candidate in lines if (match := re.match(_ITEM, candidate))}
    if not indents:
        return None
    starts = [n for n, candidate in enumerate(lines) if _starts_block(candidate, min(indents))]
    start = max((n for n in starts if n <= last and re.match(_ITEM, lines[n])), default=None)
    if start is None:
        return None
    end = min((n for n in starts if n > start), default=len(lines))
    return "\n".join(lines[:start] + [""] * (end - start) + lines[end:])


def _starts_block(line: str, indent: int) -> bool:
    item = re.match(_ITEM, line)
    return (item is not None and len(item[1]) == indent) or bool(re.match(r"[^\s#-]", line))
