"""Reads the fields of a note, as its note type defines them."""

import re

from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.note_type import FieldDefinition, NoteType
from deckgen.model.text import FieldValue, Text, whole_number
from deckgen.source.project import STORIES_FILE
from deckgen.yaml.mapping_reader import BAD_VALUE, MappingReader

PRIVATE_FIELD = Code(
    "private-field",
    Severity.ERROR,
    "A private field is filled in a shared file",
    "The field belongs to the reader: its text comes from `stories.yaml`, which git ignores, so that the "
    "deck can be shared and an update never wipes it.",
)
SWITCH_FOR_WORDS = Code(
    "switch-for-words",
    Severity.ERROR,
    "A field of words is given a switch or a number",
    "Values are taken as written, so `reverse: true` would make a card that asks `true`. A reverse card "
    "needs a question of its own: a prompt and an answer the other way round ask badly.",
    bad="prompt: What is consumer lag?\nreverse: true",
    good="prompt: What is consumer lag?\nreverse: What is the distance to the newest message called?",
)
LONE_NUMBER = Code(
    "lone-number",
    Severity.WARNING,
    "A question is a number alone",
    "The card shows the number as it is typed, and does not say what of it is asked: 503 may be a status, "
    "a port or a room. In quotes it is taken as meant.",
    bad="prompt: 503\nanswer: The service is unavailable.",
    good="prompt: What does status 503 of HTTP mean?\nanswer: The service is unavailable.",
)
CODES = (PRIVATE_FIELD, SWITCH_FOR_WORDS, LONE_NUMBER)

# Words that YAML readers take for true, false or nothing: those that are no words to ask for, and all.
_NO_WORDS = frozenset(("true", "false", "null", "~"))
_SWITCHES = _NO_WORDS | {"yes", "no", "on", "off", "y", "n"}
# How one may try to have a question made.
_SETTINGS = frozenset(("none", "auto", "automatic", "always", "never", "enabled", "disabled"))
# A number, a date or a time, also as programs write them: `0x1F`, `1_000`, `1e5`.
_NUMBER = r"[-+]?(?:0[box][\da-f_]+|\.?\d[\d.,:/_-]*(?:e[-+]?\d+)?)\s?%?"
_LONGEST_WORD = 20  # longer than any switch or number that an author may write
_QUESTIONS = ("asks", "context")
_STATEMENTS = ("chooses", "decides")


def read_fields(reader: MappingReader, note_type: NoteType, findings: list[Finding]) -> dict[str, FieldValue]:
    """Return the fields of a note that can be used, by their keys; what is wrong goes into ``findings``."""
    fields: dict[str, FieldValue] = {}
    for field in note_type.fields:
        if field.joins:
            continue
        if field.private:
            text = reader.text(field.key) if reader.has(field.key) else None
            if text:
                message = f"`{field.key}` is the reader's own and cannot be filled here."
                hint = f"Move the text to {STORIES_FILE}, under the note's full id."
                findings.append(PRIVATE_FIELD.at(text.span, message, hint))
        elif field.type == "list":
            items = reader.texts(field.key, required=field.required)
            is_no_list = items and findings and findings[-1].span == items[0].span  # all is said
            short = () if is_no_list else (item for item in items if len(item.value) <= _LONGEST_WORD)
            switches = [item for item in short if _is_switch(item, field, reader)]
            if items and not switches:
                fields[field.key] = items
        else:
            if field.type == "number":
                text = reader.text(field.key, required=field.required)
            else:
                text = reader.prose(field.key, required=field.required)
            is_sure = text and field.type == "text" and len(text.value) > _LONGEST_WORD
            if text and (is_sure or not _has_fault(text, field, reader)):
                fields[field.key] = text
    return fields


def _has_fault(text: Text, field: FieldDefinition, reader: MappingReader) -> bool:
    """Report the text of a field that takes another one; tell whether there is anything to report."""
    if field.type == "number":
        if whole_number(text.value) is not None:
            return False
        message = f"`{field.key}` takes a whole number, not `{text.value[:40]}`."
        reader.report(BAD_VALUE, text, message, f"Write a number such as `{field.default or 90}`.")
        return True
    if field.type == "line" and "\n" in text.value.strip():
        message = f"`{field.key}` must be on one line."
        reader.report(BAD_VALUE, text, message, "Write it on one line, or fold it with `>-`.")
        return True
    return _is_switch(text, field, reader)


def _is_switch(text: Text, field: FieldDefinition, reader: MappingReader) -> bool:
    """Report a switch or a number where words are meant; in quotes it is what the author means.

    An answer or an option may be any word, and a required question all but `true`, `false` and nothing. An
    optional question, such as ``reverse``, is never a switch, nor is what says when an option is right.
    """
    word, asks = text.value.strip(), field.role == "asks" and not field.required
    may_be_a_word = field.required and field.role not in ("", *_STATEMENTS)
    switches = _NO_WORDS if may_be_a_word else _SWITCHES | _SETTINGS if asks else _SWITCHES
    is_letter = field.role in _STATEMENTS and len(word) == 1
    is_word = word.casefold() in switches and not is_letter
    is_number = (
        field.role in (*_QUESTIONS, *_STATEMENTS) and re.fullmatch(_NUMBER, word.casefold()) is not None
    )
    if is_number and field.required and field.role in _QUESTIONS:
        if not text.style:
            hint = f"Write a question, such as `{field.key}: What does {word} mean?`, or put it in quotes."
            reader.report(LONE_NUMBER, text, f"`{field.key}` is a number alone, which asks nothing.", hint)
        return False
    if not (is_word or is_number) or field.role in ("answers", "option") or (text.style and not asks):
        return False
    hint = f"Put `{word}` in quotes if the card shall show just that; if not, write it in words."
    if asks:
        hint = (
            f"Write the question in words, such as `{field.key}: Which term means this?`, or delete the key."
        )
    message = f"`{field.key}` takes words, not the {'switch' if is_word else 'number'} `{word}`."
    reader.report(SWITCH_FOR_WORDS, text, message, hint)
    return True


def foreign_names(note_type: NoteType) -> dict[str, str]:
    """Return what others call a card's front, its back and its source, each with the key that is meant."""
    roles = note_type.roles()
    fronts = [key for key, has in roles.items() if not {"asks", "cloze", "weak", "context"}.isdisjoint(has)]
    backs = [key for key, has in roles.items() if "answers" in has]
    if note_type.is_cloze:
        backs = [key for key in roles if key not in fronts]
    names = {name: fronts[0] for name in ("front", "question", "q") if fronts}
    names |= dict.fromkeys(("link", "links", "url", "ref", "reference", "references"), "source")
    return names | {name: backs[0] for name in ("back", "answer", "a", "back extra") if backs}
