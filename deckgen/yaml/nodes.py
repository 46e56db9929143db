"""Parses YAML to nodes that know their line and column.

libyaml parses; we convert its nodes ourselves, because no library keeps places, scalars as they were
written and duplicate keys at libyaml's speed. It is strict on purpose: whatever could be read in two ways
(a key given twice, a tab, a tag, two documents) is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # in no stub
from yaml.nodes import CollectionNode, MappingNode, ScalarNode
from yaml.nodes import Node as LibyamlNode

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.limits import FILE_MB, MOST_LEVELS, most_nodes
from deckgen.model.text import Text
from deckgen.model.values import Struct, replace
from deckgen.yaml.decode import decode
from deckgen.yaml.dropped import comment_finding, comments_in, escape_findings, joined_findings, lost_marks

YAML_DUPLICATE_KEY = Code(
    "yaml-duplicate-key",
    Severity.ERROR,
    "A key is given twice",
    "Most YAML readers silently keep the last value and drop the first. deckgen takes neither.",
    bad="- id: blast-radius\n  answer: One\n  answer: Two",
    good="- id: blast-radius\n  answer: Two",
)
YAML_ALIAS = Code(
    "yaml-alias",
    Severity.ERROR,
    "An alias expands to too much, or to itself",
    "A short alias may repeat a list. Aliases inside aliases can grow a small file to billions of nodes, "
    "so a file may repeat 1,000 nodes through aliases and no more.",
)
YAML_TAG = Code(
    "yaml-tag",
    Severity.ERROR,
    "A YAML tag is used",
    "Every scalar is text, taken as written: `no`, `1.10` and `2026-11-24` need no tag to stay so.",
    bad="source: !!str 1.10",
    good="source: 1.10",
)
YAML_KEY = Code(
    "yaml-key",
    Severity.ERROR,
    "A key is not a plain word",
    "Keys name fields; a list or a mapping cannot.",
)
YAML_LIMIT = Code(
    "yaml-limit",
    Severity.ERROR,
    "A file holds more values, or deeper ones, than any deck's",
    "A file may come from anyone. Each value takes some hundred bytes of memory, however short it is, and a "
    "thousand lists inside one another would end the program that reads them; a deck needs five. How many "
    "values a file may hold follows from `DECKGEN_MAX_FILE_MB` in the environment.",
)
CODES = (YAML_LIMIT, YAML_DUPLICATE_KEY, YAML_ALIAS, YAML_TAG, YAML_KEY)

# Ten times what the largest chapter with shared `covers` lists would need.
_ALIASED_NODES_ALLOWED = 1_000
# After each syntax error the file is parsed anew, so a long one shows fewer.
_MOST_ERRORS, _FEWEST_ERRORS, _PARSED_AGAIN = 100, 20, 8_000_000


class YamlSequence(Struct, frozen=True):
    """A YAML list."""

    items: list[Node]
    span: Span


class YamlMapping(Struct, frozen=True):
    """A YAML mapping: each key with its own place, and its value."""

    entries: dict[str, tuple[Text, Node]]
    span: Span


class YamlUnread(Struct, frozen=True):
    """A value that could not be read, which was reported; perhaps with the keys after it."""

    span: Span
    is_torn: bool = False


Node = Text | YamlSequence | YamlMapping | YamlUnread


def shape_of(node: Node) -> str:
    """Return what a node is, in words: ``text``, ``a list`` or ``a mapping``."""
    if isinstance(node, Text):
        return "text"
    return "a list" if isinstance(node, YamlSequence) else "a mapping"


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


def parse(data: bytes, path: str) -> tuple[Node | None, list[Finding]]:
    """Parse a YAML file.

    Returns:
        The document's node (None where it is empty or cannot be read), and the findings. A value or a list
        item with a syntax error is left out, and the rest of the file is still read.
    """
    text, findings = decode(data, path)
    if text is None:
        return None, findings
    if sum(map(text.count, "\n,[{")) > most_nodes():  # each value has one of these before it or after
        hint = f"Split the file, or set `{FILE_MB}` in the environment to a higher number."
        return None, [*findings, YAML_LIMIT.at(Span(path), "The file holds too many values.", hint)]
    root, text, unread = _compose_soundly(text, path, findings)
    if root is None:
        return None, findings
    findings += lost_marks(text, path)
    walk = _Walk(text, path, findings, unread)
    return walk.convert(root), findings


def _compose_soundly(
    text: str, path: str, findings: list[Finding]
) -> tuple[LibyamlNode | None, str, dict[int, bool]]:
    """Compose a text without what is not valid YAML in it, which is added to ``findings``.

    Returns:
        The node, None where nothing can be read, the text that was read, and the keys that were left out
        (``Salvaged.unread``).
    """
    unread: dict[int, bool] = {}
    shown = min(max(_PARSED_AGAIN // max(len(text), 1), _FEWEST_ERRORS), _MOST_ERRORS)
    for count in range(shown + 2):
        try:
            return compose(text), text, unread
        except YAMLError as error:
            from deckgen.yaml.salvage import before_fault, without_fault  # noqa: PLC0415 - most are sound
            from deckgen.yaml.syntax import YAML_SYNTAX, syntax_finding  # noqa: PLC0415

            finding, line = syntax_finding(error, text, path)
            if count < shown:
                shorter = without_fault(text, line)
            else:
                message = f"This is fault {shown + 1} in the file's YAML, and nothing is read from here on."
                hint = f"Mend the {shown} faults above, and check again."
                finding = YAML_SYNTAX.at(finding.span, message, hint)
                shorter = before_fault(text, line)
            findings.append(finding)
            if shorter is None:
                break
            text = shorter.text
            unread |= shorter.unread
    return None, text, unread


class _Walk:
    """Converts libyaml's nodes to ours, and adds what is wrong with them to ``findings``."""

    def __init__(self, source: str, path: str, findings: list[Finding], unread: Mapping[int, bool]) -> None:
        self._source = source
        self._path = path
        self._findings = findings
        self._unread = unread
        self._comments = comments_in(source)
        # Lists and mappings, by id(); the caller keeps the tree alive, so ids stay unique.
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._aliased = 0
        self._in_alias = 0

    def _span(self, node: LibyamlNode) -> Span:
        mark = node.start_mark
        return Span(self._path, mark.line + 1, mark.column + 1)

    def _text(self, node: ScalarNode, parent: LibyamlNode | None) -> Text | YamlUnread:
        mark, end, style = node.start_mark, node.end_mark, node.style or ""
        text = Text(node.value, self._path, mark.line + 1, mark.column + 1, style)
        is_sure = node.value and not style and end.line == mark.line and end.index not in self._comments
        return text if is_sure else self._checked(text, node, parent)

    def _checked(self, text: Text, node: ScalarNode, parent: LibyamlNode | None) -> Text | YamlUnread:
        """Report what YAML dropped from a text; return it with the comment behind it."""
        end, style = node.end_mark, text.style
        if not text.value and self._source.startswith(("&", "!"), node.start_mark.index):
            return YamlUnread(text.span)  # all of it is an anchor or a tag, which is said elsewhere
        if style == '"' and "\\" in self._source[node.start_mark.index : end.index]:
            self._findings += escape_findings(text, node, self._source)
        if end.line != node.start_mark.line and style != "|":
            self._findings += joined_findings(text, node, self._source)
        if not style and end.index in self._comments and isinstance(parent, CollectionNode):
            comment = comment_finding(text, node, parent, self._source, self._comments[end.index])
            return replace(text, comment=comment)
        return text

    def convert(self, node: LibyamlNode, parent: LibyamlNode | None = None) -> Node:
        if type(node) is ScalarNode and not (node.tag or self._in_alias):
            return self._text(node, parent)  # as most
        if node.tag:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            hint = f"Put the text in quotes if `{tag}` is part of it; if not, delete `{tag}`."
            if tag.startswith("!!"):
                hint = "Delete the tag: every value is taken as it is written."
            self._findings.append(YAML_TAG.at(self._span(node), f"The YAML tag `{tag}` is not used.", hint))
        if self._in_alias or id(node) in self._seen:
            return self._convert_alias(node)
        if type(node) is ScalarNode:
            return self._text(node, parent)
        self._seen.add(id(node))
        return self._build(node)

    def _convert_alias(self, node: LibyamlNode) -> Node:
        """Convert a node that an alias repeats, or one inside it; each counts towards the limit."""
        self._aliased += 1
        within_itself = id(node) in self._open
        if within_itself or self._aliased == _ALIASED_NODES_ALLOWED + 1:
            what = "An alias is inside its own anchor." if within_itself else "Aliases repeat too much."
            hint = "Write the value out in place of the alias."
            self._findings.append(YAML_ALIAS.at(self._span(node), what, hint))
        if within_itself or self._aliased > _ALIASED_NODES_ALLOWED:
            return YamlUnread(self._span(node))
        self._in_alias += 1
        result = self._build(node)
        self._in_alias -= 1
        return result

    def _build(self, node: LibyamlNode) -> Node:
        if type(node) is ScalarNode:
            return self._text(node, None)
        if len(self._open) == MOST_LEVELS:
            hint = "Take out brackets or indentation: notes need no more than five levels."
            message = f"More than {MOST_LEVELS} lists or mappings stand inside one another."
            self._findings.append(YAML_LIMIT.at(self._span(node), message, hint))
            return YamlUnread(self._span(node))
        self._open.add(id(node))
        result = self._mapping(node) if type(node) is MappingNode else self._sequence(node)
        self._open.discard(id(node))
        return result

    def _sequence(self, node: LibyamlNode) -> YamlSequence:
        items = [self.convert(child, node) for child in node.value]
        return YamlSequence([item for item in items if not isinstance(item, YamlUnread)], self._span(node))

    def _mapping(self, node: LibyamlNode) -> YamlMapping:
        entries: dict[str, tuple[Text, Node]] = {}
        path = self._path
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                hint = "Put text that starts with `[` or `{` in quotes."
                self._findings.append(YAML_KEY.at(self._span(key_node), "A key must be a plain word.", hint))
                continue
            if type(value_node) is ScalarNode and not (value_node.tag or self._in_alias):
                # As _text does, but most values come here: no call.
                mark, end = value_node.start_mark, value_node.end_mark
                style = value_node.style or ""
                text = Text(value_node.value, path, mark.line + 1, mark.column + 1, style)
                is_sure = (
                    text.value and not style and end.line == mark.line and end.index not in self._comments
                )
                value: Node = text if is_sure else self._checked(text, value_node, node)
            else:
                value = self.convert(value_node, node)
            name, mark = key_node.value, key_node.start_mark
            if self._unread and mark.line + 1 in self._unread:
                value = YamlUnread(self._span(value_node), self._unread[mark.line + 1])
            key = Text(name, path, mark.line + 1, mark.column + 1)
            if name in entries:
                first = entries[name][0].line
                message = f"`{name}` is given twice; the first is on line {first}."
                hint = "Delete one of the two, or merge them."
                self._findings.append(YAML_DUPLICATE_KEY.at(key.span, message, hint))
            else:
                entries[name] = (key, value)
        return YamlMapping(entries, self._span(node))
