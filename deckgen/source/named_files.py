"""The files that templates and styles name."""

import re

_ATTRIBUTE = r"""[\s"'/}](?:src|srcset|poster|data|background|(?P<link>(?:xlink:)?href))\s*=\s*"""
# In a style: `url(…)`, `@import …`, and a string before a resolution, as in `image-set("logo.png" 2x)`.
_IN_STYLE = (
    r"""url\(\s*|@import\s+(?:url\(\s*)?|(?<=[\s(,])(?=["'][^"'\n]*["']\s+[\d.]+(?:x|dppx|dpi|dpcm)\b)"""
)
# In quotes a name may have spaces; without them, it ends where a condition around it does.
_ADDRESS = (
    r"""(?P<quote>["']|&(?:quot|apos|#34|#39);)?\s*"""
    r"""(?P<address>(?(quote)(?:(?!(?P=quote))[^\n])*|(?:(?!\{\{/)[^\s"'>)])*))"""
)
_NAMESPACE = "@namespace[^;{}<]*"  # an address in it is a name alone
# Where something is loaded from, in any case of letters, none of it in a comment; `link` where it may be a
# link to follow.
FETCHED = rf"(?s:<!--.*?(?:-->|\Z))|{_NAMESPACE}|(?:{_ATTRIBUTE}|{_IN_STYLE}){_ADDRESS}"
FETCHED_BY_STYLE = rf"(?s:/\*.*?(?:\*/|\Z))|{_NAMESPACE}|(?:{_IN_STYLE}){_ADDRESS}"
_LONGEST_TAG = 2_000  # characters, to look back for its name


def is_in_link(text: str, place: int) -> bool:
    """Tell whether the tag before ``place`` is a link to follow, and not one that loads."""
    start = text.rfind("<", max(0, place - _LONGEST_TAG), place)
    return start >= 0 and re.match(r"<(?:a|area)\s", text[start : start + 6], re.IGNORECASE) is not None
