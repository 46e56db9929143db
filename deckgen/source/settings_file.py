"""What ``deckgen.yaml`` says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from deckgen.model.diagnostics import Finding, did_you_mean, has_errors
from deckgen.model.ids import KEBAB, to_kebab
from deckgen.model.note_type import NOWHERE, NoteType
from deckgen.model.settings import NEW_A_DAY, About, LintSettings, Settings
from deckgen.model.text import Text
from deckgen.source.card_words import ENGLISH, language_findings, languages, read_own_words, tag_of, words_in
from deckgen.source.formula_commands import formula_findings
from deckgen.source.note_files import check_tag
from deckgen.source.project import BAD_ID, SETTINGS_FILE
from deckgen.source.theme import SCHEMES, read_theme
from deckgen.yaml.mapping_reader import BAD_VALUE, WRONG_TYPE, MappingReader, parse_mapping
from deckgen.yaml.nodes import YamlMapping, shape_of

# Keys that are easily written one level too high, with the key that they belong under.
_INSIDE = {
    **dict.fromkeys(("font", "size", "stylesheet", *SCHEMES), "theme"),
    **dict.fromkeys(("enable", "ignore"), "lint"),
    "fail_under": "coverage",
}


def read_settings(data: bytes, note_types: Mapping[str, NoteType]) -> tuple[Settings | None, list[Finding]]:
    """Read deckgen.yaml; ``note_types`` are those of the project, by their kinds."""
    root, findings = parse_mapping(data, SETTINGS_FILE, SETTINGS_FILE)
    if root is None:
        return None, findings
    reader = MappingReader(root, "deckgen.yaml", findings)
    name, project_id = _read_names(reader)
    about = _read_about(reader)
    language = _read_language(reader)
    findings += formula_findings(name)
    own_words = read_own_words(reader.mapping("words"), note_types.values(), findings)
    findings += language_findings(language, own_words)
    ships_retired = reader.choice("retired", ("ship", "report")) != "report"
    theme = read_theme(reader.mapping("theme"), findings)
    settings = Settings(
        name=name.value if name else "",
        id=project_id.value if project_id else "",
        language=language.value if language else ENGLISH,
        words={**words_in(language.value if language else ENGLISH), **own_words},
        own_words=own_words,
        about=about,
        subdecks=_read_subdecks(reader.mapping("subdecks"), note_types, findings),
        a_day=_read_a_day(reader.mapping("a_day"), note_types, findings),
        ships_retired=ships_retired,
        learn_first=reader.words("learn_first"),
        tags_under=_read_tags_under(reader, project_id),
        theme=theme.css,
        stylesheet=theme.stylesheet,
        speech=_read_speech(reader),
        fail_under=_read_fail_under(reader.mapping("coverage"), findings),
        lint=_read_lint(reader.mapping("lint"), findings),
        named_at=name.span if name else NOWHERE,
    )
    reader.close(inside=_INSIDE)
    return settings, findings


def _read_names(reader: MappingReader) -> tuple[Text | None, Text | None]:
    """Return the project's name and id."""
    name, project_id = reader.line("name", required=True), reader.text("id", required=True)
    if name and "::" in name.value:
        message = "The project's name contains `::`, which splits decks in Anki."
        reader.report(BAD_VALUE, name, message, "Leave out the `::`.")
    if project_id and not KEBAB.match(project_id.value):
        hint = f"Write it as `{to_kebab(project_id.value) or 'my-deck'}`."
        reader.report(BAD_ID, project_id, f"The project's id `{project_id.value}` is not kebab-case.", hint)
    return name, project_id


def _read_about(reader: MappingReader) -> About:
    """Return what the decks' description says of the project."""
    description, author, licence = map(reader.word, ("description", "author", "licence"))
    homepage = reader.text("homepage")
    address = " ".join(homepage.value.split()) if homepage else ""
    if homepage and not re.match(r"https?://\S+\Z", address):
        message = f"`{address}` is not the address of a web page."
        reader.report(BAD_VALUE, homepage, message, "Write it from `https://` on.")
    return About(description, author, licence, address)


def _read_tags_under(reader: MappingReader, project_id: Text | None) -> str:
    """Return the tag under which the author's own tags go; empty where they stay as written."""
    root = reader.text("tags_under")
    if root is None:
        return ""
    check_tag(root, reader)
    if project_id and root.value.lower() == project_id.value:
        message = "`tags_under` is the project's id, where deckgen's own tags stand."
        reader.report(BAD_VALUE, root, message, f"Write another one, such as `{root.value}-topics`.")
    return root.value


def _read_language(reader: MappingReader) -> Text | None:
    language = reader.text("language")
    if language and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language.value):
        tag = tag_of(language.value.strip())
        hint = f"Write one such as {', '.join(f'`{name}`' for name in languages())}."
        hint = f"Write `{tag}`." if tag else hint
        reader.report(BAD_VALUE, language, f"`{language.value}` is not a language tag.", hint)
        return None
    return language


def _read_speech(reader: MappingReader) -> str:
    """Return the language (``en_US``) in which Anki reads questions aloud; empty for none."""
    speech = reader.text("speech")
    if speech and not re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", speech.value):
        hint = "Write language and country as in `en_US`, or delete the key to read nothing aloud."
        reader.report(BAD_VALUE, speech, f"`{speech.value}` is not a language that Anki can speak.", hint)
    return speech.value if speech else ""


def _read_fail_under(node: YamlMapping | None, findings: list[Finding]) -> int:
    if node is None:
        return 0
    reader = MappingReader(node, "`coverage`", findings)
    fail_under = reader.number("fail_under", 0, 100)
    reader.close()
    return fail_under or 0


def _read_lint(node: YamlMapping | None, findings: list[Finding]) -> LintSettings:
    """Read the rule names and limits under ``lint:``; the linter checks whether they exist."""
    if node is None:
        return LintSettings()
    reader = MappingReader(node, "`lint`", findings)
    ignore, enable = (reader.texts(key, of_words=True) for key in ("ignore", "enable"))
    limits = {}
    for name, (key, _) in node.entries.items():
        rule = reader.mapping(name) if name not in ("ignore", "enable") else None
        if rule is not None:
            limits[name] = (key, _read_limits(rule, name, findings))
    return LintSettings(ignore, enable, limits)


def _read_limits(node: YamlMapping, rule: str, findings: list[Finding]) -> dict[str, tuple[Text, Text]]:
    reader = MappingReader(node, f"`{rule}`", findings)
    limits = {}
    for name, (key, _) in node.entries.items():
        text = reader.text(name)
        if text is not None:
            limits[name] = (key, text)
    return limits


def _read_a_day(node: YamlMapping | None, kinds: Collection[str], findings: list[Finding]) -> dict[str, int]:
    if node is None:
        return {}
    reader = MappingReader(node, "`a_day`", findings)
    paces = {kind: reader.number(kind, 0, NEW_A_DAY) for kind in kinds}
    reader.close()
    return {kind: pace for kind, pace in paces.items() if pace is not None}


def _read_subdecks(
    node: YamlMapping | None, kinds: Collection[str], findings: list[Finding]
) -> dict[str, str]:
    subdecks = {}
    for kind, (key, value) in node.entries.items() if node else ():
        if kind not in kinds:
            taken = node.entries if node else ()
            hint = did_you_mean(kind, kinds, f"The kinds are {', '.join(kinds)}.", taken)
            findings.append(BAD_VALUE.at(key.span, f"`{kind}` is not a kind of note.", hint))
        elif isinstance(value, Text) and "\n" not in value.value.strip():
            subdecks[kind] = value.value.strip()
            findings += formula_findings(value)
            is_dropped = value.comment and (value.value or has_errors([value.comment]))
            findings += [value.comment] if value.comment and is_dropped else []
        elif isinstance(value, Text):
            message = f"The subdeck of `{kind}` must be on one line."
            findings.append(BAD_VALUE.at(value.span, message, "Write its name on one line, or '' for none."))
        else:
            message = f"The subdeck of `{kind}` must be text, not {shape_of(value)}."
            findings.append(WRONG_TYPE.at(value.span, message, "Write its name, or '' for none."))
    return subdecks
