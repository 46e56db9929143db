"""Parses YAML to nodes that know their line and column.

libyaml parses; we convert its nodes ourselves, because no library keeps places, scalars as they were
written and duplicate keys at libyaml's speed. It is strict on purpose: whatever could be read in two ways
(a key given twice, a tab, a tag, two documents) is a finding.
"""

from __future__ import annotations

import re

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # in no stub
from yaml.nodes import MappingNode, ScalarNode
from yaml.nodes import Node as LibyamlNode

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.model.limits import FILE_MB, MOST_LEVELS, most_nodes
from deckgen.model.text import Text
from deckgen.model.values import Struct

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
    "UTF-8 needs no byte order mark. deckgen skips it, but other tools show it as a stray character.",
)
CRLF = Code(
    "file-crlf",
    Severity.INFO,
    "The file has Windows line endings",
    "deckgen reads them as LF, so cards are the same on every system, but mixed line endings make noisy "
    "diffs. With git, a `.gitattributes` line `*.yaml text eol=lf` prevents them.",
)
DUPLICATE_KEY = Code(
    "yaml-duplicate-key",
    Severity.ERROR,
    "A key is given twice",
    "Most YAML readers silently keep the last value and drop the first. deckgen takes neither.",
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
ESCAPE = Code(
    "yaml-escape",
    Severity.ERROR,
    "A backslash in double quotes made a character that no card can show",
    "In double quotes `\\f` is a form feed, `\\t` a tab and `\\n` a line break, so that `\\frac`, `\\theta` "
    "and `\\nabla` lose their first letter. In single quotes, or under `|`, a backslash is a backslash.",
    bad='answer: "$\\frac{a}{b}$"',
    good="answer: '$\\frac{a}{b}$'",
)
BEYOND_LIMIT = Code(
    "yaml-limit",
    Severity.ERROR,
    "A file holds more values, or deeper ones, than any deck's",
    "A file may come from anyone. Each value takes some hundred bytes of memory, however short it is, and a "
    "thousand lists inside one another would end the program that reads them; a deck needs five. How many "
    "values a file may hold follows from `DECKGEN_MAX_FILE_MB` in the environment.",
)
CODES = (BEYOND_LIMIT, ESCAPE, ENCODING, BOM, CRLF, DUPLICATE_KEY, ALIAS, TAGGED, KEY)

# What only an escape can have made: a control character, or white space inside the name of a TeX command.
_ESCAPED = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
    r"|(?<=\$)[^$]*?(?:\t(?=heta|au|imes|ext|ilde|riangle|o\b|an)|\n(?=abla|eq|u\b|eg\b|i\b|otin\b)|\r(?=ho|ight|m\b))"
)

# Ten times what the largest chapter with shared `covers` lists would need.
_ALIASED_NODES_ALLOWED = 1_000
_LETTERS = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SYNTAX_ERRORS_SHOWN = 20


class YamlSequence(Struct, frozen=True):
    """A YAML list."""

    items: list[Node]
    span: Span


class YamlMapping(Struct, frozen=True):
    """A YAML mapping: each key with its own place, and its value."""

    entries: dict[str, tuple[Text, Node]]
    span: Span


Node = Text | YamlSequence | YamlMapping


class _Composer(CParser):
    """libyaml's parser, with tag resolution turned off: all scalars are text."""

    # PyYAML calls these several times for each node; `"".format` returns an empty string, in C.
    resolve = descend_resolver = ascend_resolver = "".format


def compose(text: str) -> LibyamlNode | None:
    """Return a YAML text as libyaml's own nodes, None if it is empty.

    Raises:
        YAMLError: it is not valid.
    """
    root: LibyamlNode | None = _Composer(text).get_single_node()
    return root


def decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """Decode a UTF-8 file; a byte order mark and CRLF line ends are removed and reported."""
    findings = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        message = "The file starts with a byte order mark."
        findings.append(BOM.at(Span(path), message, "Save it as UTF-8 without BOM."))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        message = f"Byte 0x{data[error.start]:02x} here is not UTF-8."
        finding = ENCODING.at(span_at(path, before, len(before)), message, "Save the file as UTF-8.")
        return None, [*findings, finding]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        message = "The file has Windows line endings (CRLF)."
        findings.append(CRLF.at(Span(path, line), message, "Save it with LF line endings."))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, findings


def parse(data: bytes, path: str) -> tuple[Node | None, list[Finding]]:
    """Parse a YAML file.

    Returns:
        The document's node (None where it is empty or cannot be read), and the findings. A list item
        with a syntax error is left out, and the rest of the file is still read.
    """
    text, findings = decode(data, path)
    if text is None:
        return None, findings
    if sum(map(text.count, "\n,[{")) > most_nodes():  # each value has one of these before it or after
        hint = f"Split the file, or set `{FILE_MB}` in the environment to a higher number."
        return None, [*findings, BEYOND_LIMIT.at(Span(path), "The file holds too many values.", hint)]
    root = None
    for _ in range(_SYNTAX_ERRORS_SHOWN):
        try:
            root = compose(text)
            break
        except YAMLError as error:
            from deckgen.yaml.syntax import syntax_finding, without_item  # noqa: PLC0415 - most files are sound

            finding, line = syntax_finding(error, text, path)
            findings.append(finding)
            shorter = without_item(text, line)
            if shorter is None:
                return None, findings
            text = shorter
    if root is None:
        return None, findings
    walk = _Walk(path, findings)
    return walk.convert(root), findings


class _Walk:
    """Converts libyaml's nodes to ours, and adds what is wrong with them to ``findings``."""

    def __init__(self, path: str, findings: list[Finding]) -> None:
        self._path = path
        self._findings = findings
        # Lists and mappings, by id(); the caller keeps the tree alive, so ids stay unique.
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._aliased = 0
        self._in_alias = 0

    def _span(self, node: LibyamlNode) -> Span:
        mark = node.start_mark
        return Span(self._path, mark.line + 1, mark.column + 1)

    def _text(self, node: ScalarNode) -> Text:
        mark = node.start_mark
        text = Text(node.value, self._path, mark.line + 1, mark.column + 1, node.style or "")
        if text.style == '"' and not text.value.isprintable():
            self._check_escapes(text)
        return text

    def _check_escapes(self, text: Text) -> None:
        match = re.search(_ESCAPED, text.value)
        if match:
            character = match[0][-1]
            escape = _LETTERS.get(character, f"\\x{ord(character):02x}")
            message = f"In double quotes `{escape}` is one character, not a backslash and a letter."
            hint = "Put the text in single quotes, or under `|`, where a backslash is a backslash."
            self._findings.append(ESCAPE.at(text.at(match.end()), message, hint))

    def convert(self, node: LibyamlNode) -> Node | None:
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

    def _convert_alias(self, node: LibyamlNode) -> Node | None:
        """Convert a node that an alias repeats, or one inside it; each counts towards the limit."""
        self._aliased += 1
        within_itself = id(node) in self._open
        if within_itself or self._aliased == _ALIASED_NODES_ALLOWED + 1:
            what = "An alias is inside its own anchor." if within_itself else "Aliases repeat too much."
            hint = "Write the value out in place of the alias."
            self._findings.append(ALIAS.at(self._span(node), what, hint))
        if within_itself or self._aliased > _ALIASED_NODES_ALLOWED:
            return None
        self._in_alias += 1
        result = self._build(node)
        self._in_alias -= 1
        return result

    def _build(self, node: LibyamlNode) -> Node | None:
        if type(node) is ScalarNode:
            return self._text(node)
        if len(self._open) == MOST_LEVELS:
            hint = "Take out brackets or indentation: notes need no more than five levels."
            message = f"More than {MOST_LEVELS} lists or mappings stand inside one another."
            self._findings.append(BEYOND_LIMIT.at(self._span(node), message, hint))
            return None
        self._open.add(id(node))
        result = self._mapping(node) if type(node) is MappingNode else self._sequence(node)
        self._open.discard(id(node))
        return result

    def _sequence(self, node: LibyamlNode) -> YamlSequence:
        items = [self.convert(child) for child in node.value]
        return YamlSequence([item for item in items if item is not None], self._span(node))

    def _mapping(self, node: LibyamlNode) -> YamlMapping:
        entries: dict[str, tuple[Text, Node]] = {}
        path = self._path
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                hint = "Put text that starts with `[` or `{` in quotes."
                self._findings.append(KEY.at(self._span(key_node), "A key must be a plain word.", hint))
                continue
            if type(value_node) is ScalarNode and not (value_node.tag or self._in_alias):
                mark = value_node.start_mark  # as _text does, but most values come here: no call
                style = value_node.style or ""
                text = Text(value_node.value, path, mark.line + 1, mark.column + 1, style)
                if style == '"' and not text.value.isprintable():
                    self._check_escapes(text)
                value: Node | None = text
            else:
                value = self.convert(value_node)
            name, mark = key_node.value, key_node.start_mark
            key = Text(name, path, mark.line + 1, mark.column + 1)
            if name in entries:
                first = entries[name][0].line
                message = f"`{name}` is given twice; the first is on line {first}."
                hint = "Delete one of the two, or merge them."
                self._findings.append(DUPLICATE_KEY.at(key.span, message, hint))
            elif value is not None:
                entries[name] = (key, value)
        return YamlMapping(entries, self._span(node))
