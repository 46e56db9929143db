"""The words that deckgen itself puts on cards, in the language of the project.

``note_types/words/`` has a file for each language; a card template asks for a word by ``{{word:why}}``, and
``words:`` in ``deckgen.yaml`` replaces one, or adds one for a note type of the author's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean
from deckgen.model.note_type import BUILT_IN, NOWHERE, CardDefinition, NoteType
from deckgen.model.template import TemplateError, parse_template
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.card_templates import NOTETYPE_TEMPLATE, side_paths
from deckgen.source.folders import listing_of
from deckgen.source.formula_commands import formula_findings
from deckgen.source.template_risks import template_risks
from deckgen.yaml.mapping_reader import BAD_VALUE, EMPTY_TEXT, UNKNOWN_KEY, WRONG_TYPE, parse_mapping
from deckgen.yaml.nodes import YamlMapping

LANGUAGE_NO_WORDS = Code(
    "language-no-words",
    Severity.WARNING,
    "deckgen has no words in the language of the project",
    "The labels on cards and the question of a trade-off are English then. `words:` in `deckgen.yaml` takes "
    "your own.",
)
CODES = (LANGUAGE_NO_WORDS,)

_FOLDER = BUILT_IN / "words"
ENGLISH = "en"
_TRADITIONAL = ("zh-TW", "zh-HK", "zh-MO")  # CLDR 46, likely subtags
# What else languages are called: codes of ISO 639-2 and of countries, names in English and their own.
_OTHER_NAMES = {
    "ar": ("ara", "arabic", "العربية"),
    "de": ("deu", "ger", "german", "deutsch"),
    "en": ("eng", "english"),
    "es": ("spa", "spanish", "español", "espanol", "castellano"),
    "fr": ("fra", "fre", "french", "français", "francais"),
    "he": ("heb", "iw", "hebrew", "עברית"),
    "hi": ("hin", "hindi", "हिन्दी"),
    "ja": ("jpn", "jp", "japanese", "日本語"),
    "ko": ("kor", "korean", "한국어"),
    "pt": ("por", "portuguese", "português", "portugues"),
    "ru": ("rus", "russian", "русский"),
    "zh": ("zho", "chi", "cn", "chinese", "中文"),
}
_WORD = re.compile(r"\{\{word:([^{}]*)\}\}")
_CODE = r"(?i)\[(?:sound:|latex\]|\$\$?\])|\\[^{}]*\{\{|\[[a-z$]+:?\{\{"
# What a word must keep of the English one: fields, tags, and what deckgen fills in.
_KEPT = r"\{\{[^{}]*\}\}|\{\{|\}\}|\{[a-z]+\}"
# Elements that only format a text.
_FORMATS = "b|strong|i|em|u|s|small|sub|sup|code|kbd|samp|var|mark|del|ins|q|cite|bdi|span|ruby|rt|rp"
_MARKED = rf"""<({_FORMATS})(?: class="[\w -]*")?>[^<]*</\1>|<br ?/?>"""
_MOST_NESTED = 5
_IN_PLACE = "It comes of a word or a name that is put in here; change that one, or where it stands."
# Languages written from right to left, and scripts that say so of others: CLDR 46, `characterOrder`.
_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ks", "mzn", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
_RIGHT_TO_LEFT_SCRIPTS = {"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"}


def is_right_to_left(language: str) -> bool:
    """Tell whether a language (``he``, ``az-Arab``) is written from right to left."""
    first, *subtags = language.lower().split("-")
    scripts = [tag for tag in subtags if len(tag) == 4]
    return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS if scripts else first in _RIGHT_TO_LEFT


def languages() -> tuple[str, ...]:
    """Return the languages that deckgen has words in."""
    return tuple(sorted(name.removesuffix(".yaml") for name in listing_of(os.fspath(_FOLDER))))


def tag_of(language: str) -> str | None:
    """Return the tag of a language under another name: ``de`` for ``Deutsch``, ``pt-BR`` for ``pt_BR``."""
    first, _, rest = language.replace("_", "-").partition("-")
    code = next((code for code, names in _OTHER_NAMES.items() if first.lower() in (code, *names)), None)
    return code and "-".join(filter(None, (code, rest)))


@cache
def words_in(language: str) -> Mapping[str, str]:
    """Return the words in a language by name; in English where there is no file for it."""
    found = _nearest(language) or ENGLISH
    node, _ = parse_mapping((_FOLDER / f"{found}.yaml").read_bytes(), found, found)
    entries = node.entries.items() if node else ()
    return {name: value.value for name, (_, value) in entries if isinstance(value, Text)}


def _nearest(language: str) -> str | None:
    """Return the language that has words and is the nearest: ``de`` for ``de-AT``."""
    language = "zh-Hant" if language.startswith(_TRADITIONAL) else language
    parts = language.split("-")
    names = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    known = languages()
    return next((name for name in names if name in known), None)


def read_own_words(
    node: YamlMapping | None, note_types: Iterable[NoteType], findings: list[Finding]
) -> dict[str, str]:
    """Read ``words:`` of ``deckgen.yaml``; what is wrong with it is added to ``findings``."""
    english = words_in(ENGLISH)
    own: dict[str, str] = {}
    for name, (key, value) in node.entries.items() if node else ():
        known = {*english, *(word for _, word in _asked(note_types))}
        if name not in known:
            taken = node.entries if node else ()
            hint = did_you_mean(name, known, f"The words are {', '.join(sorted(known))}.", taken)
            findings.append(UNKNOWN_KEY.at(key.span, f"No card has a word `{name}`.", hint))
            continue
        own[name] = value.value if isinstance(value, Text) else ""
        if not isinstance(value, Text):
            findings.append(WRONG_TYPE.at(key.span, f"The word `{name}` is not text.", "Write it as text."))
        elif not value.value and not value.style:
            hint = f"Write one, or `{name}: ''` for a card without it."
            findings.append(EMPTY_TEXT.at(key.span, f"The word `{name}` is empty.", hint))
        else:
            findings += [value.comment] if value.comment else []
            findings += _word_findings(name, value, english.get(name, ""))
    return own


def _word_findings(name: str, word: Text, english: str) -> Iterator[Finding]:
    if sorted(re.findall(_KEPT, word.value)) != sorted(re.findall(_KEPT, english)):
        message = f"The word `{name}` has {'other ' if english else ''}parts in braces"
        message += " than the English one." if english else "."
        hint = "Write plain words; fields stand in the template."
        yield BAD_VALUE.at(word.span, message, f"Keep those of `{english}`." if english else hint)
    unread = word.value
    for _ in range(_MOST_NESTED):  # from the innermost outwards
        unread = re.sub(_MARKED, "", unread)
    if "<" in unread or re.search(_CODE, word.value):
        hint = (
            "Write `&lt;` for the sign; a word may hold `<b>`, `<small>` and their like, each closed again."
        )
        yield BAD_VALUE.at(word.span, f"The word `{name}` has HTML or code that no word needs.", hint)
    yield from formula_findings(word)


def language_findings(language: Text | None, own: Mapping[str, str]) -> Iterator[Finding]:
    """Report a language in which deckgen has no words, unless the author gives all of them."""
    if language and not _nearest(language.value) and not own.keys() >= words_in(ENGLISH).keys():
        message = f"deckgen has no words in `{language.value}`, so the labels on cards are English."
        known = ", ".join(languages())
        tag = tag_of(language.value)
        hint = f"Write them under `words:`; docs/cards.md says how. deckgen itself has {known}."
        hint = f"Write `{tag}`." if tag else hint
        yield LANGUAGE_NO_WORDS.at(language.span, message, hint)


def _asked(note_types: Iterable[NoteType]) -> Iterator[tuple[NoteType, str]]:
    """Yield each word that the cards of note types ask for, once a note type."""
    for note_type in note_types:
        names = dict.fromkeys(name for side in _sides(note_type) for name in _WORD.findall(side))
        yield from ((note_type, name) for name in names)


def _sides(note_type: NoteType) -> Iterator[str]:
    for card in note_type.cards:
        yield from (card.front, card.back)


def in_language(note_type: NoteType, language: str, words: Mapping[str, str]) -> NoteType:
    """Return a note type with its words in the language of the project, and its text in that direction."""
    if note_type.is_faulty:
        return note_type
    try:
        return replace(note_type, cards=tuple(_translated(card, language, words) for card in note_type.cards))
    except TemplateError:  # of a word that was reported
        return note_type


def unfit_words(note_types: Collection[NoteType], words: Mapping[str, str]) -> Iterator[Finding]:
    """Report the words that card templates ask for and that nobody gives, and what they load or run."""
    for note_type, name in _asked(note_types):
        if name not in words:
            message = f"A card of `{note_type.name}` asks for the word `{name}`, which does not exist."
            hint = did_you_mean(name, words, f"Add it under `words:` in deckgen.yaml: `{name}: …`.")
            yield NOTETYPE_TEMPLATE.at(note_type.span, message, hint)
    for note_type in note_types:
        if note_type.span != NOWHERE:
            yield from _as_shipped(note_type, words)


def _as_shipped(note_type: NoteType, words: Mapping[str, str]) -> Iterator[Finding]:
    """Report what templates load or run with the words and names put in, and not without."""
    folder = note_type.span.path.rpartition("/")[0]
    numbers = {field.name for field in note_type.fields if field.is_number}
    for card in note_type.cards:
        sides = ((card.front, card.front_nodes), (card.back, card.back_nodes))
        for path, (side, parsed) in zip(side_paths(folder, card.name), sides, strict=True):
            text = _with_words(side, words)
            for field, name in (("Card", card.name), ("Type", note_type.name)):
                shown = name.replace("{{", "{ {")  # Anki looks for no field in it
                text = text.replace(f"{{{{{field}}}}}", shown).replace(f"{{{{text:{field}}}}}", shown)
            if not parsed or text == side:
                continue
            alone = (side, *(words[name] for name in _WORD.findall(side) if name in words))
            try:
                known = {(risk.code, risk.message) for each in alone for risk in template_risks(each, path)}
                risks = list(template_risks(text, path, numbers))
            except TemplateError as error:
                yield NOTETYPE_TEMPLATE.at(Span(path), str(error), _IN_PLACE)
                continue
            for found in risks:
                if (found.code, found.message) not in known:
                    yield replace(found, span=Span(path, found.span.line), hint=_IN_PLACE)


def _translated(card: CardDefinition, language: str, words: Mapping[str, str]) -> CardDefinition:
    front, back = (_side(_with_words(side, words), language) for side in (card.front, card.back))
    nodes = {"front_nodes": parse_template(front), "back_nodes": parse_template(back)}
    return replace(card, front=front, back=back, **nodes)


def _with_words(side: str, words: Mapping[str, str]) -> str:
    """Return one side of a card with its words put in."""

    def word(match: re.Match[str]) -> str:
        # In an attribute a quotation mark would end it.
        return re.sub(r'"(?![^<>]*>)', "&quot;", words[match[1]]) if match[1] in words else match[1]

    return _WORD.sub(word, side)


def _side(text: str, language: str) -> str:
    direction = ""
    if is_right_to_left(language):
        # By its first letter, a text that starts with `Kafka` would run from the left.
        text, direction = text.replace('dir="auto"', 'dir="rtl"'), ' dir="rtl"'
    return f'<div lang="{language}"{direction}>{text}</div>'
