"""Regular expressions for cloze marks and the Markdown around them, as strings: who needs one compiles it."""

from __future__ import annotations

OPEN = r"\{\{c[0-9,]+::"
# Braces that open no deletion, as in Jinja or TeX. Of `{{{`, the last two count.
BRACES = r"\{\{(?!\{)"
CLOSE = r"\}\}"
SEPARATOR = "::"

# What looks like an opening mark and is none: `{{C1::`, `{{c1:`, `{{c::`; with spaces, another word for the c
# or none, other signs for the colons, one brace, or the letters and signs of other keyboards.
MISTYPED = (
    r"\{\{[cC][0-9,]*:{1,2}"
    r"|\{\{\s*(?:(?:[cC\u0441\u0421]|cl|cloze)\s*[0-9,]*|[0-9]+)\s*(?:::|\uff1a\uff1a)"
    r"|\{\{c[0-9]+[|;:]{1,2}"
    r"|(?<!\{)\{c[0-9]+::"
    r"|\uff5b{1,2}\s*[cC]?[0-9]+\s*(?:::|\uff1a\uff1a)"
)

# A deletion with no markup, hint or other deletion in it, as most are; its number and its hidden text.
SIMPLE_DELETION = r"\{\{c([1-9][0-9]?)::([^\s{}:][^{}:]*)\}\}"

# An entity of HTML, as the group; in an address `&` parts names.
ENTITY = r"[a-z]://\S*|(&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"

# The tags of HTML that are taken as such, in small letters or in capitals: around words, and for readings.
WORD_TAGS = "b|i|u|s|em|strong|sub|sup|small|mark|kbd|del|ins|q"
HARMLESS_TAGS = f"{WORD_TAGS}|ruby|rt|rp"

# A letter or digit of a script with spaces between its words. In Thai, Chinese, Japanese and the like (and in
# Korean, whose particles follow a word at once) a formula or emphasis stands right beside letters. The ranges
# are what is left without these: Python compiles a set in time in proportion to the characters in it.
LETTER = r"(?=\w)[\0-\u0dff\u10a0-\u177f\u1800-\u2e7f\U00010000-\U00016fdf]"

# How an address on the network starts; `std::string` and `key:value` have no scheme that is known.
ADDRESS = r"(?i:mailto|tel|sms|xmpp|magnet|geo|urn):|[A-Za-z][A-Za-z0-9+.-]*://"

# What emphasis of words does not enclose.
CODE_SIGNS = r"(?:[{}]|\s=\s|\S\|\S|\$[A-Za-z_({]|\)\()"
