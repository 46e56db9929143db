"""YAML text to nodes that know their line and column.

libyaml parses; the walk over its nodes is ours, because no library keeps places, scalars as they
were written and duplicate keys at libyaml's speed. Strict on purpose: what a reader could take two
ways (a key given twice, a tab, a tag, two documents) is a finding.
"""

from __future__ import annotations

import re

from deckgen.diagnostics import Code, Finding, Severity, Span
from deckgen.lean_imports import late_patterns
from deckgen.model import Text
from deckgen.values import Struct

with late_patterns():
    from yaml import MarkedYAMLError, YAMLError
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # in no stub
    from yaml.nodes import MappingNode, ScalarNode
    from yaml.nodes import Node as YamlNode
    from yaml.reader import ReaderError

ENCODING = Code(
    "file-encoding",
    Severity.ERROR,
    "The file is not UTF-8 text",
    "deckgen reads UTF-8 and nothing else. A file saved in another code page, or a binary file, would "
    "put wrong letters on the cards.",
)
BOM = Code(
    "file-bom",
    Severity.WARNING,
    "The file starts with a byte order mark",
    "UTF-8 needs no byte order mark. It is read past, but other tools show it as a stray character.",
)
CRLF = Code(
    "file-crlf",
    Severity.INFO,
    "The file has Windows line endings",
    "Lines are read as if they ended in LF, so cards stay the same on every system; mixed endings make "
    "noisy diffs. With git, a `.gitattributes` line `*.yaml text eol=lf` ends the matter.",
)
SYNTAX = Code(
    "yaml-syntax",
    Severity.ERROR,
    "The text is not valid YAML",
    "The note that holds the fault is left out of the check; all others are still read, so that one run "
    "shows everything.",
    bad='answer: "Stop the bleeding',
    good='answer: "Stop the bleeding"',
)
TAB = Code(
    "yaml-tab",
    Severity.ERROR,
    "A tab is used to indent",
    "YAML forbids tabs as indentation, since nobody agrees how wide they are.",
)
DUPLICATE_KEY = Code(
    "yaml-duplicate-key",
    Severity.ERROR,
    "A key is given twice",
    "Most YAML readers keep the last value and drop the first without a word. Here both are shown.",
    bad="- id: blast-radius\n  answer: One\n  answer: Two",
    good="- id: blast-radius\n  answer: Two",
)
ALIAS = Code(
    "yaml-alias",
    Severity.ERROR,
    "An alias expands to too much, or to itself",
    "A short alias may repeat a list. Aliases inside aliases can grow a small file to billions of nodes, "
    "so a file may repeat 1,000 nodes through aliases and no more.",
)
TAGGED = Code(
    "yaml-tag",
    Severity.ERROR,
    "A YAML tag is used",
    "Every scalar is text, taken as written: `no`, `1.10` and `2026-11-24` need no tag to stay so.",
    bad="source: !!str 1.10",
    good="source: 1.10",
)
KEY = Code(
    "yaml-key",
    Severity.ERROR,
    "A key is not a plain word",
    "Keys name fields; a list or a mapping cannot.",
)
CODES = (ENCODING, BOM, CRLF, SYNTAX, TAB, DUPLICATE_KEY, ALIAS, TAGGED, KEY)

# Ten times what the largest chapter with shared `covers` lists would need.
_ALIASED_NODES_ALLOWED = 1_000
_SYNTAX_ERRORS_SHOWN = 20


class Sequence(Struct, frozen=True):
    """A YAML list."""

    items: list[Node]
    span: Span


class Mapping(Struct, frozen=True):
    """A YAML mapping: each key with its own place, and its value."""

    entries: dict[str, tuple[Text, Node]]
    span: Span


Node = Text | Sequence | Mapping


class _Composer(CParser):
    """libyaml's parser building nodes, with tag resolution turned off: all scalars are text."""

    # Called several times for each node, and this returns an empty string whatever it is given, in C.
    resolve = descend_resolver = ascend_resolver = "".format


def decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """Decode a file's bytes: UTF-8, a byte order mark and CRLF read past but reported."""
    findings = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        findings.append(
            BOM.at(Span(path), "The file starts with a byte order mark.", "Save it as UTF-8 without BOM.")
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        span = Span(path, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        message = f"Byte 0x{data[error.start]:02x} here is not UTF-8."
        findings.append(ENCODING.at(span, message, "Save the file as UTF-8."))
        return None, findings
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        findings.append(
            CRLF.at(
                Span(path, line), "The file has Windows line endings (CRLF).", "Save it with LF line endings."
            )
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, findings


def parse(data: bytes, path: str) -> tuple[Node | None, list[Finding]]:
    """Parse a YAML file.

    Args:
        data: the file's bytes.
        path: the name for the spans.

    Returns:
        The document's node (None where it is empty or cannot be read), and the findings. A list item
        with a syntax error is left out, and the rest of the file is still read.
    """
    text, findings = decode(data, path)
    if text is None:
        return None, findings
    root = None
    for _ in range(_SYNTAX_ERRORS_SHOWN):
        try:
            root = _Composer(text).get_single_node()
            break
        except YAMLError as error:
            finding, line = _syntax_finding(error, text, path)
            findings.append(finding)
            shorter = _without_item(text, line)
            if shorter is None:
                return None, findings
            text = shorter
    if root is None:
        return None, findings
    walk = _Walk(path, findings)
    return walk.convert(root), findings


def _syntax_finding(error: YAMLError, text: str, path: str) -> tuple[Finding, int]:
    if isinstance(error, ReaderError):
        at = text[: error.position]
        span = Span(path, at.count("\n") + 1, len(at) - at.rfind("\n"))
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"The control character U+{code:04X} cannot stand in YAML."
        return SYNTAX.at(span, message, "Delete the character."), span.line
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    tab = re.match(r" *(?:- *)?\t", here)
    if tab:
        hint = "Indent with spaces."
        return TAB.at(Span(path, line, tab.end()), "A tab indents this line.", hint), line
    problem = str(getattr(error, "problem", None) or error)
    context = getattr(error, "context", None)
    comment = _comment_in_brackets(lines, line)
    if comment:
        hint = "Put the value in quotes: a `#` after a space starts a comment."
        return SYNTAX.at(Span(path, *comment), "A comment starts inside brackets that are open.", hint), line
    span = Span(path, line, column)
    return SYNTAX.at(span, _plain_words(problem, context), _syntax_hint(problem, here[column - 1 :])), line


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


def _syntax_hint(problem: str, rest: str) -> str:
    if "mapping values are not allowed" in problem:
        return "Put the text in quotes, or under `|`: a colon and a space in plain text start a new key."
    if "quoted scalar" in problem or "unexpected end of stream" in problem:
        return "Close the quote."
    if "cannot start any token" in problem:
        return f"Put the text in quotes: a plain value cannot start with `{rest[:1]}`."
    if "another document" in problem:
        return "Keep one document a file: delete the `---`."
    if "undefined alias" in problem:
        return "Put text that starts with `*` in quotes."
    if "maximum nesting depth" in problem:
        return "Nothing that deckgen reads nests so deep: delete the extra brackets."
    return "Mend the indentation or the quotes here or on the line above."


_ITEM = r"( *)- "


def _without_item(text: str, line: int) -> str | None:
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


class _Walk:
    """One pass over libyaml's nodes; it holds the path and gathers findings."""

    def __init__(self, path: str, findings: list[Finding]) -> None:
        self._path = path
        self._findings = findings
        # Lists and mappings by id(): the caller holds the tree, so no id is given out twice.
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._aliased = 0
        self._in_alias = 0

    def _span(self, node: YamlNode) -> Span:
        mark = node.start_mark
        return Span(self._path, mark.line + 1, mark.column + 1)

    def _text(self, node: ScalarNode) -> Text:
        mark = node.start_mark
        return Text(node.value, self._path, mark.line + 1, mark.column + 1, node.style or "")

    def convert(self, node: YamlNode) -> Node | None:
        if node.tag:
            hint = "Delete the tag: every value is taken as it is written."
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._findings.append(TAGGED.at(self._span(node), f"The YAML tag `{tag}` is not used.", hint))
        if self._in_alias or id(node) in self._seen:
            return self._convert_alias(node)
        if type(node) is ScalarNode:
            return self._text(node)
        self._seen.add(id(node))
        return self._build(node)

    def _convert_alias(self, node: YamlNode) -> Node | None:
        """Convert a node met again, or within such a one; each counts, so that nothing can blow up."""
        self._aliased += 1
        within_itself = id(node) in self._open
        if within_itself or self._aliased == _ALIASED_NODES_ALLOWED + 1:
            what = "An alias stands inside its own anchor." if within_itself else "Aliases repeat too much."
            hint = "Write the value out in place of the alias."
            self._findings.append(ALIAS.at(self._span(node), what, hint))
        if within_itself or self._aliased > _ALIASED_NODES_ALLOWED:
            return None
        self._in_alias += 1
        result = self._build(node)
        self._in_alias -= 1
        return result

    def _build(self, node: YamlNode) -> Node | None:
        if type(node) is ScalarNode:
            return self._text(node)
        self._open.add(id(node))
        result = self._mapping(node) if type(node) is MappingNode else self._sequence(node)
        self._open.discard(id(node))
        return result

    def _sequence(self, node: YamlNode) -> Sequence:
        items = [self.convert(child) for child in node.value]
        return Sequence([item for item in items if item is not None], self._span(node))

    def _mapping(self, node: YamlNode) -> Mapping:
        entries: dict[str, tuple[Text, Node]] = {}
        path = self._path
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                hint = "Put text that starts with `[` or `{` in quotes."
                self._findings.append(KEY.at(self._span(key_node), "A key must be a plain word.", hint))
                continue
            if type(value_node) is ScalarNode and not (value_node.tag or self._in_alias):
                mark = value_node.start_mark  # most values, and here without a call
                value: Node | None = Text(
                    value_node.value, path, mark.line + 1, mark.column + 1, value_node.style or ""
                )
            else:
                value = self.convert(value_node)
            name, mark = key_node.value, key_node.start_mark
            key = Text(name, path, mark.line + 1, mark.column + 1)
            if name in entries:
                first = entries[name][0].line
                message = f"`{name}` is given twice; the first stands on line {first}."
                self._findings.append(
                    DUPLICATE_KEY.at(key.span, message, "Delete one of the two, or merge them.")
                )
            elif value is not None:
                entries[name] = (key, value)
        return Mapping(entries, self._span(node))
