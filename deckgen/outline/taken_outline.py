"""The outline that was read from a chapter, before anyone has edited it, and its YAML."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Words that other YAML readers do not take as text.
_NOT_TEXT = re.compile(r"(?:y|n|yes|no|true|false|on|off|null)\Z", re.IGNORECASE)
_PLAIN = re.compile(r"(?:\.\.?/|[^\W\d_])(?:[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*[^\s\x00-\x1f:])?\Z")
_PARTING = re.compile(r":\s|\s#")


@dataclass(frozen=True, slots=True)
class TakenPoint:
    """A point as the chapter words it.

    ``words`` are its ``text`` without the label of its group (``During incident: ``); ``needs`` is a guess,
    and ``because`` its reason. ``line`` is the point's in the chapter, from 1.
    """

    id: str
    text: str
    words: str
    line: int
    needs: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class TakenSection:
    """A heading with points under it."""

    id: str
    title: str
    line: int
    points: tuple[TakenPoint, ...]


@dataclass(frozen=True, slots=True)
class TakenOutline:
    """A chapter's outline; ``file`` and ``digest`` say what it was taken from."""

    number: str
    title: str
    sections: tuple[TakenSection, ...]
    file: str = ""
    digest: str = ""

    @property
    def id(self) -> str:
        """The chapter's id: ``ch36``."""
        return f"ch{self.number.zfill(2)}"

    @property
    def points(self) -> Iterator[tuple[TakenSection, TakenPoint]]:
        """Each point with its section, in order."""
        return ((section, point) for section in self.sections for point in section.points)


def format_outline(taken: TakenOutline) -> str:
    """Return the text of ``outline.yaml``; what was guessed is marked by a comment."""
    return "\n".join(_lines(taken)) + "\n"


def _lines(taken: TakenOutline) -> Iterator[str]:
    name = "".join(sign if sign.isprintable() else "?" for sign in taken.file.rsplit("/", 1)[-1])
    yield f"# Taken from {name} by `deckgen outline`: every line that must be taught."
    yield "# `needs` names the kinds of note that must teach a point; each is a guess until you have read it."
    yield f"id: {taken.id}"
    yield f"number: {taken.number}"
    yield f"title: {scalar(taken.title)}"
    yield from source_lines(taken)
    yield ""
    yield "sections:"
    for number, section in enumerate(taken.sections):
        if number:
            yield ""
        yield from section_head(section.id, section.title, "  ")
        for point in section.points:
            yield from point_lines(point, point.id, "      ")


def source_lines(taken: TakenOutline) -> tuple[str, ...]:
    """Return the lines that say what an outline was taken from."""
    return "chapter:", f"  file: {scalar(taken.file)}", f"  digest: {taken.digest}"


def section_head(name: str, title: str, indent: str) -> tuple[str, ...]:
    """Return the lines of a section up to its points; ``indent`` is what stands before its dash."""
    return f"{indent}- id: {name}", f"{indent}  title: {scalar(title)}", f"{indent}  points:"


def point_lines(point: TakenPoint, name: str, indent: str) -> Iterator[str]:
    """Yield the lines of a point; ``indent`` is what stands before its dash."""
    yield f"{indent}- id: {name}"
    yield f"{indent}  text: {scalar(point.text)}"
    if point.needs:
        yield f"{indent}  needs: [{', '.join(point.needs)}]  # a guess: {point.because}"


def scalar(text: str) -> str:
    """Return a text as a YAML scalar: plain where every YAML reader takes it as text, else in quotes."""
    if _PLAIN.match(text) and not _PARTING.search(text) and not _NOT_TEXT.match(text):
        return text
    return json.dumps(text, ensure_ascii=False)
