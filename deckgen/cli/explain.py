"""``deckgen explain``: explain a code that a finding carries."""

from __future__ import annotations

import textwrap

import click

from deckgen.catalogue import ALL_CODES
from deckgen.check.rule import Rule
from deckgen.check.rules import RULES
from deckgen.check.rules_page import measured_in_words, rules_page
from deckgen.diagnostics import Code, did_you_mean


@click.command(name="explain")
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="Print the page on all lint rules.")
def command(code: str | None, markdown: bool) -> None:
    """Explain CODE: why it is reported, and an example of the fault and of the mend.

    Without CODE, list them all.
    """
    if markdown:
        click.echo(rules_page(), nl=False)
        return
    by_name = {known.name: known for known in ALL_CODES}
    if code is None:
        width = max(map(len, by_name))
        for known in sorted(ALL_CODES, key=lambda known: known.name):
            click.echo(f"{known.name:<{width}}  {known.severity!s:<7}  {known.title}")
    elif code in by_name:
        click.echo(explanation(by_name[code]))
    else:
        hint = did_you_mean(code, by_name, "`deckgen explain` lists them all.")
        raise click.BadParameter(f"There is no code `{code}`. {hint}", param_hint="CODE")


def explanation(code: Code) -> str:
    """Return the text on one code."""
    rule = next((rule for rule in RULES if rule.code is code), None)
    off = "" if rule is None or rule.on else ", off by default"
    parts = [f"{code.name} ({code.severity}{off})", f"{code.title}.", textwrap.fill(code.why, 80)]
    if code.bad:
        parts.append("Instead of\n\n" + textwrap.indent(code.bad.rstrip(), "    "))
    if code.good:
        parts.append("write\n\n" + textwrap.indent(code.good.rstrip(), "    "))
    return "\n\n".join([*parts, *(_about_rule(rule) if rule else ())])


def _about_rule(rule: Rule) -> list[str]:
    parts = []
    if rule.limits:
        example = ", ".join(f"{limit.name}: {limit.default}" for limit in rule.limits)
        parts = [f"Limits, as deckgen.yaml can set them: `lint: {{{rule.name}: {{{example}}}}}`"]
        parts += ["\n".join(f"    {limit.name:<14} {limit.about}" for limit in rule.limits)]
    parts.append(textwrap.fill(f"Source: {rule.source}.", 80))
    return [*parts, textwrap.fill(measured_in_words(rule.measured), 80)]
