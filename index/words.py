"""The word index: which passages hold which words and which names (tantivy, BM25).

Text is analysed here and not by tantivy: `index.terms` gives each passage its stems, written with the language in front
("fr:rencontr"), so that one field serves every language and a term's document frequency is that of its language; and
`index.names` gives the keys under which a name is found in any script. A question never reaches tantivy's query parser.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tantivy

from index.names import find_names
from index.terms import terms

Pids = npt.NDArray[np.int64]

_WRITER_MEMORY = 64_000_000  # bytes; tantivy flushes a segment when it is full
_SATURATION = (
    2.2  # BM25's k1 + 1 with tantivy's k1 = 1.2: what one term can score at most, in units of its idf
)


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that a question says and a passage may hold: a word, a name, or a word that is a name."""

    stem: str
    """The word's stem with its language, as in the field "stems"; "" for a name alone."""
    keys: tuple[str, ...]
    """Keys under which the name is found; () for a word that is no name."""
    weight: float
    """How much it tells: its inverse document frequency."""


def idf(passages: int, holding: int) -> float:
    """BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009)."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


class Words:
    """Word index in a folder of its own (None: in memory).

    One process writes at a time (under the index's write lock); any number read.
    """

    def __init__(self, folder: Path | None) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("pid", stored=False, indexed=True, fast=True)
        builder.add_text_field("stems", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("names", tokenizer_name="whitespace", index_option="freq")
        # One term that every passage holds: its document frequency is the number of passages that tantivy counts with,
        # those included that were deleted and are not merged away yet.
        builder.add_text_field("every", tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=None if folder is None else str(folder))
        self._searcher = self._index.searcher()
        self._writer: Any = None

    @classmethod
    def empty(cls) -> Words:
        """A word index in memory that holds nothing."""
        return cls(None)

    @staticmethod
    def discard(folder: Path) -> None:
        """Delete a word index that is to be made anew."""
        shutil.rmtree(folder, ignore_errors=True)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    # ---- writing

    def add(self, pid: int, language: str, title: str, text: str) -> None:
        """Index one passage; seen by searches after `commit`. Adding the same number again replaces it.

        The words of the article's title count as the passage's own: "the package is worth 12 billion" is about the
        summit that the title names (measured: `benchmarks/README.md`).
        """
        text = f"{title}\n{text}"
        writer = self._open_writer()
        self.remove([pid])
        document = tantivy.Document()
        document.add_unsigned("pid", pid)
        document.add_text("every", "1")
        document.add_text("stems", " ".join(f"{language}:{term}" for term in terms(text, language)))
        document.add_text("names", " ".join(key for name in find_names(text) for key in name.keys))
        writer.add_document(document)

    def remove(self, pids: Iterable[int]) -> None:
        """Remove those of the passages that are there; seen by searches after `commit`."""
        gone = list(pids)
        if gone:
            # By query: deleting by term does nothing for a number, without a word (tantivy-py 0.27).
            query = tantivy.Query.term_set_query(self._schema, "pid", gone)
            self._open_writer().delete_documents_by_query(query)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible."""
        if self._writer is not None:
            self._writer.commit()
        self.reload()

    def close(self) -> None:
        """Let go of the writer, waiting for its merges."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
        return self._writer

    # ---- reading

    def reload(self) -> None:
        """See what has been committed meanwhile, here or by another process."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def deleted(self) -> int:
        """How many passages were removed and are not merged away yet."""
        return self._counted() - len(self)

    def probe(self) -> None:
        """Read a little of everything.

        Raises:
            ValueError: The files are damaged.
        """
        for field in ("stems", "names"):
            for term, _ in self._searcher.terms_with_prefix(field, "", limit=3):
                query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
                self._searcher.search(query, limit=1)

    def pids(self) -> Pids:
        """Numbers of every passage held, ascending."""
        searcher = self._searcher
        if not searcher.num_docs:
            return np.zeros(0, dtype=np.int64)
        hits = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs).hits
        values = searcher.fast_field_values("pid", [address for _, address in hits])
        return np.sort(np.asarray(values, dtype=np.int64))

    def holds_name(self, keys: Iterable[str]) -> bool:
        """Whether any passage holds a name with one of these keys."""
        return any(self._searcher.doc_freq("names", key) for key in keys)

    def clue(self, stem: str, keys: tuple[str, ...], pool: int, absent: float = 1.0) -> Clue:
        """A clue with its weight.

        Args:
            stem: With its language in front, or "".
            keys: Of the name, if it may be one.
            pool: How many passages there are in that language.
            absent: What a word that no passage of the language holds counts for, as a share of the greatest weight.
        """
        searcher = self._searcher
        everywhere = max(1, self._counted())
        held_by_key = max((searcher.doc_freq("names", key) for key in keys), default=0)
        held_by_stem = searcher.doc_freq("stems", stem) if stem else 0
        weights = []
        if held_by_key:
            weights.append(idf(everywhere, min(everywhere, held_by_key)))
        if held_by_stem:
            weights.append(idf(pool, min(pool, held_by_stem)))
        # The smaller one: a name that is rare in this language but common in the others is not rare.
        weight = min(weights) if weights else idf(pool, 0) * (1.0 if keys else absent)
        return Clue(stem, keys, weight)

    def search(self, clues: Sequence[Clue], k: int, among: Pids | None = None) -> list[tuple[int, float]]:
        """The k passages that hold the most telling clues, best first, with a score in [0, 1).

        The score is BM25 divided by the most that the clues could give: 1 would mean that every clue, also the
        rarest, is all that the passage is made of. So scores of different languages can be compared, and a question
        of which only common words are found scores low.

        Args:
            clues: With their weights (`clue`).
            k: How many passages at most.
            among: Only these passages.
        """
        searcher = self._searcher
        most = sum(clue.weight for clue in clues) * _SATURATION
        if not most or k <= 0:
            return []
        parts = [query for clue in clues if (query := self._query(clue)) is not None]
        if not parts:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        if among is not None:
            allowed = tantivy.Query.term_set_query(self._schema, "pid", among.tolist())
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)),
                ]
            )
        hits = searcher.search(query, limit=k, count=False).hits
        pids = searcher.fast_field_values("pid", [address for _, address in hits])
        found = [(int(pid), float(score) / most) for (score, _), pid in zip(hits, pids, strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _counted(self) -> int:
        """How many passages tantivy counts when it weighs a term."""
        return int(self._searcher.doc_freq("every", "1"))

    def _query(self, clue: Clue) -> Any:
        """Any of the clue's forms, the best one counting; None when no passage holds any."""
        searcher = self._searcher
        counted = self._counted()
        forms: list[tantivy.Query] = []
        for field, term in [("stems", clue.stem), *(("names", key) for key in clue.keys)]:
            held = searcher.doc_freq(field, term) if term else 0
            if held:
                query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
                # tantivy weighs a term by its frequency in all languages together: put the clue's weight in its place.
                usual = idf(max(counted, held), held)
                forms.append(tantivy.Query.boost_query(query, clue.weight / usual))
        return tantivy.Query.disjunction_max_query(forms) if forms else None
