"""Near-duplicates: what is found among many, in linear memory, with what the two share."""

from __future__ import annotations

import itertools
import random
import sys
import time
import tracemalloc

import pytest
from conftest import MakeProject, Run
from hypothesis import given
from hypothesis import strategies as st

from deckgen.lint.similarity import alike

SETS = st.lists(st.frozensets(st.sampled_from("abcdefghij"), max_size=6), max_size=12)


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


@given(SETS, st.sampled_from([0.5, 0.6, 0.8, 1.0]))
def test_the_index_finds_what_comparing_all_pairs_finds(sets: list[frozenset[str]], threshold: float):
    found = {pair.later: pair.jaccard for pair in alike(sets, threshold)}
    for later, one in enumerate(sets):
        best = max((jaccard(one, other) for other in sets[:later]), default=0.0)
        if best >= threshold:
            assert found[later] == best
        else:
            assert later not in found


@pytest.mark.parametrize("seed", range(5))
def test_long_fronts_out_of_many_words_are_compared_too(seed: int):
    rng = random.Random(seed)
    words = [f"w{number}" for number in range(1000)]
    sets = [frozenset(rng.sample(words, rng.randint(1, 120))) for _ in range(20)]
    # Of each again some words less and some others more, few or many: alike or not by a hair.
    sets += [
        frozenset(rng.sample(sorted(one), rng.randint(len(one) // 2, len(one))))
        | frozenset(rng.sample(words, rng.randint(0, len(one) // 3)))
        for one in sets
    ]
    found = {pair.later: pair.jaccard for pair in alike(sets, 0.6)}
    best = [max((jaccard(one, other) for other in sets[:place]), default=0) for place, one in enumerate(sets)]
    assert 5 < len(found) < 20
    assert found == {place: likeness for place, likeness in enumerate(best) if likeness >= 0.6}


def many(count: int) -> list[frozenset[str]]:
    """Sets of eight words of 5,000, some drawn far more often; each thousandth repeats the one before it."""
    rng = random.Random(1)
    sets: list[frozenset[str]] = []
    for number in range(count):
        if number % 1000 == 999:
            sets.append(sets[-1] | {"extra"})
        else:
            sets.append(frozenset(f"w{int(5000 * rng.random() ** 3)}" for _ in range(8)))
    return sets


def test_near_duplicates_among_100_000_are_found_within_seconds():
    sets = many(100_000)
    start = time.process_time()
    found = {pair.later for pair in alike(sets, 0.8)}
    assert time.process_time() - start < 60  # some 3 s on an idle machine
    planted = {number for number in range(999, 100_000, 1000) if len(sets[number]) >= 6}
    assert planted <= found


def test_memory_grows_as_the_notes_do():
    def peak(count: int) -> int:
        sets = many(count)
        tracemalloc.start()
        list(alike(sets, 0.8))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8_000) < 2.5 * peak(4_000)


def test_a_deck_from_one_template_costs_no_more_than_another():
    """All share all their words but one: whoever compares pairs compares each with each."""

    def calls(count: int) -> int:
        """Return how many functions are called: the same on a busy machine as on an idle one."""
        sets = [frozenset([*"abcdefgh", f"own{number}"]) for number in range(count)]
        made = itertools.count()
        sys.setprofile(lambda *_: next(made))
        pairs = list(alike(sets, 0.8))
        sys.setprofile(None)
        assert len(pairs) == count - 1
        return next(made)

    assert calls(4_000) < 3 * calls(2_000)


def test_a_finding_says_what_two_notes_share_and_what_not(make_project: MakeProject, run: Run):
    source = """\
        concepts:
          - {id: a, prompt: "How does a retry with backoff help a slow sink?", answer: It gives it time.}
          - {id: b, prompt: "How does a retry with jitter help a slow sink?", answer: Clients spread out.}
          - {id: c, prompt: "What does `x << 1` do to an integer x?", answer: Doubles it.}
          - {id: d, prompt: "What does `x >> 1` do to an integer x?", answer: Halves it.}
        """
    stderr = run("lint", make_project(a=source), "--select", "similar-front").stdout
    assert (
        "a.yaml:3:22: info similar-front `a` asks nearly the same; "
        "8 of 10 words are shared, only here: jitter; only there: backoff." in stderr
    )
    assert "only here: >>; only there: <<." in stderr


def test_a_note_written_twice_is_shown_with_the_words_that_both_have(make_project: MakeProject, run: Run):
    source = """\
        concepts:
          - id: lag
            prompt: What is consumer lag in Kafka?
            answer: The newest offset of a partition minus the offset that the group has committed.
          - id: kafka-lag
            prompt: What is the consumer lag in Kafka?
            answer: The newest offset of a partition minus the offset the group committed.
        """
    stderr = run("lint", make_project(a=source), "--select", "similar-note").stdout
    assert (
        "`lag` (ch01/a.yaml, line 2) says the same. Both ask `what is … consumer lag in kafka?` (81 %), "
        "both answer `the newest offset of a partition minus the offset … the group … committed.` (85 %)."
        in stderr
    )


def test_what_two_long_notes_share_is_cut_to_a_few_words(make_project: MakeProject, run: Run):
    answer = " ".join(f"word{number}" for number in range(300))
    source = f"""\
        concepts:
          - {{id: a, prompt: "What does a retry need before it is safe?", answer: {answer}}}
          - {{id: b, prompt: "What does a retry need, before it is safe?", answer: {answer}}}
        """
    stderr = run("lint", make_project(a=source), "--select", "similar-note").stdout
    assert "word19 …` (100 %)." in stderr
    assert "word20" not in stderr
