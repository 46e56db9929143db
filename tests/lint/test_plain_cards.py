"""Forty plain cards by somebody who does not know the rules: the weak half is found, the other is left alone."""

from __future__ import annotations

import json

import pytest
from one_rule import NOTE_TYPES, concept, note

from deckgen.lint.engine import lint
from deckgen.model.settings import Settings
from deckgen.source.note_files import read_notes

RAMBLING = (
    "Two minutes, please: one minute on the outage, 45 seconds on the fix, 30 seconds on what came after."
)


def found(source: str) -> set[str]:
    """Return the codes of all that lint finds in a note file, but for the lack of a source and of tags."""
    notes, _ = read_notes(source.encode(), "ch01/a.yaml", "ch01", NOTE_TYPES)
    settings = Settings("Test", "test", "en")
    findings = lint(notes, note_types=NOTE_TYPES, chapters={}, settings=settings).findings
    return {finding.code.name for finding in findings}


@pytest.mark.parametrize(
    ("prompt", "answer", "code"),
    [
        # A bare term.
        ("Materialized views?", "Stored results of a query.", "vague-front"),
        ("Slowly changing dimensions overview", "Types 0 to 6.", "vague-front"),
        (
            "Dead letter topic",
            "A topic for messages that no consumer could process. They can be replayed once the fault is fixed.",
            "vague-front",
        ),
        # Any few of many.
        ("Give me some reasons to denormalise a table.", "Fewer joins, simpler queries.", "vague-front"),
        ("Mention three drawbacks of microservices.", "Latency, versions, tracing.", "vague-front"),
        ("What are several ways to paginate an API?", "By offset, by key or by cursor.", "vague-front"),
        # More than one recalls at once.
        ("Which four letters make up ACID?", "- A\n- C\n- I\n- D", "list-too-long"),
        (
            "What is kept in the state of Terraform?",
            "It holds resources, their attributes, provider versions, dependencies, outputs and a lineage id.",
            "list-too-long",
        ),
        (
            "What goes wrong in a nightly load?",
            "Files arrive late, columns vanish, types change, keys repeat, disks fill up, and credentials expire.",
            "list-too-long",
        ),
        (
            "Which checks run before a deploy?",
            "Lint, types, unit tests, migrations, the smoke test, a load test, and the licence scan.",
            "list-too-long",
        ),
        # The answer repeats its question.
        ("What is a message broker?", "A broker that brokers messages.", "answer-in-question"),
        ("What does an event scheduler do?", "It schedules the events.", "answer-in-question"),
        (
            "What is the advantage of partition pruning in a warehouse?",
            "The advantage of partition pruning is that less is read.",
            "echo-answer",
        ),
        # What it asks about is not on the card.
        ("What are the drawbacks of this technique?", "More memory.", "orphan-pronoun"),
        ("When would you not use this pattern?", "With one writer.", "orphan-pronoun"),
        ("Which clause of the query above makes it slow?", "The join.", "orphan-pronoun"),
        ("How does the second solution avoid the lock?", "By versions.", "orphan-pronoun"),
    ],
)
def test_a_weak_card_is_found(prompt: str, answer: str, code: str):
    assert code in found(concept(prompt, answer))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            (
                "What distinguishes a hash join from a merge join?",
                "A hash table of one side; both sorted by the key.",
            ),
            (
                "How do a merge join and a hash join differ?",
                "One sorts both by the key, one hashes a side to a table.",
            ),
        ),
        (
            (
                "Why should a consumer commit offsets after its writes?",
                "Else a crash between them loses the records.",
            ),
            (
                "What is the reason a consumer should commit offsets only after writes?",
                "A crash between commit and write loses records.",
            ),
        ),
    ],
)
def test_a_question_asked_twice_is_found(first: tuple[str, str], second: tuple[str, str]):
    cards = [
        {"id": f"n{number}", "prompt": ask, "answer": answer}
        for number, (ask, answer) in enumerate((first, second))
    ]
    assert "reworded-note" in found(json.dumps({"concepts": cards}))


def test_a_drill_whose_times_do_not_add_up_is_found():
    source = note("questions", ask=RAMBLING, tests="T", structure=["S"], rubric=["R"], seconds="120")
    assert "answer-seconds" in found(source)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("How long is it between two checkpoints by default?", "Ten minutes."),
        ("How far is it from a page fault to a segfault?", "One missing mapping."),
        ("Default port of PostgreSQL?", "5432"),
        ("Complexity of binary search?", "`O(log n)`"),
        ("Deadlock", "Two transactions that wait for each other's locks."),
        ("What are the three parts of a JWT?", "- header\n- payload\n- signature"),
        ("Name the two kinds of slots in a Flink cluster.", "Task slots and shared slots."),
        ("A server answers 503. What does this code tell the client?", "That it may try again later."),
        ("If a job reads each file twice, which setting stops this behaviour?", "Caching the input."),
        ("What does `zip` return when one iterable is shorter?", "Pairs up to the end of the shorter one."),
        ("Give an example of an idempotent HTTP method.", "`PUT`"),
        ("Why does a write-ahead log survive a crash?", "Each change is on disk before the page is."),
        (
            "How does a B-tree stay balanced?",
            "A full node is split, and its middle key moves up.",
        ),
        ("Which lock does a plain `SELECT` take in PostgreSQL?", "`ACCESS SHARE`"),
        (
            "Which formats can a data lake hold?",
            "Any, for example Parquet, ORC, Avro, JSON, CSV, XML and plain text.",
        ),
        ("In which order does SQL evaluate `WHERE` and `GROUP BY`?", "`WHERE` comes first."),
        ("What does a feature flag separate?", "The deploy of code from its release."),
        ("Which command lists the pods of all namespaces?", "`kubectl get pods -A`"),
        ("What is the first step of a two-phase commit?", "The coordinator asks all to prepare."),
        ("What tells you that a cache is too small?", "Its hit rate falls while evictions rise."),
    ],
)
def test_a_good_card_is_left_alone(prompt: str, answer: str):
    assert found(concept(prompt, answer)) == set()
