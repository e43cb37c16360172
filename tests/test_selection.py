"""Sentences and passages in the order in which they answer, with a reader that is told what to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import ArticleIndex
from qa.question import understand
from qa.reader import Reading
from qa.selection import FITTED, Known, rank_sentences, rerank
from tests.conftest import write_articles

TEXTS = {
    "a.txt": "The envoy arrived on Monday. In the evening the envoy met Ilja Noven at the town hall.",
    "b.txt": "The envoy spoke of the harbour. Nobody was hurt.",
    "c.txt": "The envoy of the north was ill. She will travel in May, said Maud Pereira.",
}


class ToldReader:
    """Holds some words for the answer wherever they stand, and nothing else."""

    def __init__(self, words: str, score: float = 6.0) -> None:
        self.words, self.score = words, score
        self.passages: list[str] = []

    def read(
        self, question: str, passages: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Reading]]:
        self.passages += passages
        found = []
        for passage, wanted in zip(passages, parts, strict=True):
            at = passage.find(self.words)
            found.append(
                [
                    Reading(at, at + len(self.words), self.score)
                    if start <= at < end
                    else Reading(start, min(end, start + 3), -self.score)
                    for start, end in wanted
                ]
            )
        return found


@pytest.fixture
def news(index: ArticleIndex, tmp_path: Path) -> ArticleIndex:
    index.add([write_articles(tmp_path / "in", TEXTS)])
    return index


@pytest.mark.parametrize("words", ["Ilja Noven", "the harbour", "in May"])
def test_what_the_reader_holds_for_an_answer_comes_first_and_is_marked(
    news: ArticleIndex, words: str
) -> None:
    question = understand("What of the envoy?")
    hits = news.search(question.search_text)
    reader = ToldReader(words)
    first, *others = rank_sentences(news, question, hits, reader=reader)  # type: ignore[arg-type]
    assert words in first.text
    assert first.answer is not None
    assert first.article.text[slice(*first.answer)] == words
    assert first.marks == (first.answer,)
    assert first.signs.answers == 6.0
    for other in others:
        assert other.answer is None
        assert other.signs.answers == -6.0
    assert len(reader.passages) == len(hits) == len(set(reader.passages))


def test_a_reader_is_not_taken_to_be_surer_than_twelve(news: ArticleIndex) -> None:
    question = understand("What of the envoy?")
    reader = ToldReader("in May", 500.0)
    ranked = rank_sentences(news, question, news.search(question.search_text), reader=reader)  # type: ignore[arg-type]
    assert {sentence.signs.answers for sentence in ranked} == {12.0, -12.0}


def test_passages_without_a_readable_piece_have_no_answer(news: ArticleIndex) -> None:
    question = understand("What of the envoy?")
    reader = ToldReader("nowhere", float("inf"))
    ranked = rank_sentences(news, question, news.search(question.search_text), reader=reader)  # type: ignore[arg-type]
    assert {sentence.signs.answers for sentence in ranked} == {-12.0}
    assert all(0 < sentence.probability < 1 for sentence in ranked)


def test_without_a_reader_nothing_is_said_of_it(news: ArticleIndex) -> None:
    question = understand("Who met the envoy?")
    for sentence in rank_sentences(news, question, news.search(question.search_text), reader=None):
        assert sentence.answer is None
        assert sentence.signs.answers == 0.0


def test_there_are_weights_for_all_that_can_be_known() -> None:
    assert set(FITTED) == {Known(v, r) for v in (True, False) for r in (True, False)}
    for known, weights in FITTED.items():
        if not known.reader:
            assert weights.signs.answers == 0.0
        if not known.vectors:
            assert (weights.signs.near, weights.signs.foreign) == (0.0, 0.0)


def test_passages_follow_their_best_sentences(news: ArticleIndex) -> None:
    question = understand("What of the envoy?")
    hits = news.search(question.search_text)
    ranked = rank_sentences(news, question, hits, reader=ToldReader("the harbour"))  # type: ignore[arg-type]
    ordered = rerank(hits, ranked)
    assert ordered[0].article.id == "b.txt"
    assert ordered[0].score == ranked[0].probability
    assert sorted(hit.article.id for hit in ordered) == sorted(hit.article.id for hit in hits)
    assert [hit.score for hit in ordered] == sorted((hit.score for hit in ordered), reverse=True)
    # Those that were not looked at stay behind, in their own order.
    only_c = [sentence for sentence in ranked if sentence.article.id == "c.txt"]
    rest = [hit.article.id for hit in hits if hit.article.id != "c.txt"]
    assert [hit.article.id for hit in rerank(hits, only_c)] == ["c.txt", *rest]
    assert rerank([], []) == []
