"""Regular expressions for cloze marks, as strings: who needs one compiles it."""

from __future__ import annotations

OPEN = r"\{\{c[0-9,]+::"
# Braces that open no deletion, as in Jinja or TeX. Of `{{{`, the last two count.
BRACES = r"\{\{(?!\{)"
CLOSE = r"\}\}"
SEPARATOR = "::"

# What looks like an opening mark and is none: `{{C1::`, `{{c1:`, `{{c::`.
MISTYPED = r"\{\{[cC][0-9,]*:{1,2}"

# A deletion with no markup, hint or other deletion in it, as most are; its number and its hidden text.
SIMPLE_DELETION = r"\{\{c([1-9][0-9]?)::([^\s{}:][^{}:]*)\}\}"
