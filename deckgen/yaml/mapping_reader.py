"""Reads the keys of a YAML mapping one by one, and reports what is wrong with each."""

from collections.abc import Callable, Iterable, Mapping

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors, nearest
from deckgen.model.text import Text, can_be_seen, whole_number
from deckgen.model.values import replace
from deckgen.yaml.flow_list import as_flow_list, words_in
from deckgen.yaml.nodes import Node, YamlMapping, YamlSequence, YamlUnread, parse, shape_of

MISSING_KEY = Code(
    "missing-key",
    Severity.ERROR,
    "A required key is missing",
    "Without it there is no card to make, or no way to identify the entry.",
    bad="concepts:\n  - id: blast-radius\n    prompt: What is a blast radius?",
    good="concepts:\n  - id: blast-radius\n    prompt: What is a blast radius?\n    answer: All it reaches.",
)
UNKNOWN_KEY = Code(
    "unknown-key",
    Severity.ERROR,
    "A key has no meaning here",
    "A misspelt key would be silently dropped, and its text with it.",
    bad="- id: blast-radius\n  promt: What is a blast radius?",
    good="- id: blast-radius\n  prompt: What is a blast radius?",
)
WRONG_TYPE = Code(
    "wrong-type",
    Severity.ERROR,
    "A value has the wrong shape",
    "Each key takes text, a list or a mapping. Nothing is converted silently.",
    bad="covers: ownership/end-to-end",
    good="covers: [ownership/end-to-end]",
)
EMPTY_TEXT = Code(
    "empty-text",
    Severity.ERROR,
    "A value is empty",
    "An empty field makes an empty part of a card. Leave the key out when there is nothing to say.",
    bad="why:",
    good="why: Because a retry may run the write twice.",
)
BAD_VALUE = Code(
    "bad-value",
    Severity.ERROR,
    "A value is not one of those allowed",
    "The key takes one of a few words, or a number.",
    bad="draft: maybe",
    good="draft: true",
)
CODES = (MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE, EMPTY_TEXT, BAD_VALUE)

_LONGEST_EXAMPLE = 80


def parse_mapping(data: bytes, path: str, what: str) -> tuple[YamlMapping | None, list[Finding]]:
    """Parse a YAML file that holds a mapping; an empty file holds an empty one.

    ``what`` names the file in messages: ``An outline``.

    Returns:
        The mapping, None where the file cannot be read as one, and the findings.
    """
    root, findings = parse(data, path)
    if root is None and not has_errors(findings):
        return YamlMapping({}, Span(path)), findings
    if root is None or isinstance(root, YamlMapping):
        return root, findings
    message = f"{what} must be a mapping, not {shape_of(root)}."
    findings.append(WRONG_TYPE.at(root.span, message, "Write `key: value` lines."))
    return None, findings


class MappingReader:
    """The keys of one mapping.

    Ask for each key that is allowed, then ``close``, which reports the others as unknown, and those that
    are missing. ``what`` names the mapping in messages: ``a note``.
    """

    def __init__(self, node: YamlMapping, what: str, findings: list[Finding]) -> None:
        self.span = node.span
        self._entries = node.entries
        self._what = what
        self._findings = findings
        self._asked: dict[str, None] = {}
        self._missing: list[str] = []

    def report(self, code: Code, node: Node, message: str, hint: str) -> None:
        """Add a finding at a node."""
        self._findings.append(code.at(node.span, message, hint))

    def unread(self) -> frozenset[str]:
        """Return the keys whose values could not be read, which was reported."""
        return frozenset(key for key, (_, value) in self._entries.items() if isinstance(value, YamlUnread))

    def is_torn(self) -> bool:
        """Tell whether keys were left out because of a fault above them."""
        return any(isinstance(value, YamlUnread) and value.is_torn for _, value in self._entries.values())

    def has(self, key: str) -> bool:
        """Tell whether the mapping has the key, whatever its value."""
        return key in self._entries

    def is_mapping(self, key: str) -> bool:
        """Tell whether the key's value is a mapping."""
        return key in self._entries and isinstance(self._entries[key][1], YamlMapping)

    def _take(self, key: str, required: bool) -> Node | None:
        self._asked[key] = None
        entry = self._entries.get(key)
        if entry is not None:
            return None if isinstance(entry[1], YamlUnread) else entry[1]
        if required:
            self._missing.append(key)
        return None

    def text(self, key: str, *, required: bool = False) -> Text | None:
        """Return the key's text; None where it is absent, empty or not text."""
        node = self._take(key, required)
        if node is None or (isinstance(node, Text) and can_be_seen(node.value)):
            return node
        otherwise = "" if required else ", or delete it"
        self._report_no_text(node, f"`{key}`", self._entries[key][0], otherwise)
        return None

    def prose(self, key: str, *, required: bool = False) -> Text | None:
        """Return the key's text, which readers see, and report words that YAML took for a comment."""
        text = self.text(key, required=required)
        if text and text.comment:
            self._findings.append(text.comment)
        return text

    def word(self, key: str, otherwise: str = "") -> str:
        """Return the value of the key's text, ``otherwise`` where there is none."""
        text = self.prose(key)
        return text.value if text else otherwise

    def _report_no_text(self, node: Node, name: str, place: Node, otherwise: str) -> None:
        if isinstance(node, Text) and node.comment and node.comment.severity is Severity.ERROR:
            self._findings.append(node.comment)
        elif isinstance(node, Text):
            quotes = ", in quotes if it starts with `#`" if node.comment else ""
            self.report(EMPTY_TEXT, place, f"{name} is empty.", f"Write a text{quotes}{otherwise}.")
        else:
            hint = "Write one text: in quotes, or under `|` for several lines."
            self.report(WRONG_TYPE, node, f"{name} takes text, not {shape_of(node)}.", hint)

    def line(self, key: str, *, required: bool = False) -> Text | None:
        """Return the key's text, which must be on one line, without the white space around it."""
        text = self.prose(key, required=required)
        if text is None or "\n" not in text.value.strip():
            return text and replace(text, value=text.value.strip())
        hint = "Write it on one line, or fold it with `>-`."
        self.report(BAD_VALUE, text, f"`{key}` must be on one line.", hint)
        return None

    def items(self, key: str, *, required: bool = False, of_words: bool = False) -> tuple[Node, ...]:
        """Return the nodes of the key's list.

        With ``of_words``, texts in it hold no space: a lone text is reported, and taken for the words in it.
        """
        node = self._take(key, required)
        if node is None:
            return ()
        if not isinstance(node, YamlSequence):
            return self._no_list(node, key, of_words)
        if not node.items:
            otherwise = "" if required else ", or delete the key"
            self.report(EMPTY_TEXT, node, f"`{key}` is empty.", f"Write an item{otherwise}.")
        return tuple(node.items)

    def texts(self, key: str, *, required: bool = False, of_words: bool = False) -> tuple[Text, ...]:
        """Return the key's list of texts; an item that is none is left out with a finding."""
        nodes = self.items(key, required=required, of_words=of_words)
        items = (self.item_text(key, node, of_words=of_words) for node in nodes)
        return tuple([item for item in items if item is not None])

    def item_text(self, key: str, node: Node, *, of_words: bool = False) -> Text | None:
        """Return an item of the key's list if it is text; report it if it is not."""
        if not isinstance(node, Text) or not can_be_seen(node.value):
            self._report_no_text(node, f"An item of `{key}`", node, ", or delete it")
            return None
        if node.comment and not of_words:
            self._findings.append(node.comment)
        return node

    def _no_list(self, node: Node, key: str, of_words: bool) -> tuple[Text, ...]:
        """Report what stands in place of a list of texts; return the words in it if it is text."""
        value = node.value.strip() if isinstance(node, Text) else ""
        words = words_in(value) if of_words else [value]
        hint = "Write its entries as `- item` lines below the key."
        if value and words and "\n" not in value and len(value) <= _LONGEST_EXAMPLE:
            hint = f"Write `{key}: {as_flow_list(words)}`."
        self.report(WRONG_TYPE, node, f"`{key}` takes a list, not {shape_of(node)}.", hint)
        return tuple(replace(node, value=word) for word in words if word) if isinstance(node, Text) else ()

    def words(self, key: str) -> tuple[str, ...]:
        """Return the values of the key's list of texts."""
        return tuple(text.value for text in self.texts(key, of_words=True))

    def flag(self, key: str) -> bool:
        """Return whether the key says ``true``; only ``true`` and ``false`` are taken."""
        return self.choice(key, ("true", "false")) == "true"

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        """Return the key's text if it is one of ``allowed``."""
        text = self.text(key)
        allowed = tuple(allowed)
        if text is None or text.value in allowed:
            return text.value if text else None
        *most, last = (f"`{word}`" for word in allowed)
        either = f"{', '.join(most)} or {last}"
        hint = did_you_mean(text.value, allowed, f"Write {either}.")
        self.report(BAD_VALUE, text, f"`{key}` must be {either}, not `{text.value}`.", hint)
        return None

    def number(self, key: str, low: int, high: int) -> int | None:
        """Return the key's whole number from ``low`` to ``high``."""
        text = self.text(key)
        if text is None:
            return None
        number = whole_number(text.value)
        if number is not None and low <= number <= high:
            return number
        message = f"`{key}` takes a whole number from {low} to {high}, not `{text.value[:40]}`."
        self.report(BAD_VALUE, text, message, f"Write a number such as `{key}: {high}`.")
        return None

    def mappings(self, key: str, *, required: bool = False) -> list[YamlMapping]:
        """Return the key's list of mappings; an item that is none is left out with a finding."""
        node = self._take(key, required)
        return [] if node is None else mappings_in(node, f"`{key}`", self._findings)

    def mapping(self, key: str) -> YamlMapping | None:
        """Return the key's mapping."""
        node = self._take(key, required=False)
        if node is None or isinstance(node, YamlMapping):
            return node
        message = f"`{key}` takes a mapping, not {shape_of(node)}."
        self.report(WRONG_TYPE, node, message, "Write `key: value` lines.")
        return None

    def close(
        self,
        otherwise: str = "",
        inside: Mapping[str, str] | None = None,
        foreign: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Report the required keys that are missing, and every key that was not asked for.

        Args:
            otherwise: the hint where none of those asked for is near.
            inside: for keys that belong one level deeper, the key above them.
            foreign: returns keys of other tools, each with the one that is meant.
        """
        if not self._missing and self._entries.keys() <= self._asked.keys():
            return
        guesses: set[str] = set()
        for name, (key, _) in self._entries.items():
            if name not in self._asked:
                meant = foreign().get(name.casefold(), name)
                known = otherwise or f"The keys are {', '.join(f'`{word}`' for word in self._asked)}."
                hint = did_you_mean(meant, self._asked, known, {*self._entries, *guesses})
                if inside and name in inside:
                    hint = f"Write it under `{inside[name]}:`."
                self.report(UNKNOWN_KEY, key, f"`{name}` is not a key of {self._what}.", hint)
                guesses.update(filter(None, (nearest(meant, self._asked),)))
        for missing in self._missing if not self.is_torn() else ():
            if missing not in guesses:
                hint = f"Add `{missing}:`, which {self._what} needs."
                self._findings.append(MISSING_KEY.at(self.span, f"`{missing}` is missing.", hint))


def mappings_in(node: Node, name: str, findings: list[Finding]) -> list[YamlMapping]:
    """Return the mappings of a list node, reporting all that is of another shape.

    A key with nothing after it is an empty list: its entries may be commented out.
    """
    if isinstance(node, Text) and not node.value and not node.style:
        return []
    if not isinstance(node, YamlSequence):
        is_mapping = isinstance(node, YamlMapping)
        hint = "Start each entry with `- `." if is_mapping else "Write its entries as `- key: value` lines."
        findings.append(WRONG_TYPE.at(node.span, f"{name} takes a list, not {shape_of(node)}.", hint))
        return []
    found = []
    for item in node.items:
        if isinstance(item, YamlMapping):
            found.append(item)
        else:
            message = f"An entry of {name} must be a mapping, not {shape_of(item)}."
            findings.append(WRONG_TYPE.at(item.span, message, "Write it as `- key: value` lines."))
    return found
