"""Guesses from the words of a point, its label and its heading whether it is a warning or a question."""

import re
from collections.abc import Iterable, Mapping

from deckgen.model.note_type import NOWHERE, NoteType
from deckgen.outline.sentences import count_words


def _words(text: str) -> str:
    """Return a pattern for any of these words, which are separated by ``/``."""
    return rf"\b(?:{'|'.join(word.strip() for word in text.split('/'))})\b"


# "To avoid skew" introduces what is good, "Things to avoid" what is not.
_WARNING = re.compile(
    r"(?<!\bto )\bavoid\b|^\W*skip\b|(?<!\bhow )\bto (?:avoid|skip)$|"
    + _words(
        "do not / don['’]?ts? / never / not to / mistakes? / pitfalls? / traps?"
        " / gotchas? / red flags? / anti-?patterns? / nie / niemals / vermeiden / jamais / ne pas / éviter"
        " / nunca / evitar / никогда / нельзя / избегайте"
    )
    + r"|\b(?:weak|bad|wrong|poor)(?:\s+(?:answers?|responses?|signals?|examples?|candidates?"
    r"|practices?|habits?|ideas?|approach(?:es)?|ways?)\b|\W*$|\s*[:/–-])"
    r"|\b(?:is|are|goes?|gone)\s+(?:weak|bad|wrong|poor)\b"
    r"|避免|不要|切勿|してはいけない",
    re.IGNORECASE,
)
_WARNING_HEADING = re.compile(
    r"(?:.* / )?\W*"
    + _words("avoid / do not / don['’]?ts? / never / what not to / skip")
    + r"|.*(?<!how )\bto (?:avoid|skip)\b(?= /|$)|.*"
    + _words(
        "red flags? / warning signs? / pitfalls? / mistakes? / anti-?patterns? / gotchas? / don['’]?ts"
        " / fehler / vermeiden / nicht tun / erreurs / à éviter / errores / evitar / ошибки / избегать"
    )
    + r"|.*(?:避免|不要|错误|間違い)",
    re.IGNORECASE,
)
_WEIGHING = re.compile(
    _words(
        "pros? / cons? / pros and cons / advantages? / disadvantages? / benefits? / drawbacks? / downsides?"
        " / upsides? / Vorteile / Nachteile / avantages / inconvénients / ventajas / desventajas"
        " / плюсы / минусы"
    )
    + r"|优点|缺点|利点|欠点",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"n['’]t\b|"
    + _words("not / no / cannot / without / except / unless / nicht / ohne / pas / sans / sin / не"),
    re.IGNORECASE,
)
_WHEN = _words(
    "when / if / before / after / during / while / until / instead / wenn / vor / nach / quand / avant"
    " / après / cuando / antes / después / если / когда"
)
_CONDITION = re.compile(rf"\W*{_WHEN}|.*{_WHEN}\W*$", re.IGNORECASE)
_VERSUS = re.compile(r".*\b(?:vs|Vs|VS|versus)\b(?! Code\b)")
# At least three words, so that `Why?` alone is none; anything in scripts without spaces.
_ASKED = re.compile(r"(?:.*\s.*\s.*|.*[^ -~].*)[?？]$")
_QUESTIONS = re.compile(r".*\b(?:questions|FAQ|Fragen|preguntas|вопросы)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r".*"
    + _words(
        "resources / references / further reading / read more / links / see also / bibliography / refer"
    ),
    re.IGNORECASE,
)
# Labels under a heading that warns which tell the remedy.
_CURE = re.compile(
    r".*" + _words("good / better / right / strong / fix / fixed / instead / how to avoid"), re.IGNORECASE
)
# The label of a line that starts with a cross.
CROSSED = "Not"
# A longer label is a sentence, and clear without what follows.
_LONGEST_LABEL_WORDS = 8
_WARNING_LABEL = re.compile(f"(?:.*: )?{CROSSED}(?::|$)|.*?(?:{_WARNING.pattern})", re.IGNORECASE)
_WEIGHING_LABEL = re.compile(f".*?(?:{_WEIGHING.pattern})", re.IGNORECASE)
_SPOKEN = re.compile(
    r"\W*(?:tell me|describe a|walk me through|give me|talk about a|how would you|what would you"
    r"|why (?:did|do|would) you)\b|.*[“\"][^”\"]+\?[”\"]",
    re.IGNORECASE,
)
_RULES = (
    ("text", "comparison", _VERSUS, "it sets two things against each other"),
    ("label", "warning", _WARNING_LABEL, "its label warns of it"),
    ("label", "question", _ASKED, "its label asks it"),
    ("label", "comparison", _WEIGHING_LABEL, "its label weighs it"),
    ("heading", "warning", _WARNING_HEADING, "its heading warns of it"),
    ("heading", "question", _QUESTIONS, "its heading is on questions"),
    ("text", "question", _SPOKEN, "an interviewer asks it"),
)


def on_questions(heading: str) -> bool:
    """Tell whether a heading announces questions."""
    return bool(_QUESTIONS.match(heading))


def points_elsewhere(heading: str) -> bool:
    """Tell whether a heading is over links to follow, such as ``Further reading``."""
    return bool(_ELSEWHERE.match(heading))


def changes_meaning(label: str) -> bool:
    """Tell whether what follows a label or heading would mean something else without it.

    Such labels warn, deny, weigh or set a condition: ``Mistakes``, ``Do not``, ``Pros``, ``Use it when``.
    """
    patterns = (_WARNING, _DENIAL, _WEIGHING)
    return count_words(label) <= _LONGEST_LABEL_WORDS and (
        any(pattern.search(label) for pattern in patterns) or bool(_CONDITION.match(label))
    )


def kinds_by_sort(note_types: Iterable[NoteType]) -> dict[str, str]:
    """Return the kind that teaches each sort of point: an author's own before a built-in one."""
    own_last = sorted(note_types, key=lambda note_type: note_type.span != NOWHERE)
    return {note_type.teaches: note_type.kind for note_type in own_last if note_type.teaches}


def guess_needs(text: str, label: str, heading: str, kinds: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Guess what a point needs.

    Args:
        text: the point's own words.
        label: the label before it, such as ``Weak answer``; may be empty.
        heading: its section's title and the heading above it, joined by `` / ``.
        kinds: the kind that teaches each sort of point.

    Returns:
        The kinds, if any, and the reason: ``its label warns of it``.
    """
    where = {"text": text, "label": label, "heading": heading}
    for place, sort, pattern, because in _RULES:
        if place == "heading" and sort == "warning" and _CURE.match(label):
            continue
        if pattern.match(where[place]):
            return ((kinds[sort],), because) if sort in kinds else ((), "")
    return (), ""
