"""Reads lines and table rows as statements: a label, a labelled text, a remark, or prose."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckgen.outline.blocks import Block
from deckgen.outline.guess import changes_meaning
from deckgen.outline.inline import Line, joined
from deckgen.outline.labels import clean_label, starts_with_marker
from deckgen.outline.sentences import LONGEST_LABEL, count_words, sentence_spans

# What stands between a bold label and its text: `**Retries:** text`, `**Retries** - text`.
_PARTING = re.compile(r"\s*(?:[:：]|[–—-](?=\s)|=(?=\s))\s*")
_WORD = r"[^\W\d_][\w'’/-]*"
_PLAIN_LABEL = re.compile(rf"({_WORD}(?:\s{_WORD}){{0,2}})[:：](?:\s+(?=\S)|(?<=：))")
_LEADING_ON = re.compile(r"\s(?:covering|including|such as|like|for example|e\.g\.|namely)$", re.IGNORECASE)
_QUESTION = re.compile(
    r"\W*(?:(?:Q|Question|Frage|Pregunta)\s?\d{0,3}\s?[:.)]|F\s?\d{0,3}:|[问問][：:])\s*(?=\S)"
)
_ANSWER = re.compile(r"\W*(?:(?:A|Ans|Answer|Antwort|Respuesta)\s?\d{0,3}\s?[:)]|答[：:])\s*(?=\S)")
# The sentence that follows a bold heading in its paragraph: `**Reliable crossover** In redundant systems, …`
_RUN_IN = re.compile(r"\s+(?:[A-Z][\w'’-]*|[AI]) [a-z\d]\S* \S+ \S")
_BARE_ANSWER = re.compile(r"\W*(?:A|Ans|Answer|Antwort|Respuesta|答)\s?\d{0,3}\s?[:：]\s*")
# A contrast, such as "Designed, not added later".
_CONTRAST = re.compile(
    r"(?:[,;–—]|\band|\bbut) (?:(?:it|this|that|they)(?: is| are|['’]s|['’]re)? )?(?:not|never) (?!only\b)\w"
    r"|\b(?:rather than|instead of|as opposed to)\b"
    r"|(?:\b(?:not|never)|n['’]t)\b (?!only\b)[^.;,]+[,;–—] ?(?:it|they|but)\b",
    re.IGNORECASE,
)
_CROSS = re.compile(r"\W{0,3}[❌✗✘✖❎🚫⛔👎]")
_LONGEST_LABEL_WORDS, _LONGEST_REMARK_WORDS = 8, 20
_MARKS = {**dict.fromkeys("✅✔☑✓", "yes"), **dict.fromkeys("❌✗✘✖", "no")}
_EMPTY = frozenset(("", "-", "–", "—", "n/a", "N/A"))
_COUNTING = frozenset(("", "#", "no", "no.", "nr", "nr.", "№", "n°"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that some lines say: a label, a text, or both.

    Attributes:
        at: the index of its first line.
        label: such as ``Retries`` in ``**Retries:** twice at most``.
        text: such as ``twice at most``.
        is_marked: it starts with an emoji, an arrow or a bullet.
        is_bold: all of the label is bold, or it is a question (``Q:``).
        is_remark: the author made it stand out.
        is_open: it ends in a colon, so that more must follow.
        is_answer: it starts with ``A:``.
        is_crossed: it starts with a cross, which marks what is wrong.
    """

    at: int
    label: str
    text: str
    is_marked: bool = False
    is_bold: bool = False
    is_remark: bool = False
    is_open: bool = False
    is_answer: bool = False
    is_crossed: bool = False


def without_question_mark(text: str) -> str:
    """Return what follows ``Q:`` or ``Question 3.``; "" for a text that starts with neither."""
    match = _QUESTION.match(text)
    return text[match.end() :] if match else ""


def statements_of(lines: Sequence[Line]) -> list[Statement]:
    """Return the statements of a paragraph: one begins where a line is marked, labelled, or follows a label.

    Each sentence with bold words is one; a line that is only ``A:`` is none.
    """
    lines = [line for line in lines if not _BARE_ANSWER.fullmatch(line.text)]
    if not lines:
        return []
    all_labelled = all(_PLAIN_LABEL.match(line.text) and line.text[:1].isupper() for line in lines)
    starts = [
        number
        for number, line in enumerate(lines)
        if not number or all_labelled or _begins(line) or _is_label(lines[number - 1])
    ]
    ends = [*starts[1:], len(lines)]
    parts = [(lines[start:end], start) for start, end in zip(starts, ends, strict=True)]
    return [statement for part, start in parts for statement in _statements(part, start)]


def _statements(lines: Sequence[Line], at: int) -> Iterator[Statement]:
    statement = read_statement(lines, at)
    bold = _bold_sentences(joined(lines)) if statement.is_remark and not statement.label else []
    if bold:
        yield from (
            Statement(at, "", clean_label(text), statement.is_marked, is_remark=True) for text in bold
        )
    else:
        yield statement


def read_statement(lines: Sequence[Line], at: int = 0) -> Statement:
    """Read lines that say one thing; ``at`` is the index of the first."""
    statement = _read(lines, at)
    return replace(statement, is_crossed=True) if _CROSS.match(lines[0].text) else statement


def _read(lines: Sequence[Line], at: int) -> Statement:
    first, whole = lines[0], joined(lines)
    marked, is_open = starts_with_marker(first.text), _ends_in_colon(whole.text)
    if match := _QUESTION.match(whole.text):
        return Statement(at, clean_label(whole.text[match.end() :]), "", marked, is_bold=True)
    if match := _ANSWER.match(whole.text):
        return Statement(at, "", clean_label(whole.text[match.end() :]), marked, is_answer=True)
    if _has_bold_label(first):
        end = first.bold[0][1]
        label = clean_label(_without_colon(first.text[:end].rstrip(" .")))
        rest = whole.text[end:]
        parting = _PARTING.match(rest)
        text = clean_label(rest[parting.end() :] if parting else rest)
        return Statement(at, label, text, marked, is_bold=True, is_remark=True, is_open=is_open)
    text = clean_label(whole.text)
    if is_open:
        label = _LEADING_ON.sub("", _without_colon(text))
        return Statement(at, label, "", marked, is_remark=bool(first.bold), is_open=True)
    if plain := _PLAIN_LABEL.match(text):
        return Statement(at, plain[1].strip(), text[plain.end() :], marked)
    bold = _bold_sentences(whole) if len(whole.text) > LONGEST_LABEL else []
    return Statement(
        at, "", clean_label(bold[0]) if bold else text, marked, is_remark=_stands_out(whole, text)
    )


def _begins(line: Line) -> bool:
    text = line.text
    return bool(
        starts_with_marker(text) or _has_bold_label(line) or _QUESTION.match(text) or _ANSWER.match(text)
    )


def _is_label(line: Line) -> bool:
    return _ends_in_colon(line.text) or (_has_bold_label(line) and not line.text[line.bold[0][1] :].strip())


def _ends_in_colon(text: str) -> bool:
    return text.rstrip().endswith((":", "："))


def _without_colon(text: str) -> str:
    text = text.rstrip()
    return text[:-1].rstrip() if text.endswith((":", "：")) else text


def _has_bold_label(line: Line) -> bool:
    """Tell whether the line starts with a bold label: the whole line, or up to a colon, dash or full stop."""
    if not line.bold:
        return False
    start, end = line.bold[0]
    before, words, after = line.text[:start], line.text[start:end], line.text[end:]
    if any(character.isalpha() for character in before):
        return False
    if count_words(words) > _LONGEST_LABEL_WORDS:
        return ("?" in words or "？" in words) and not after.strip()
    ended = words.rstrip()[-1:] in (":", "：", ".", "?") or _PARTING.match(after)
    return bool(ended) or not after.strip() or bool(" " in words.strip() and _RUN_IN.match(after))


def _stands_out(line: Line, text: str) -> bool:
    """Tell whether the author made a line stand out: bold words, or a contrast in a few words."""
    return bool(line.bold) or (count_words(text) <= _LONGEST_REMARK_WORDS and bool(_CONTRAST.search(text)))


def _bold_sentences(line: Line) -> list[str]:
    """Return the sentences with bold words; the whole line if all of it is bold."""
    if len(line.bold) == 1 and line.text.strip() in line.text[slice(*line.bold[0])]:
        return [line.text]
    starts = [start for start, _ in line.bold]
    found = []
    for start, end in sentence_spans(line.text):
        at = bisect_left(starts, start)
        if at < len(starts) and starts[at] < end:
            found.append(line.text[start:end])
    return found


def read_row(block: Block) -> tuple[str, str]:
    """Return a table row's label, which is its first cell, and the text of the other cells.

    Each cell follows the head of its column: ``Cost – high; Risk – low``. Of two columns the second needs no
    head, unless the head changes its meaning. Empty cells and a first column that only counts are left out.
    """
    heads = [clean_label(head.text) for head in _padded(block.heads, len(block.lines))]
    cells = list(zip(heads, map(_cell, block.lines), strict=True))
    if len(cells) > 1 and heads[0].lower() in _COUNTING and cells[0][1].strip(".").isdigit():
        cells = cells[1:]
    is_pair = len(cells) <= 2 and not changes_meaning(cells[-1][0])
    label, rest = cells[0][1], [(head, text) for head, text in cells[1:] if text]
    said = "; ".join(text if is_pair or not head else f"{head} – {text}" for head, text in rest)
    return label, said


def _padded(heads: Sequence[Line], count: int) -> list[Line]:
    return [*heads, *[Line()] * (count - len(heads))][:count]


def _cell(line: Line) -> str:
    """Return a cell's words; a tick or cross alone becomes ``yes`` or ``no``."""
    mark = line.text.strip().rstrip("\ufe0f")
    text = _MARKS.get(mark) or clean_label(line.text)
    return "" if text in _EMPTY else text
