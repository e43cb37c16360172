"""The arithmetic of the benchmarks, on made-up vectors, rankings and rows."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pytest

from benchmarks import abstention, embedding_speed, logit, pairs, xquad
from benchmarks.legs import fuse
from benchmarks.rewriting import Rewritten, by_dictionary, from_file
from benchmarks.squad import Item
from index import Article


def test_a_sentence_finds_its_own_translation_or_not() -> None:
    english = np.eye(3, dtype=np.float32)
    assert pairs.recall_at_1(english, english) == 1.0
    # The second is nearest to the third's translation, and the third to its own.
    other = np.array([[1, 0, 0], [0, 0.1, 0.2], [0, 0.9, 1]], dtype=np.float32)
    assert pairs.recall_at_1(english, other) == pytest.approx(2 / 3)
    # From the other side: the second and the third are nearest to the third.
    assert pairs.recall_at_1(other, english) == pytest.approx(2 / 3)


def test_a_sentence_as_near_to_another_has_not_found_its_own() -> None:
    same = np.ones((4, 2), dtype=np.float32)
    assert pairs.recall_at_1(same, same) == 0.0


def test_pairs_are_read_in_the_same_order_in_every_language(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv.xz"
    rows = [
        "fr\tOne\tUn\ts:1",
        "fr\tTwo\tDeux\ts:2",
        "ru\tTwo\tДва\ts:2",
        "ru\tOne\tОдин\ts:1",
        "fr\tThree\tTrois\ts:3",
    ]
    with lzma.open(file, "wt", encoding="utf-8") as lines:
        lines.write("\n".join(rows) + "\n")
    # The third is not there in Russian.
    assert pairs.read(file) == {"en": ["One", "Two"], "fr": ["Un", "Deux"], "ru": ["Один", "Два"]}
    assert pairs.read(file, 1) == {"en": ["One"], "fr": ["Un"], "ru": ["Один"]}


def test_ranks_of_the_right_paragraph() -> None:
    assert xquad.judge(["b", "a"], "b") == {"R@1": 1.0, "R@5": 1.0, "MRR": 1.0}
    assert xquad.judge(["a", "c", "d", "b"], "b") == {"R@1": 0.0, "R@5": 1.0, "MRR": 0.25}
    assert xquad.judge(list("acdefb"), "b") == {"R@1": 0.0, "R@5": 0.0, "MRR": pytest.approx(1 / 6)}
    assert xquad.judge([], "b") == {"R@1": 0.0, "R@5": 0.0, "MRR": 0.0}


def test_rank_fusion_puts_first_what_both_put_high() -> None:
    assert fuse([1, 2, 3], [3, 2, 4]) == [3, 2, 1, 4]  # 1/61 + 1/63 > 2/62 > 1/61 > 1/63


def test_speeds() -> None:
    figures = embedding_speed.summarise(["abcd", "ab"], [2, 1], seconds=0.5, question=0.012)
    assert figures["characters/passage"] == 3
    assert figures["tokens/passage"] == 1.5
    assert figures["characters/token"] == 2
    assert figures["passages/s"] == 4
    assert figures["characters/s"] == 12
    assert figures["ms/question"] == pytest.approx(12)


def test_the_fit_finds_the_sign_that_tells() -> None:
    chance = np.random.default_rng(0)
    groups = np.repeat(np.arange(200), 5)
    labels = np.tile([1.0, 0, 0, 0, 0], 200)
    labels[:100] = 0  # of the first twenty questions nothing is right
    telling = labels + chance.normal(0, 0.3, len(labels))
    rows = np.column_stack([telling, chance.normal(0, 1, len(labels))])
    weights = logit.fit(rows, labels, groups)
    assert weights.shape == (3,)
    assert weights[0] > 10 * abs(weights[1])
    found = logit.scores(rows, weights)
    # Log-odds: what it expects to be right is what is right.
    assert (1 / (1 + np.exp(-found))).mean() == pytest.approx(labels.mean(), abs=0.01)
    answered = groups >= 20
    assert logit.first(found[answered], labels[answered], groups[answered]) > 0.9


def test_right_one_first() -> None:
    found = np.array([0.1, 0.9, 0.5, 0.5])
    labels = np.array([0.0, 1, 0, 1])
    assert logit.first(found, labels, np.array([7, 7, 8, 8])) == 0.5  # a tie goes to the one that came first


def test_an_answer_is_in_the_sentence_where_it_begins() -> None:
    item = Item("Who?", "en-3-1", "en-3", (10, 20))
    article = Article("en-3-1", "", "x" * 40, "en")
    assert item.language == "en"
    assert item.answered_in(article, (5, 15))
    assert not item.answered_in(article, (11, 40))
    assert not item.answered_in(Article("en-3-2", "", "x" * 40, "en"), (5, 15))


def test_rewritten_questions(tmp_path: Path) -> None:
    translated = tmp_path / "fr.jsonl"
    translated.write_text(
        '{"question": "Who?", "text": "Qui ?", "language": "fr"}\n'
        '{"question": "Who?", "text": "Wer?", "language": "de"}\n',
        encoding="utf-8",
    )
    german, french = from_file(translated)
    assert german("Who?", "en") == Rewritten("Wer?", "de")
    assert french("Who?", "en") == Rewritten("Qui ?", "fr")
    assert french("Where?", "en") is None
    dictionary = tmp_path / "words.tsv.xz"
    with lzma.open(dictionary, "wt", encoding="utf-8") as lines:
        lines.write(
            "ru\twar\tвойна\td\nru\tWHO\tВОЗ\td\nru\twho\tкто\td\nru\tto win\tпобеждать\td\nfr\twar\tguerre\td\n"
        )
    rewrite = by_dictionary(dictionary, ("ru",))
    assert rewrite("Who wins the war of Macron?", "en") == Rewritten("кто побеждать война Macron", "ru")
    assert rewrite("Qui gagne ?", "fr") is None


class TestRiskAndCoverage:
    ASKED = (
        abstention.Answered(0.9, True, True),
        abstention.Answered(0.8, False, False),
        abstention.Answered(0.3, True, False),
        abstention.Answered(0.1, False, False),
    )

    def test_the_surest_come_first(self) -> None:
        assert abstention.curve(self.ASKED) == [(0.25, 0.0), (0.5, 0.5), (0.75, 2 / 3), (1.0, 0.75)]

    def test_what_is_refused_at_a_threshold(self) -> None:
        assert abstention.refusals(self.ASKED, 0.5) == (0.5, 0.5)
        assert abstention.refusals(self.ASKED, 0.0) == (0.0, 0.0)

    def test_calibration_is_how_far_sureness_is_from_the_share(self) -> None:
        assert abstention.calibration_error(self.ASKED) == pytest.approx((0.1 + 0.8 + 0.7 + 0.1) / 4)

    def test_the_curve_is_drawn(self, tmp_path: Path) -> None:
        abstention.draw(abstention.curve(self.ASKED), tmp_path / "curve.svg")
        assert "<path" in (tmp_path / "curve.svg").read_text("utf-8")
