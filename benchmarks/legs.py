"""An index of paragraphs in which every leg of search can be asked alone, beside plain rank fusion and our search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import write_jsonl
from index import ArticleIndex, Embedder
from index.derived import Derived
from index.search import name_clues, word_clues

RANK_CONSTANT = 60  # of reciprocal rank fusion
ANY_DEPTH = 1_000_000  # every passage that has a score

Ranking = list[int]
"""Passage numbers, best first."""


class Bench:
    """An index of paragraphs and every way to rank its passages.

    Args:
        folder: For the index; kept ones are used again.
        paragraphs: By language.
        embedder: One for all indexes; None loads it.
    """

    def __init__(
        self, folder: Path, paragraphs: Mapping[str, Sequence[str]], embedder: Embedder | None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.index = ArticleIndex.create(folder / "index", None if embedder is None else embedder.name)
        self.embedder = self.index.load_embedder(embedder)
        records = [
            {"id": f"{language}-{number}", "title": "", "text": text, "lang": language}
            for language, texts in paragraphs.items()
            for number, text in enumerate(texts)
        ]
        write_jsonl(folder / "paragraphs.jsonl", records)
        self.index.add([folder / "paragraphs.jsonl"])
        self._derived = Derived(self.index.folder, self.index.store)
        stored = self.index.store.passages(self.index.store.pids().tolist())
        self._article = {pid: passage.article.id for pid, passage in stored.items()}
        self._pids = {(at.article.id, at.passage.start): pid for pid, at in stored.items()}
        self.languages = sorted(self._derived.pools)

    def rankings(self, question: str) -> dict[str, Ranking]:
        """Passages by each leg alone, by plain reciprocal rank fusion, and by our search."""
        words, vectors = self.words(question), self.vectors(question)
        return {
            "words": words,
            "vectors": vectors,
            "names": self.names(question),
            "rank fusion": fuse(words, vectors),
            "ours": self.ours(question),
        }

    def paragraphs(self, ranking: Iterable[int]) -> list[str]:
        """Articles in the order of their best passage."""
        return list(dict.fromkeys(self._article[pid] for pid in ranking))

    def top(self, ranking: Ranking, k: int) -> list[str]:
        """The articles of the first k passages, repeated as they come."""
        return [self._article[pid] for pid in ranking[:k]]

    def words(self, question: str) -> Ranking:
        """The words of the question (names among them in any spelling), each language's passages by its own words."""
        scored = [
            (score, pid)
            for language in self.languages
            for pid, score in self._derived.words.search(
                word_clues(self._derived, question, language), len(self._article)
            )
            if self._article[pid].startswith(f"{language}-")
        ]
        return [pid for _, pid in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]

    def vectors(self, question: str) -> Ranking:
        """The cosine of question and passage."""
        vector = self.embedder.encode_question(question)
        return [pid for pid, _ in self._derived.vectors.search(vector, len(self._article))]

    def names(self, question: str) -> Ranking:
        """The names of the question alone."""
        found = self._derived.words.search(name_clues(self._derived, question), len(self._article))
        return [pid for pid, _ in found]

    def ours(self, question: str) -> Ranking:
        """The product's search."""
        hits = self.index.search(question, ANY_DEPTH)
        return [self._pids[hit.passage.article_id, hit.passage.start] for hit in hits]


def fuse(*rankings: Ranking) -> Ranking:
    """Reciprocal rank fusion (Cormack et al. 2009): the sum of 1 / (60 + rank) over the rankings."""
    score: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, pid in enumerate(ranking, start=1):
            score[pid] += 1 / (RANK_CONSTANT + rank)
    return sorted(score, key=lambda pid: (-score[pid], pid))
