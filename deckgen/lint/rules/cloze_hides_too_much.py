from deckgen.lint.plain_text import without_markup
from deckgen.lint.rule import CLOZES, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import WORD, NoteView


@rule(
    "cloze-hides-too-much",
    WARNING,
    "A deletion hides too much",
    "Nobody recalls a long hidden part word for word, so one cannot tell whether the answer was right; and "
    "the rest of the sentence gives no cue.",
    bad="""\
clozes:
  - id: idempotent
    text: "An idempotent write {{c1::leaves the same state behind however many times one runs it again}}."
""",
    good="""\
clozes:
  - id: idempotent
    text: "An {{c1::idempotent}} write leaves the same state behind however often it runs."
""",
    group=CLOZES,
    source="Wozniak 5 (cloze deletion)",
    measured=Measured(1542, 36, 36, 34),
    remark="A deletion with a hint may hide more: with the same limit, the rule was wrong on 9 more.",
    roles=("cloze",),
    limits=(
        Limit("words", 8, "The most words that one deletion may hide."),
        Limit("hinted_words", 12, "The most if it has a hint: `::definition` is a cue."),
        Limit("some_words", 6, "Deletions of fewer words may hide most of a text."),
        Limit(
            "percent", 50, "The largest share of the text's words that one deletion may hide, in per cent."
        ),
    ),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a deletion of too many words, or of most of its text."""
    for view, clozes in note.parsed_clozes():
        total = len(view.words)
        for deletion in clozes.deletions:
            words = view.text.value[deletion.hidden : deletion.hidden_end]
            hidden = 1 if words.isalnum() else len(WORD.findall(without_markup(words)))
            hint = "Hide the word that matters, or ask for the rest with a question."
            hinted = bool(deletion.separators)
            if hidden > limits["hinted_words" if hinted else "words"]:
                yield Problem(view.at(deletion.start), f"The deletion hides {hidden} words.", hint)
            elif not hinted and hidden >= limits["some_words"] and 100 * hidden > limits["percent"] * total:
                message = f"The deletion hides {hidden} of {total} words."
                yield Problem(view.at(deletion.start), message, hint)
