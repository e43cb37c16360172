"""Measures against numbers worked by hand, and against the independent library ir_measures."""

from __future__ import annotations

import math
import random

import ir_measures
import pytest
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from qa import measures

NOTHING: frozenset[int] = frozenset()


def ranking(*ranks: set[int]) -> list[frozenset[int]]:
    return [frozenset(items) for items in ranks]


@pytest.mark.parametrize(
    ("found", "wanted", "k", "expected"),
    [
        (ranking({0}, set(), {1}), 2, 1, 0.5),
        (ranking({0}, set(), {1}), 2, 2, 0.5),
        (ranking({0}, set(), {1}), 2, 3, 1.0),
        (ranking({0, 1}, {1}), 4, 5, 0.5),  # one passage with two items; the second says nothing new
        (ranking(set(), set()), 3, 5, 0.0),
        ([], 3, 5, 0.0),
    ],
)
def test_recall(found: list[frozenset[int]], wanted: int, k: int, expected: float) -> None:
    assert measures.recall(found, wanted, k) == expected


@pytest.mark.parametrize(
    ("found", "k", "expected"),
    [
        (ranking(set(), {3}), 1, 0.0),
        (ranking(set(), {3}), 2, 1.0),
        (ranking({1, 2}), 5, 1.0),
        ([], 5, 0.0),
    ],
)
def test_success(found: list[frozenset[int]], k: int, expected: float) -> None:
    assert measures.success(found, k) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (ranking({0}), 1.0),
        (ranking(set(), set(), {5}, {1}), 1 / 3),
        (ranking(*[set()] * 9, {0}), 0.1),
        (ranking(set(), set()), 0.0),
        ([], 0.0),
    ],
)
def test_reciprocal_rank(found: list[frozenset[int]], expected: float) -> None:
    assert measures.reciprocal_rank(found) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "wanted", "k", "expected"),
    [
        (ranking({0}, {1}), 2, 10, 1.0),
        # One of one at rank 2: (1 / log2 3) / 1.
        (ranking(set(), {0}), 1, 10, 1 / math.log2(3)),
        # Two of three at ranks 1 and 3: (1 + 1/2) / (1 + 1/log2 3 + 1/2).
        (ranking({0}, set(), {2}), 3, 10, 1.5 / (1.5 + 1 / math.log2(3))),
        # A passage that repeats what an earlier one held gains nothing.
        (ranking({0}, {0}, {1}), 2, 10, 1.5 / (1 + 1 / math.log2(3))),
        # The ideal ranking is cut at k too: two of five, both found.
        (ranking({0}, {1}), 5, 2, 1.0),
        # Beyond k nothing counts.
        (ranking(set(), set(), {0}), 1, 2, 0.0),
        ([], 1, 10, 0.0),
    ],
)
def test_ndcg(found: list[frozenset[int]], wanted: int, k: int, expected: float) -> None:
    assert measures.ndcg(found, wanted, k) == pytest.approx(expected)


def random_ranking(seed: int) -> tuple[list[frozenset[int]], int]:
    """Up to 15 passages of which some hold one evidence item each, no item twice; and how many items there are."""
    dice = random.Random(seed)
    wanted = dice.randint(1, 12)
    passages = dice.randint(0, 15)
    items = dice.sample(range(wanted), min(wanted, dice.randint(0, passages)))
    places = dice.sample(range(passages), len(items))
    held = dict(zip(places, items, strict=True))
    return [frozenset({held[rank]}) if rank in held else NOTHING for rank in range(passages)], wanted


def test_the_same_as_ir_measures_on_random_rankings() -> None:
    rankings = {f"q{seed:03}": random_ranking(seed) for seed in range(200)}
    qrels, run = [], []
    for query, (found, wanted) in rankings.items():
        qrels += [Qrel(query, f"item{item}", 1) for item in range(wanted)]
        # trec_eval drops a query without any document, so an empty ranking gets one that holds nothing.
        run += [ScoredDoc(query, "filler", -1000.0)]
        for rank, items in enumerate(found):
            name = f"item{min(items)}" if items else f"other{rank}"
            run.append(ScoredDoc(query, name, -float(rank)))
    checked = 0
    for metric in ir_measures.iter_calc([R @ 1, R @ 5, R @ 10, RR, nDCG @ 10, Success @ 5], qrels, run):
        found, wanted = rankings[metric.query_id]
        ours = {
            "R@1": measures.recall(found, wanted, 1),
            "R@5": measures.recall(found, wanted, 5),
            "R@10": measures.recall(found, wanted, 10),
            "RR": measures.reciprocal_rank(found),
            "nDCG@10": measures.ndcg(found, wanted, 10),
            "Success@5": measures.success(found, 5),
        }
        assert ours[str(metric.measure)] == pytest.approx(metric.value, abs=1e-9), (
            metric,
            [sorted(items) for items in found],
        )
        checked += 1
    assert checked == 6 * len(rankings)


@pytest.mark.parametrize(
    ("text", "answers", "contained", "f1"),
    [
        ("Joe Biden", ["Joe Biden"], 1, 1),
        ("President Joe Biden met five presidents.", ["Joe Biden"], 1, 0.5),  # 2 shared of 6 and 2
        ("joe BIDEN!", ["Joe Biden"], 1, 1),
        ("Bidens", ["Biden"], 0, 0),  # whole words only
        ("the red cat", ["red dog"], 0, 0.4),
        ("a a b", ["a b b"], 0, 2 / 3),  # words count as often as they stand there
        # Accents, letter case and apostrophes make no difference; compatibility forms neither.
        ("Emmanuel Macron a reçu Tokaïev à l’Élysée", ["Tokaiev"], 1, 2 / 9),
        ("L’ELYSEE", ["l'Élysée"], 1, 1),
        ("７ décembre", ["7 decembre"], 1, 1),
        ("Straße", ["STRASSE"], 1, 1),
        # Cyrillic: й and ё lose their marks on both sides alike.
        ("Шавкат Мирзиёев прилетел", ["МИРЗИЕЕВ"], 1, 0.5),
        ("Самаркандский саммит", ["Самарканд"], 0, 0),
        ("19 сентября 2023 года", ["19 сентября 2023"], 1, 6 / 7),
        ("Ўзбекистон", ["Узбекистон"], 1, 1),
        # The best of several answers counts.
        ("New York", ["Paris", "New York City"], 0, 0.8),
        ("2 000 chênes", ["2000", "2 000"], 1, 0.8),
        # Nothing is in nothing.
        ("", ["Biden"], 0, 0),
        ("Biden", [], 0, 0),
        ("", [], 0, 0),
    ],
)
def test_answers(text: str, answers: list[str], contained: float, f1: float) -> None:
    assert measures.contains(text, answers) == contained
    assert measures.token_f1(text, answers) == pytest.approx(f1)


def test_an_answer_of_nothing_but_punctuation_is_in_no_text() -> None:
    assert measures.contains("Joe Biden", ["?!"]) == 0


def test_the_mean_of_nothing_is_none_and_not_zero() -> None:
    assert measures.mean([]) is None
    assert measures.mean([0.0]) == 0.0
    assert measures.mean([1.0, 0.0, 0.5]) == 0.5


def test_an_uzbek_word_is_one_word_whatever_its_apostrophe() -> None:
    assert measures.contains("O‘zbekiston", ["Oʻzbekiston"]) == 1
    assert measures.contains("O'zbekiston", ["Oʻzbekiston"]) == 1
