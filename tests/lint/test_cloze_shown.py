"""cloze-shown: a deletion whose words stand elsewhere on its own card."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("{{c1::Lateness}} is bounded, and lateness is what watermarks are for.", ["lateness"]),
        ("{{c1::Watermarks}} bound lateness; {{c2::events behind watermarks}} are dropped.", ["watermarks"]),
        ("{{c1::Watermarks::a bound}} move on. What are watermarks?", ["watermarks"]),
        # Both print the other.
        ("{{c1::exactly once}} needs {{c2::exactly once}} at the sink.", ["exactly once", "exactly once"]),
        # Hidden with it, or a hint, or part of another word.
        ("{{c1::Watermarks}} bound lateness; {{c1::watermarks}} move on.", []),
        ("{{c1::watermarks::not watermarks}} bound lateness.", []),
        ("{{c1::order}} matters, border does not.", []),
        # Too short, or no content.
        ("{{c1::lag}} is lag.", []),
        ("{{c1::without}} a limit, without a check.", []),
        # One within the other.
        ("{{c1::the {{c2::watermark}} of a window}} bounds it.", []),
    ],
)
def test_hidden_words_stand_nowhere_else_on_the_card(text: str, hidden: list[str]):
    told = messages("cloze-shown", note("clozes", text=text))
    assert told == [f"The card that hides `{words}` shows it elsewhere." for words in hidden]


def test_it_stands_at_the_deletion():
    assert places("cloze-shown", note("clozes", text="A {{c1::window}} is a window.")) == ["3:14 warning"]
