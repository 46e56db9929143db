"""Cards as Anki shows them: a note's fields put through its note type's templates.

The template language is Anki's (``rslib/src/template.rs`` in ankitects/anki, 26.08). The templates are those
that a package ships, so a preview shows what a reader gets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from deckgen.model.note_type import COMMON_FIELDS, NoteType
from deckgen.model.sides import shipped_sides
from deckgen.model.template import (
    Condition,
    Literal,
    Replacement,
    TemplateNode,
    is_empty_field,
    parse_template,
)
from deckgen.preview.cloze_html import cloze, cloze_only
from deckgen.preview.sounds import Sound, take_sounds
from deckgen.preview.template_filters import hint, ruby, text_filter

_parse = lru_cache(maxsize=256)(parse_template)
_RUBY = {"furigana": r"<ruby><rb>\1</rb><rt>\2</rt></ruby>", "kanji": r"\1", "kana": r"\2"}


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """Both sides of a card as HTML; the back holds the front where its template says so.

    ``[anki:play:q:0]`` stands for the play button of the front's first sound (``a`` for the back's);
    ``front_sounds`` and ``back_sounds`` hold the sounds.
    """

    front: str
    back: str
    front_sounds: tuple[Sound, ...] = ()
    back_sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """What rendering one side needs: the fields, the card's ordinal, and for the back the front's HTML."""

    fields: Mapping[str, str]
    ordinal: int
    front: str | None

    def render(self, template: str) -> str:
        return "".join(self._pieces(_parse(template)))

    def _pieces(self, nodes: Iterable[TemplateNode]) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, Literal):
                yield node.text
            elif isinstance(node, Replacement):
                yield self._replace(node)
            elif self._is_filled(node) is not node.negated:
                yield from self._pieces(node.children)

    def _is_filled(self, node: Condition) -> bool:
        # A cloze's number (`{{#c1}}`) is a field on the card of that number alone.
        return not is_empty_field(self.fields.get(node.field, ""))

    def _replace(self, node: Replacement) -> str:
        if node.field == "FrontSide":
            return self.front or ""
        text = self.fields.get(node.field, "")
        if node.filters and node.filters[-1] == "type":
            # The filters that stand after `type:` only say how the typed answer is compared.
            how = f"{node.filters[0]}:" if node.filters[:-1] in (("cloze",), ("nc",)) else ""
            return f"[[type:{how}{node.field}]]"
        for name in node.filters:
            filtered = self._filter(name, text, node.field)
            if filtered is None:
                break
            text = filtered
        return text

    def _filter(self, name: str, text: str, field: str) -> str | None:
        """Return the filtered text; None if the filter belongs to an add-on, which would run the rest."""
        if name == "text":
            return text_filter(text)
        if name == "type":
            return f"[[type:{field}]]"
        if name == "hint":
            return hint(text, field)
        if name == "cloze":
            return cloze(text, self.ordinal, question=self.front is None)
        if name == "cloze-only":
            return cloze_only(text, self.ordinal, question=self.front is None)
        if name in _RUBY:
            return ruby(text, _RUBY[name])
        if name.startswith("tts "):
            return f"[anki:tts lang={name[4:]}]{text}[/anki:tts]"
        return None if name else text


def render_card(
    note_type: NoteType,
    fields: Mapping[str, str],
    card: int,
    *,
    tags: Iterable[str] = (),
    deck: str = "",
    type_name: str = "",
) -> RenderedCard:
    """Render one card as Anki's reviewer would.

    Args:
        note_type: with the templates.
        fields: the note's fields as HTML by their names in Anki; a missing one is empty.
        card: the place of the card in the note type, or, for clozes, its ordinal less one
            (``RenderedNote.cards``).
        tags: the note's tags, for ``{{Tags}}``.
        deck: the full name of the card's deck, for ``{{Deck}}`` and ``{{Subdeck}}``.
        type_name: the note type's name in Anki, for ``{{Type}}``; its own name by default.

    Returns:
        Both sides. If the card does not exist (its front shows no field), they are rendered nevertheless;
        Anki shows a notice instead.
    """
    definition = note_type.cards[0 if note_type.is_cloze else card]
    sides = shipped_sides(definition)
    values = {
        "Tags": " ".join(tags),
        "Type": type_name or note_type.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Card": definition.name,
        "CardFlag": "flag0",
        "CardID": "0",
        f"c{card + 1}": "1",
        **dict.fromkeys(COMMON_FIELDS, ""),
        **fields,
    }
    front, front_sounds = take_sounds(_Side(values, card + 1, None).render(sides.front), "q")
    back, back_sounds = take_sounds(_Side(values, card + 1, front).render(sides.back), "a")
    return RenderedCard(front, back, front_sounds, back_sounds)
