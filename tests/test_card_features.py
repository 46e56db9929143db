"""Cards use no CSS that an old phone would trip over: each feature is listed with the version that brought it."""

from __future__ import annotations

import re

from deckgen.model.note_type import BUILT_IN
from deckgen.preview.css_features import features, names_in, rules_in, rules_of, style_in_chrome

OLDEST = {"chrome": 69.0, "safari": 12.1}  # engines in which cards read well with all that they have
CSS = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.css")))
HTML = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.html")))


def used_features(css: str) -> set[str]:
    """Return what a stylesheet uses, as the list names it."""
    nodes = rules_of(css)
    for node in nodes:  # which grows on the way
        if node.type in ("qualified-rule", "at-rule"):
            nodes += rules_in(node)
    return {name for node in nodes for name in names_in(node)}


def test_every_feature_of_the_cards_is_listed_and_no_other():
    used = used_features(CSS) | set(re.findall(r"<[a-z]\w*", HTML))
    assert {feature.name for feature in features()} ^ used == set()


def test_what_the_oldest_engines_lack_says_what_is_seen_instead():
    newer = [each for each in features() if each.chrome > OLDEST["chrome"] or each.safari > OLDEST["safari"]]
    assert len(newer) >= 10
    assert [feature for feature in newer if not feature.without] == []
    assert [feature for feature in features() if feature.without and feature not in newer] == []


def test_a_new_feature_is_noticed():
    """Each kind of it: a property, a keyword, a function, a unit, a pseudo-class, a query, a rule."""
    css = "@container (min-width: 1px) { a:has(b)::part(x) { inset: 1dvh clamp(1px, 2px); width: stretch } }"
    expected = {"@container", ":has", "::part", "inset", "dvh", "clamp()", "width:stretch"}
    assert expected <= used_features(css)


def test_an_old_engine_sees_what_it_knows_of_a_stylesheet_and_no_more():
    css = """
    /* a remark */
    @property --left { syntax: "<integer>"; inherits: false; initial-value: 0 }
    @supports (font-size: max(1px, 1em)) { .card { font-size: max(16px, 1em) } }
    @media (prefers-reduced-motion: reduce) { .bar { display: none } }
    @media (min-width: 45rem) { .card { padding: 1rem; padding: min(1rem, 5%) !important } }
    p, li::marker { color: red }
    a { : red; overflow-wrap: break-word; overflow-wrap: anywhere; --size: max(1px, 2px) }
    """
    assert style_in_chrome(css, 69).split() == (
        "@media (min-width: 45rem) { .card { padding: 1rem; } } a { overflow-wrap: break-word; }"
    ).replace("{ ", "{").replace(" }", "}").split()  # fmt: skip


def test_the_cards_of_an_old_phone_in_the_preview_use_nothing_newer():
    newer = {feature.name for feature in features() if feature.chrome > OLDEST["chrome"]}
    assert used_features(style_in_chrome(CSS, 69)).isdisjoint(newer)
