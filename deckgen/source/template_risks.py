"""What a note type's templates and style load, run, or leave open to the text of a field.

A template has to be HTML as the standard has authors write it ("The HTML syntax", "Writing HTML documents"),
of elements that are known to be harmless. Browsers agree on such text, so that it can be read here without a
parser that mends faults as they do; whatever else stands there is reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.model.template import TemplateError, extremes, outcomes
from deckgen.model.text import unescape
from deckgen.source.css_loads import END_OF_STYLE, beyond_reading, loads_of, on_network
from deckgen.source.element_risks import (
    NOTETYPE_REMOTE,
    NOTETYPE_SCRIPT,
    attribute_risk,
    is_harmless,
    is_text,
    is_text_in_tag,
    shortened,
    style_risk,
)
from deckgen.source.formula_commands import FORMULA_COMMAND, formula_problem, reaching_command

NOTETYPE_MARKUP = Code(
    "notetype-markup",
    Severity.WARNING,
    "A template has HTML that deckgen cannot vouch for",
    "Browsers mend HTML that is not well formed, each in its own way, and some elements load other pages. "
    "What such HTML does on a card is not known before it is shown.",
    bad='<iframe src="page.html"></iframe>',
    good="<section>{{Answer}}</section>",
)
NOTETYPE_FIELD_IN_TAG = Code(
    "notetype-field-in-tag",
    Severity.WARNING,
    "A field stands inside a tag, a style or a formula",
    "There the text of a note is part of the code: a quotation mark in it can end the attribute, and what "
    "follows is run. An empty field leaves out its place, so that the parts around it join.",
    bad='<img src="{{Picture}}">',
    good="<div>{{Picture}}</div>",
)
CODES = (NOTETYPE_MARKUP, NOTETYPE_FIELD_IN_TAG)

_BLANK = r"[ \t\n\r\f]"
# In quotes a `<` is a sign to browsers; one before a letter is more likely a quote that was never closed.
_QUOTED = r"""(?:"(?:[^"<]|<(?=[\s\d=-]))*+"|'(?:[^'<]|<(?=[\s\d=-]))*+')"""
_VALUE = rf"""(?:{_QUOTED}|[^\s"'=<>`{{]+)"""
_ATTRIBUTE = rf"{_BLANK}+(?P<attribute>[a-zA-Z_:][a-zA-Z0-9_:.-]*)(?:{_BLANK}*={_BLANK}*(?P<value>{_VALUE}))?"
_UNNAMED = _ATTRIBUTE.replace("?P<attribute>", "?:").replace("?P<value>", "?:")
_ATTRIBUTES = rf"(?:{_UNNAMED})*+{_BLANK}*/?"
_COMMENT = r"(?s:<!--(?!-?>)(?:(?!--!?>|<!--).)*-->)"
_PIECE = (
    rf"(?s)(?P<comment>{_COMMENT}|<!(?i:doctype)[^<>]*>|<\?xml\s[^<>{{]*>)"
    r"|(?P<field>\{\{.*?\}\})"
    r"|(?P<tag><(?P<name>/?[a-zA-Z][a-zA-Z0-9-]*)"
    rf"""(?P<attributes>(?:[^<>"'{{]|{_QUOTED}|\{{\{{[^{{}}<>"']*\}}\}})*+)>)"""
    r"|(?P<bad><(?=[a-zA-Z/!?{]))"
)
_TEXT_INSIDE = ("style", "title", "script", "textarea")  # no tags are read in these
_REACHING = ("base", "embed", "form", "frame", "iframe", "meta", "object")
_REFERENCE = r"\{\{([^{}]*)\}\}"
# What Anki or the project puts there, and no note.
_SAFE_IN_TEXT = r"word:.*|(?:text:)?(?:Card|CardFlag|CardID|Type|Tags|Deck|Subdeck)"
# In a formula, or in the name of a command, whose letters join where the field is empty.
_FIELD_IN_FORMULA = r"(?:\\[(\[](?:[^\\{]|\{(?!\{)|\\(?![()\[\]]))*+|\\[a-zA-Z]*+)\{\{(?!word:)"
# Browsers join the text around a comment and an end tag that closes nothing; MathJax, around <wbr> too.
_JOINED = rf"""(?i){_COMMENT}|<(?!br\b)[a-z/!?](?:[^<>"']|{_QUOTED})*+>"""
_IN_ESCAPE = r"(?:\\|&#)\w*\{\{"  # a digit would make another sign of it
_SOUND = r"\[sound:([^\[\]]*)\]"  # some of Anki's apps play what is on the network
_LATEX = r"(?i)\[(?:latex|\$\$?)\]"
# What CSS passes over: its comments, and the marks of HTML's that old browsers wanted around a style.
_NO_CSS = r"(?s)/\*.*?\*/|\A\s*<!--(?=(?:(?!<!--|--!?>).)*-->\s*\Z)"
_LONGEST_SHOWN = 60
_MOST_FINDINGS = 100  # in a file; each counts its lines
_LONGEST_CONDITIONAL = 10_000  # characters of a tag or a style with a condition


class _Risk(NamedTuple):
    """A finding before its line is counted; ``offset`` is where in the text."""

    offset: int
    code: Code
    message: str
    hint: str


def template_risks(text: str, path: str, numbers: Collection[str] = ()) -> Iterator[Finding]:
    """Report what a template loads or runs, and where a field could make it do so; the first hundred.

    Args:
        text: of the template, which Anki can read.
        path: its path in the project.
        numbers: the fields that hold a number, and so can stand in an attribute.
    """
    for risk in islice(chain(_text_risks(text), _tag_risks(text, numbers)), _MOST_FINDINGS):
        yield risk.code.at(span_at(path, text, risk.offset), risk.message, risk.hint)


def style_risks(text: str, path: str) -> Iterator[Finding]:
    """Report what the style of a note type loads from the network, and what would end it early."""
    if found := beyond_reading(text):
        offset, message, hint = found
        yield NOTETYPE_MARKUP.at(span_at(path, text, offset), message, hint)
        return
    for load in loads_of(text):
        if load.is_elsewhere:
            risk = _remote(0, load.address or load.shown)
            place = Span(path, load.node.source_line, load.node.source_column)
            yield risk.code.at(place, risk.message, risk.hint)
    if match := re.search(END_OF_STYLE, text):
        message = f"`{match[0]}` would end the card's style, and make HTML of what follows."
        yield NOTETYPE_MARKUP.at(span_at(path, text, match.start()), message, "Take it out.")


def _text_risks(text: str) -> Iterator[_Risk]:
    """Yield what Anki and its MathJax make of the text between tags."""
    shown, joined = re.sub(_COMMENT, lambda comment: " " * len(comment[0]), text), re.sub(_JOINED, "", text)
    match = re.search(_FIELD_IN_FORMULA, shown)
    if match or re.search(_FIELD_IN_FORMULA, joined):
        hint = "Let the notes write the whole formula, `$…$`, and show the field alone."
        place = match.start() if match else 0
        yield _Risk(place, NOTETYPE_FIELD_IN_TAG, "A field stands in a formula here.", hint)
    if command := reaching_command(text) or reaching_command(joined):
        place = max(text.find(command), text.find("\\"), 0)
        yield _Risk(place, FORMULA_COMMAND, *formula_problem(command))
    for match in re.finditer(_SOUND, text):
        if "{{" in match[1]:
            hint = "Let the notes write `[sound:…]`, and show the field alone."
            yield _Risk(match.start(), NOTETYPE_FIELD_IN_TAG, "A field names what is played here.", hint)
    as_shown = [re.sub(_REFERENCE, "", each) for each in (text, *extremes(text))]
    sounds = dict.fromkeys(name for each in as_shown for name in re.findall(_SOUND, each))
    yield from (_remote(max(text.find(name), 0), name) for name in sounds if on_network(name))
    if latex := next(filter(None, (re.search(_LATEX, each) for each in as_shown)), None):
        message = f"Anki can run LaTeX on what follows `{latex[0]}`, on the computer of a reader."
        hint = "Write `\\(…\\)`, which MathJax shows in every app."
        yield _Risk(max(text.find(latex[0]), 0), NOTETYPE_SCRIPT, message, hint)


def _tag_risks(text: str, numbers: Collection[str]) -> Iterator[_Risk]:
    """Yield what the tags load or run; behind the `<` of one that is not well formed the reading goes on."""
    position, pieces = 0, re.compile(_PIECE)
    while match := pieces.search(text, position):
        position = match.end()
        if match["bad"]:
            yield _malformed(text, match.start())
        if not match["tag"]:
            continue
        seen, name = _outcomes(match["attributes"]), match["name"].lower()
        if not seen or not all(re.fullmatch(_ATTRIBUTES, each) for each in seen):
            yield _malformed(text, match.start()) if seen else _condition_in_tag(match.start())
            position = match.start() + 1
        elif not name.startswith("/"):
            if is_text_in_tag(name, match["attributes"]):
                message = f"Browsers take `{shortened(match[0])}` for a tag, and do not show its words."
                hint = "Write `&lt;` for the sign, or leave out what is no attribute."
                yield _Risk(match.start(), NOTETYPE_MARKUP, message, hint)
            yield from _element_risks(name, seen, match.start())
            risks = (_attribute_risks(name, each, match, numbers) for each in seen)
            yield from dict.fromkeys(chain.from_iterable(risks))
            if name in _TEXT_INSIDE:
                end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, position)
                stop = end.start() if end else len(text)
                yield from _risks_inside(name, text[position:stop], position)
                position = stop


def _outcomes(text: str) -> list[str]:
    """Return what browsers may see of a tag or a style; nothing where that cannot be said."""
    if "{{" not in text:
        return [text]
    try:
        return list(outcomes(text)) if len(text) < _LONGEST_CONDITIONAL else []
    except TemplateError:
        return []


def _malformed(text: str, offset: int) -> _Risk:
    shown = re.split(r"[>\n]|(?<!^)<", text[offset : offset + _LONGEST_SHOWN])[0]
    if text.startswith("<!--", offset) and text.find("-->", offset) < 0:
        return _Risk(offset, NOTETYPE_MARKUP, "This comment is never closed.", "End it with `-->`.")
    if re.match(r"<(?:[!?]|/[^a-zA-Z])", shown):
        message = f"`{shown}` starts a comment for browsers, but is not written as one."
        hint = "Write `<!-- … -->`, with neither `<!--` nor `--!>` inside; or `&lt;` for the sign."
        return _Risk(offset, NOTETYPE_MARKUP, message, hint)
    if "{{" in shown:
        message = "What stands in braces in this tag is neither a whole attribute nor in quotes."
        hint = 'Write `class="{{#Field}}…{{/Field}}"`, or the field between tags; `&lt;` is the sign itself.'
        return _Risk(offset, NOTETYPE_FIELD_IN_TAG, message, hint)
    message = f"`{shown}` starts a tag for browsers, but is not written as one."
    hint = 'Write `&lt;` for the sign; or `<name attribute="value">`, with a space before each attribute.'
    return _Risk(offset, NOTETYPE_MARKUP, message, hint)


def _condition_in_tag(offset: int) -> _Risk:
    message = "A condition starts or ends in the middle of a tag here, or too many stand in it."
    hint = "Put the whole tag between `{{#Field}}` and `{{/Field}}`, or a whole attribute of it."
    return _Risk(offset, NOTETYPE_FIELD_IN_TAG, message, hint)


def _element_risks(name: str, seen: Iterable[str], offset: int) -> Iterator[_Risk]:
    if name == "script":
        yield _script(offset, "<script")
    elif not is_harmless(name) and (name != "meta" or any("http-equiv" in each.lower() for each in seen)):
        message, hint = f"`<{name}>` can load or send something.", "Take another element, such as `<div>`."
        if name not in _REACHING:
            message = f"`<{name}>` is no element that deckgen knows."
            hint = "Take another element, such as `<div>`; or write `&lt;` for the sign itself."
        yield _Risk(offset, NOTETYPE_MARKUP, message, hint)


def _attribute_risks(
    element: str, seen: str, tag: re.Match[str], numbers: Collection[str]
) -> Iterator[_Risk]:
    """Yield what the attributes that browsers see in a tag load, run, or leave open to a field."""
    is_written = seen == tag["attributes"]
    for match in re.finditer(_ATTRIBUTE, seen):
        name, written = match["attribute"], match["value"] or ""
        quote = written[:1] if written[:1] in ("'", '"') else ""
        value = written.removeprefix(quote).removesuffix(quote)
        is_quoted_text = is_text(name.lower()) and quote == '"'
        is_number_safe = is_text(name.lower()) or not re.search(_IN_ESCAPE, value)
        open_to = [each for each in re.findall(_REFERENCE, value) if not (is_number_safe and each in numbers)]
        unsafe = [each for each in open_to if not (is_quoted_text and re.fullmatch(_SAFE_IN_TEXT, each))]
        places = match.start("attribute"), match.start("value") + len(quote) if written else 0
        at_name, at_value = (tag.start("attributes") + each if is_written else tag.start() for each in places)
        if unsafe:
            yield _field_in_attribute(at_value, name, unsafe[0])
        as_seen = dict.fromkeys((value, re.sub(_REFERENCE, "", value)))
        risks = (attribute_risk(element, name, unescape(each)) for each in as_seen)
        if found := next(filter(None, risks), None):
            code, shown = found
            place = at_value if written and shown != name.lower() else at_name
            yield (_script if code is NOTETYPE_SCRIPT else _remote)(place, shown)


def _field_in_attribute(offset: int, attribute: str, reference: str) -> _Risk:
    message = f"`{{{{{reference}}}}}` stands in the attribute `{attribute}` here."
    hint = "Show it between tags, `<div>{{Field}}</div>`; a field of `type: number` may stand here."
    if re.fullmatch(_SAFE_IN_TEXT, reference):
        hint = 'Put it into `class`, `title` or `data-…`, in double quotes: `class="{{Tags}}"`.'
    elif attribute.lower() in ("href", "src", "data", "poster", "srcset"):
        hint = "Let the notes write the link or the picture, and show the field between tags."
    return _Risk(offset, NOTETYPE_FIELD_IN_TAG, message, hint)


def _risks_inside(name: str, inside: str, offset: int) -> Iterator[_Risk]:
    """Yield what is wrong in an element that browsers read as text; in SVG, some read tags there."""
    seen = _outcomes(inside)
    if not seen or any("{{" in each for each in seen):
        place = offset + inside.find("{{")
        hint = "Show it between tags, `<div>{{Field}}</div>`, "
        hint += (
            "and let the script read it there." if name == "script" else "where a style can go by a class."
        )
        yield _Risk(place, NOTETYPE_FIELD_IN_TAG, f"A field stands in `<{name}>` here.", hint)
    if name == "script":
        return
    texts = plain = list(dict.fromkeys((inside, *seen)))
    if name == "style":
        plain = [re.sub(_NO_CSS, lambda match: " " * len(match[0]), each) for each in texts]
        for comment in re.finditer(r"(?s)/\*.*?\*/", inside):
            risks = (risk for risk in _tag_risks(comment[0], ()) if risk.code is not NOTETYPE_MARKUP)
            yield from (risk._replace(offset=offset + comment.start() + risk.offset) for risk in risks)
    tags = [tag.start() for each in plain if (tag := re.search(r"<[a-zA-Z/!?]", each))]
    if tags:
        sign = r"`\3c `" if name == "style" else "`&lt;`"
        hint = f"Take the tag out, or write {sign} for the sign itself."
        yield _Risk(offset + tags[0], NOTETYPE_MARKUP, f"A tag stands inside `<{name}>`.", hint)
    for each in texts if name == "style" else ():
        # In SVG a style may have entities.
        if found := style_risk(each) or style_risk(unescape(each)):
            yield _remote(offset, found[1])
            return


def _remote(offset: int, address: str) -> _Risk:
    hint = "Take it out, or put the file into the project and name it here."
    asked = "reader's device" if address[:5].lower() == "file:" else "network"
    return _Risk(offset, NOTETYPE_REMOTE, f"Each card asks the {asked} for `{shortened(address)}`.", hint)


def _script(offset: int, shown: str) -> _Risk:
    hint = "Take it out, if the card can do without; readers' apps run it."
    return _Risk(offset, NOTETYPE_SCRIPT, f"`{shortened(shown)}` makes a script of what follows.", hint)
