"""The English words that rules on questions look for."""

import re
from collections.abc import Iterator

QUESTION_WORDS = "what|why|how|when|where|who|whom|whose|which"
AUXILIARIES = (
    "is|are|was|were|am|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|"
    "isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|shouldn't|hasn't|haven't"
)
NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"

_FUNCTION_WORDS = frozenset(
    f"{QUESTION_WORDS}|{AUXILIARIES}|a|an|the|this|that|these|those|it|its|they|them|their|there|he|she|we|you|"
    "your|our|us|i|me|my|one|ones|and|or|but|nor|so|if|then|than|as|of|in|on|at|by|for|from|to|into|onto|with|without|about|over|under|between|through|during|before|after|up|down|out|off|not|no|yes|be|been|being|used|use|uses|using|called|mean|means|meant|name|name|give|does|get|gets|it's|what's|s|t|e|g|each|any|"
    "some|all|such|same|other|also|only|just|very|more|most|when|because".split("|")
)
_ENDING = re.compile(r"(?:ies|es|s|ing|ed|ly)\Z")
_TOKEN = re.compile(r"[^\W_]+(?:['\u2019.\-][^\W_]+)*")


def tokens(lower: str) -> list[str]:
    """Return the words of a lower-case text, without punctuation."""
    return _TOKEN.findall(lower)


def content_words(lower: str) -> list[str]:
    """Return the words of a lower-case text that carry its content, in order."""
    return [token for token in _TOKEN.findall(lower) if token not in _FUNCTION_WORDS]


def stem(word: str) -> str:
    """Return a word without its ending, and no more than six letters: `distributes`, `distribution`."""
    return _ENDING.sub("", word)[:6]


def iter_content_words(lower: str) -> Iterator[str]:
    """Yield the same one by one, for rules that need only the first few."""
    return (match.group() for match in _TOKEN.finditer(lower) if match.group() not in _FUNCTION_WORDS)
