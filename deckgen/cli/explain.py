"""``deckgen explain``: explain a code that a finding carries."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

import click

from deckgen.cli import candidates
from deckgen.cli.documented import Documented
from deckgen.cli.output import say
from deckgen.codes import ALL_CODES
from deckgen.lint.all_rules import RULES
from deckgen.lint.rule import GROUPS, Rule
from deckgen.model.addresses import address_of_code
from deckgen.model.diagnostics import Code, did_you_mean

_WIDEST = 80  # longer lines are hard to read, however wide the terminal


@click.command(
    name="explain",
    cls=Documented,
    examples={
        "deckgen explain": "List all codes.",
        "deckgen explain unknown-key": "Explain one.",
    },
)
@click.argument("code", required=False, shell_complete=candidates.codes)
def command(code: str | None) -> None:
    """Explain the code of a finding: why it is reported, with an example and how to fix it.

    CODE may be a group of lint rules, which are then listed. Without CODE, all codes and groups are listed.
    """
    by_name = {known.name: known for known in ALL_CODES}
    name = code.strip().lower() if code is not None else None
    if name is None:
        _print_titles(sorted(ALL_CODES, key=lambda known: known.name))
        say("", "Groups of lint rules:")
        for group, about in GROUPS.items():
            say(*_hanging(f"{group:<{max(map(len, GROUPS))}}  ", about).split("\n"))
    elif name in by_name:
        say(*explanation(by_name[name]).split("\n"))
    elif name in GROUPS:
        say(*_fill(f"{name}: {GROUPS[name]}").split("\n"), "")
        _print_titles([rule.code for rule in RULES if rule.group == name])
    else:
        hint = did_you_mean(name, (*by_name, *GROUPS), "`deckgen explain` lists them all.")
        raise click.BadParameter(f"There is no code `{code}`. {hint}", param_hint="CODE")


def _print_titles(codes: Sequence[Code]) -> None:
    """Print a line for each code; on a narrow terminal the title stands below the name."""
    width = max(len(code.name) for code in codes)
    lines = [f"{code.name:<{width}}  {code.severity!s:<7}  {code.title}" for code in codes]
    if max(map(len, lines)) > shutil.get_terminal_size().columns:
        pairs = ((_fill(f"{code.name} ({code.severity})"), _hanging("    ", code.title)) for code in codes)
        lines = [line for pair in pairs for text in pair for line in text.split("\n")]
    say(*lines)


def _fill(text: str) -> str:
    return _hanging("", text)


def _hanging(start: str, text: str) -> str:
    """Fill ``text`` after ``start``, its further lines below where it begins, as wide as the terminal."""
    return textwrap.fill(
        text,
        min(_WIDEST, shutil.get_terminal_size().columns),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def explanation(code: Code) -> str:
    """Return the text on one code."""
    rule = next((rule for rule in RULES if rule.code is code), None)
    off = "" if rule is None or rule.on else ", off by default"
    parts = [_fill(f"{code.name} ({code.severity}{off})"), _fill(f"{code.title}."), _fill(code.why)]
    if code.bad:
        parts.append("Instead of\n\n" + textwrap.indent(code.bad.rstrip(), "    "))
    if code.good:
        parts.append("write\n\n" + textwrap.indent(code.good.rstrip(), "    "))
    more = _fill(f"More: {address_of_code(code.name, is_rule=rule is not None)}")
    return "\n\n".join([*parts, *(_about_rule(rule) if rule else ()), more])


def _about_rule(rule: Rule) -> list[str]:
    parts = []
    if rule.limits:
        example = ", ".join(f"{limit.name}: {limit.default}" for limit in rule.limits)
        parts = [_fill(f"Limits, as deckgen.yaml can set them: `lint: {{{rule.name}: {{{example}}}}}`")]
        parts += ["\n".join(_hanging(f"    {limit.name:<14} ", limit.about) for limit in rule.limits)]
    return [*parts, _fill(f"Source: {rule.source}."), _fill(rule.measured.in_words())]
