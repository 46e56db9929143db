r"""Commands of formulas with which a card loads, runs or links something.

Anki's MathJax (``tex-chtml-full`` of version 3) brings every extension. Tried in Chromium: an address in the
style of ``\style``, ``\mmlToken``, ``\bbox``, ``\unicode``, ``\fcolorbox`` and ``\definecolor`` is asked for
at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.text import Text, unescape

FORMULA_COMMAND = Code(
    "formula-command",
    Severity.ERROR,
    "A formula loads or links something",
    r"Anki's MathJax knows commands that are no mathematics: `\style` and `\bbox` take any CSS, which may "
    r"ask the network for a picture, and `\href` may run a script. `\require` of a package that Anki does "
    "not have leaves every formula of the card as it is typed.",
    bad=r"answer: 'It is $\href{https://example.org}{x}$.'",
    good="answer: 'It is $x$, see [there](https://example.org).'",
)
CODES = (FORMULA_COMMAND,)

# An argument that can hold no address; `#1` stands for what a macro is given.
_PLAIN = r"\s*[\[{](?:[\w\s.,:;%-]|\#[0a-fA-F])*[\]}]"
_PLAIN_ELEMENT = r"\s*\{\w+\}\s*(?:\[\s*mathvariant\s*=\s*[\"'\w-]+\s*\]\s*)?\{"
# Without an argument a command is harmless, and `C:\data` is a folder; unless another name is made for it.
_ARGUMENT = r"(?=(?:\s|%[^\n]*\n)*[\[{])"
# What is in Anki's file of MathJax, so that `\require` loads nothing (`preLoad` in tex-chtml-full.js, 3.2.2).
_IN_ANKI = (
    "action|ams|amscd|bbox|boldsymbol|braket|bussproofs|cancel|cases|centernot|color|colorv2|colortbl|empheq|"
    "enclose|extpfeil|gensymb|html|mathtools|mhchem|newcommand|noerrors|noundefined|physics|require|tagformat|"
    "textcomp|textmacros|unicode|upgreek|verb"
)
_NAMED_ANEW = r"\\(?:let|[egx]?def|(?:re)?new(?:command|environment)|Declare[A-Za-z]+)(?![A-Za-z])"


def _commands_before(argument: str) -> str:
    return (
        rf"\\(?:href|style|mmlToken(?!{_PLAIN_ELEMENT})|require(?!\s*\{{(?:{_IN_ANKI})\}})"
        rf"|(?:bbox|unicode)(?!{_PLAIN})|fcolorbox(?!{_PLAIN}{_PLAIN})"
        rf"|definecolor(?!{_PLAIN}{_PLAIN}{_PLAIN}))(?![A-Za-z]){argument}"
    )


_REACHING, _REACHING_ANEW = _commands_before(_ARGUMENT), _commands_before("")
# Anki takes the marks of a deletion out of a formula, and MathJax joins what stands around <wbr>.
_DELETION = r"\{\{c[\d,]+::|(?:::[^{}]*)?\}\}"


def reaching_command(html: str) -> str:
    """Return the first command in HTML with which MathJax would reach out; empty if none.

    A command counts in plain text too: there MathJax may find a formula that Anki's editor does not.
    """
    if "\\" not in html and "&" not in html:
        return ""
    text = unescape(re.sub(r"(?i)<br\b[^<>]*>", "\n", html.replace("<wbr>", "")))
    pattern = _REACHING_ANEW if re.search(_NAMED_ANEW, text) else _REACHING
    found = re.search(pattern, text) or re.search(pattern, re.sub(_DELETION, "", text))
    return found[0] if found else ""


def formula_problem(command: str) -> tuple[str, str]:
    """Return the message and the hint for a command that reaches out."""
    hint = "Take it out: a link can stand beside the formula, and code belongs in backticks."
    return f"`{command}` can load or run something on the card.", hint


def formula_findings(*texts: Text | None) -> Iterator[Finding]:
    """Report the texts that cards show as they are written, and that reach out in a formula."""
    for text in texts:
        if text and (command := reaching_command(text.value)):
            yield FORMULA_COMMAND.at(text.span, *formula_problem(command))
