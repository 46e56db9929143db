"""The page on the lint rules, written from the rules: ``docs/rules.md``."""

from deckgen.lint.all_rules import RULES
from deckgen.lint.rule import GROUPS, Rule

_HEAD = """\
# Lint rules

`deckgen lint` looks for cards that teach badly. This page is written from the rules themselves by
`make docs`; `deckgen explain CODE` prints the part on one rule.

A project can leave a rule out, or make it stricter or milder; a note can ignore it, with a reason:

```yaml
# deckgen.yaml
name: My deck
id: my-deck
lint:
  ignore: [code-too-wide]           # rules, or whole groups
  enable: [answer-many-sentences]   # rules that are off by default
  answer-too-long: {words: 50}      # a rule's limits
```

```yaml
concepts:
  - id: quicksort-stable
    lint: {ignore: [yes-no], reason: asked in these words in most interviews}
    prompt: Is quicksort stable?
    answer: "No."
```

An ignored rule that finds nothing is reported (`ignore-unneeded`), and so is one without a reason
(`ignore-without-reason`).

## Where the figures come from

Each rule was run over decks that others published as text: BASIC notes with a question and an answer
(computer science, machine learning, system design, medicine, biology, chemistry, philosophy, economics,
geography, a language; nineteen collections, some of them partly in Chinese, German or Tagalog), and CLOZE
notes with clozes. Rules on red flags, trade-offs and questions were run over interview guides: their pairs of
a bad and a good answer, lists of reasons and of what interviewers look for were made into notes. None of this
is part of the project. One person drew findings at random and read the cards; "right" means that the
card should be rewritten for this reason. A small sample is a start, not a proof; if a rule was changed after
reading a sample, its remark says so. A rule that was wrong more than one time in five is off until `enable`
names it. A rule that never fired could not be measured; it is on if what it looks for is certainly a fault.
Later rules, whose number of notes differs, were run over seven to eleven such collections in English.

| rule | severity | fired on | right |
|---|---|---|---|
"""


def rules_page() -> str:
    """Return the page as Markdown."""
    basic = max(rule.measured.notes for rule in RULES if rule.group == "prompts")
    cloze = max(rule.measured.notes for rule in RULES if rule.group == "clozes")
    parts = [
        _HEAD.replace("BASIC", f"{basic:,}").replace("CLOZE", f"{cloze:,}")
        + "".join(_row(rule) for rule in RULES)
    ]
    for group, about in GROUPS.items():
        parts.append(f"## {group}\n\n{about}\n")
        parts += [_section(rule) for rule in RULES if rule.group == group]
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    off = "" if rule.on else ", off"
    measured = rule.measured
    read = measured.findings_read
    right = f"{measured.findings_right} of {read}" if read else "not measured"
    fired = f"{measured.notes_reported:,} of {measured.notes:,}" if measured.notes else "\u2013"
    return f"| [`{rule.name}`](#{rule.name}) | {rule.code.severity}{off} | {fired} | {right} |\n"


def _section(rule: Rule) -> str:
    code = rule.code
    off = "" if rule.on else ", off by default"
    parts = [f"### {code.name}\n\n{code.title} ({code.severity}{off}). {code.why}"]
    if rule.limits:
        parts.append("\n".join(f"- `{limit.name}` ({limit.default}): {limit.about}" for limit in rule.limits))
    parts += [f"Instead of\n\n{_fenced(code.bad)}", f"write\n\n{_fenced(code.good)}"]
    parts.append(f"Source: {rule.source}. {rule.measured.in_words()}")
    return "\n\n".join(parts) + "\n"


def _fenced(example: str) -> str:
    return f"```yaml\n{example.strip()}\n```"
