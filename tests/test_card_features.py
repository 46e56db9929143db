"""Cards use no CSS that an old phone would trip over: each feature is listed with the version that brought it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

from deckgen.model.note_type import BUILT_IN

LIST = Path(__file__).with_name("css_features.txt")
OLDEST = {"chrome": 69.0, "safari": 12.1}  # engines in which cards read well with all that they have


@dataclass(frozen=True)
class Feature:
    """A part of CSS or HTML, what brought it, and what a card shows without it."""

    name: str
    chrome: float
    safari: float
    without: str


def listed() -> list[Feature]:
    """Return the features of the list: on each line two versions, then names, then the remark."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    features = []
    for chrome, safari, rest in (line.split(maxsplit=2) for line in lines):
        names, _, without = rest.partition(" -- ")
        features += [Feature(name, float(chrome), float(safari), without) for name in names.split()]
    return features


def used() -> set[str]:
    """Return every feature that the built-in styles and templates use."""
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.css")))
    html = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.html")))
    return {*_of_rules(tinycss2.parse_stylesheet(css)), *re.findall(r"<[a-z]\w*", html)}


def _of_rules(rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "declaration" and not rule.lower_name.startswith("--"):
            yield rule.lower_name
            yield from _of_values(rule.value, rule.lower_name)
        elif rule.type == "declaration":
            yield from (name for name in _of_values(rule.value, "") if not name.startswith(":"))
        elif rule.type == "at-rule":
            yield f"@{rule.lower_at_keyword}"
            yield from re.findall(r"\([a-z-]+", tinycss2.serialize(rule.prelude))
        elif rule.type == "qualified-rule":
            yield from re.findall(r"::?[\w-]+|\[[\w-]+\W?=|[+~>]", tinycss2.serialize(rule.prelude))
        if getattr(rule, "content", None):
            yield from _of_rules(tinycss2.parse_blocks_contents(rule.content))


def _of_values(nodes: Iterable[Any], name: str) -> Iterator[str]:
    """Yield functions, units, and the keywords of a property, each as ``property:keyword``."""
    for node in nodes:
        if node.type == "function":
            yield f"{node.lower_name}()"
            yield from _of_values([] if node.lower_name == "var" else node.arguments, name)
        elif node.type == "dimension":
            yield node.lower_unit
        elif node.type == "ident" and name not in {"animation", "counter-reset", "content", "syntax"}:
            yield f"{name}:{node.lower_value}"


def test_every_feature_of_the_cards_is_listed_and_no_other():
    assert {feature.name for feature in listed()} ^ used() == set()


def test_what_the_oldest_engines_lack_says_what_is_seen_instead():
    newer = [each for each in listed() if each.chrome > OLDEST["chrome"] or each.safari > OLDEST["safari"]]
    assert len(newer) >= 10
    assert [feature for feature in newer if not feature.without] == []
    assert [feature for feature in listed() if feature.without and feature not in newer] == []


def test_a_new_feature_is_noticed():
    """Each kind of it: a property, a keyword, a function, a unit, a pseudo-class, a query, a rule."""
    css = "@container (min-width: 1px) { a:has(b)::part(x) { inset: 1dvh clamp(1px, 2px); width: stretch } }"
    found = set(_of_rules(tinycss2.parse_stylesheet(css)))
    assert {"@container", ":has", "::part", "inset", "dvh", "clamp()", "width:stretch"} <= found
