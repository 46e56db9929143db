"""An option that takes one of a few words."""

from __future__ import annotations

import click

from deckgen.model.diagnostics import nearest


class OneOf(click.Choice[str]):
    """A choice of words that suggests the one that was meant."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Return what is wrong with a value."""
        message = super().get_invalid_choice_message(value, ctx)
        guess = nearest(str(value), self.choices)
        return f"{message} Did you mean `{guess}`?" if guess else message
