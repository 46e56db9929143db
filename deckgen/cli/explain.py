"""``deckgen explain``: explain a code that a finding carries."""

from __future__ import annotations

import textwrap

import click

from deckgen.catalogue import ALL_CODES
from deckgen.diagnostics import Code, did_you_mean


@click.command(name="explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain CODE: why it is reported, and an example of the fault and of the mend.

    Without CODE, list them all.
    """
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
    parts = [f"{code.name} ({code.severity})", f"{code.title}.", textwrap.fill(code.why, 80)]
    if code.bad:
        parts.append("Instead of\n\n" + textwrap.indent(code.bad, "    "))
    if code.good:
        parts.append("write\n\n" + textwrap.indent(code.good, "    "))
    return "\n\n".join(parts)
