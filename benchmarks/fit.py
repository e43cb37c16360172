"""Fit the weights of search (`index.search.FITTED`), of sentence choice (`qa.selection.FITTED`) and of abstention
(`qa.abstention.FITTED`).

Data: openly licensed question-answering sets in SQuAD format and the invented news of `models/training/reader`
(`benchmarks.squad`), none of which is part of any test, and of both only articles from which neither the embedder
nor the reader has learned. Every paragraph becomes an article of a throw-away index; each question is searched for,
and logistic regression (`benchmarks.logit`) learns from which evidence one can tell the passage, and then the
sentence, that holds the answer. Every fourth question is asked with its article removed from the results, and some
have no answer in their article, so that the model also sees what nothing looks like. With `--dictionary` or
`--rewritten`, questions are also asked in another language (`benchmarks.rewriting`). Prints the weights to be
copied into the code, and figures on articles held out.

    python -m benchmarks.fit --data ../shared/data/qa --questions 600 --json fitted.json
"""

from __future__ import annotations

import argparse
import random
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks import say, squad, write_json, write_jsonl
from benchmarks.logit import Groups, Numbers, first, fit, fit_plain, scores
from benchmarks.models import RememberingEmbedder, add_arguments
from benchmarks.rewriting import Rewrite, Rewritten, by_dictionary, from_file
from benchmarks.squad import Item
from index import ArticleIndex, Hit
from index import search as searching
from qa import abstention, selection
from qa.question import understand
from qa.reader import Reader, configured_reader

PASSAGES = 12  # of which sentences are read, as for an answer
SEARCH_SIGNS = ("cosine", "words", "names")
SENTENCE_SIGNS = tuple(selection.Signs.__slots__)
ABSTENTION_SIGNS = tuple(abstention.Evidence.__slots__)
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Example:
    """A question as it is put to the index."""

    number: int
    item: Item
    rewritten: Rewritten | None
    """As if in another language; None: as it is written."""

    @property
    def removed(self) -> bool:
        """Whether its article is taken out of what is found."""
        return self.number % 4 == 3

    @property
    def kind(self) -> str:
        """What it is counted with: "en", "en as ru", "news same", "news across"."""
        if self.item.source:
            languages = {article.partition("-")[0] for article in self.item.answers} or {self.item.language}
            return f"{self.item.source} {'same' if self.item.asked_in in languages else 'across'}"
        return self.item.language + (f" as {self.rewritten.language}" if self.rewritten else "")

    @property
    def is_across(self) -> bool:
        """Whether it is asked in another language than what answers it."""
        return " as " in self.kind or self.kind.endswith(" across")

    @property
    def answerable(self) -> bool:
        """Whether what it is put to answers it."""
        return not self.removed and self.item.answer is not None

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.rewritten.text if self.rewritten else understand(self.item.question).search_text


@dataclass(frozen=True, slots=True)
class Rows:
    """Signs of candidates with what became of them, a row for each."""

    signs: Numbers
    """Shape (n, signs)."""
    right: Numbers
    """1 where the candidate holds the answer, shape (n,)."""
    example: Groups
    """Position of its example, shape (n,)."""

    def of(self, wanted: Callable[[Example], bool], examples: Sequence[Example]) -> Rows:
        """Those whose example is wanted."""
        keep = np.array([wanted(example) for example in examples], dtype=bool)[self.example]
        return Rows(self.signs[keep], self.right[keep], self.example[keep])


def make_examples(items: Sequence[Item], rewrites: Sequence[Rewrite]) -> list[Example]:
    """Every question as it is written, then again as each rewriting has it; of those across languages every second, or
    the fit would learn that whatever is foreign answers, since most questions of the dossiers are."""
    examples = [Example(number, item, None) for number, item in enumerate(items)]
    for rewrite in rewrites:
        for number, item in enumerate(items):
            # The questions on the news are in many languages as they are.
            rewritten = None if item.asked_in else rewrite(item.question, item.language)
            if rewritten is not None:
                examples.append(Example(number, item, rewritten))
    return [
        example
        for example in examples
        if not example.is_across or zlib.crc32((example.item.question + example.kind).encode()) % 2 == 0
    ]


# ---- what speaks for each candidate


def search_rows(index: ArticleIndex, examples: Sequence[Example]) -> Rows:
    """The evidence of every passage found that is in the language of the answer."""
    collected = _Collector()
    for at, example in enumerate(examples):
        _progress("passages", at, len(examples))
        if example.item.answer is None:
            continue
        with asked_in(example.rewritten.language if example.rewritten else None):
            found = searching.evidence(index._derived, example.text, index.load_embedder())
        stored = index.store.passages(item.pid for item in found)
        for item in found:
            where, wanted = stored[item.pid], example.item
            if where.article.language != wanted.language:
                continue
            span = wanted.answers.get(where.article.id)
            own = span is not None
            if not (example.removed and own):
                inside = span is not None and where.passage.start <= span[0] and span[1] <= where.passage.end
                collected.add(
                    [item.standing * item.trust, item.why.words, item.why.names], own and inside, at
                )
    return collected.rows()


def ranked_sentences(
    index: ArticleIndex, examples: Sequence[Example], reader: Reader | None
) -> list[list[selection.Sentence]]:
    """For each example every sentence of the best passages, with its signs."""
    found = []
    for at, example in enumerate(examples):
        _progress("sentences", at, len(examples))
        understood = replace(understand(example.item.question), search_text=example.text)
        with asked_in(example.rewritten.language if example.rewritten else None):
            hits: Sequence[Hit] = searching.search(
                index._derived, understood.search_text, PASSAGES, index.load_embedder()
            )
            if example.removed:
                hits = [hit for hit in hits if hit.passage.article_id not in example.item.answers]
            found.append(selection.rank_sentences(index, understood, hits, reader=reader))
    return found


def sentence_rows(examples: Sequence[Example], ranked: Sequence[Sequence[selection.Sentence]]) -> Rows:
    """The signs of every sentence."""
    collected = _Collector()
    for at, (example, sentences) in enumerate(zip(examples, ranked, strict=True)):
        for sentence in sentences:
            right = example.item.answered_in(sentence.article, sentence.span)
            collected.add(sentence.signs.as_list(), right, at)
    return collected.rows()


class _Collector:
    def __init__(self) -> None:
        self._signs: list[list[float]] = []
        self._right: list[float] = []
        self._example: list[int] = []

    def add(self, signs: list[float], right: bool, example: int) -> None:
        self._signs.append(signs)
        self._right.append(float(right))
        self._example.append(example)

    def rows(self) -> Rows:
        return Rows(np.array(self._signs), np.array(self._right), np.array(self._example))


@contextmanager
def asked_in(language: str | None) -> Iterator[None]:
    """Take questions to be asked in this language, whatever they look like."""
    if language is None:
        yield
        return
    with (
        mock.patch.object(searching, "detect_language", return_value=language),
        mock.patch.object(selection, "detect_language", return_value=language),
    ):
        yield


def _progress(what: str, at: int, of: int) -> None:
    if at % 500 == 0:
        say(f"{what}: {at} of {of} questions")


# ---- fitting and judging


def fit_and_report(
    name: str, signs: Sequence[str], current: Numbers, rows: Rows, examples: Sequence[Example]
) -> Numbers:
    """Fit on what is not held out, print how often the right one is first on what is, and return the weights."""
    learned = rows.of(lambda example: not example.item.held_out, examples)
    fitted = fit(learned.signs, learned.right, learned.example)
    print(f"\n{name}: {len(rows.right)} candidates, {rows.right.sum():.0f} right")
    print(
        f"{name} weights:", ", ".join(f"{s}={w:.2f}" for s, w in zip([*signs, "bias"], fitted, strict=True))
    )
    for kind in sorted({example.kind for example in examples}):
        asked = {e for e in examples if e.item.held_out and e.answerable and e.kind == kind}
        judged = rows.of(asked.__contains__, examples)
        if len(judged.right):
            before, after = (
                first(scores(judged.signs, of), judged.right, judged.example) for of in (current, fitted)
            )
            print(f"  {kind}, {len(asked)} questions: right one first {before:.3f} -> {after:.3f}")
    return fitted


def report_thresholds(examples: Sequence[Example], rows: Numbers, weights: Numbers) -> None:
    """At each threshold, what share of the questions held out is answered, and refused when there is no answer: because
    its article was taken away, or because the article does not say."""
    chances = 1 / (1 + np.exp(-scores(rows, weights)))
    held = np.array([example.item.held_out for example in examples])
    across = np.array([example.is_across for example in examples])
    own = np.array([example.item.source == "dossiers" for example in examples])
    answerable = np.array([example.answerable for example in examples])
    removed = np.array([example.removed for example in examples])
    gaps = [
        abs(float(chances[held & among].mean() - answerable[held & among].mean()))
        * float((held & among).sum() / held.sum())
        for low in np.arange(0, 1, 0.1)
        if (among := (chances >= low) & (chances < low + 0.1))[held].any()
    ]
    print(f"  expected calibration error on {held.sum()} questions held out: {sum(gaps):.3f}")
    for threshold in THRESHOLDS:
        found = []
        for name, among in (("same language", ~across), ("across", across), ("dossiers", own)):
            shares = [
                np.mean(chances[held & among & answerable] >= threshold),
                np.mean(chances[held & among & removed] < threshold),
                np.mean(chances[held & among & ~answerable & ~removed] < threshold),
            ]
            found.append("{}: {:.3f} / {:.3f} / {:.3f}".format(name, *shares))
        print(
            f"  threshold {threshold}, answered / refused without its article / unanswerable refused: "
            f"{'; '.join(found)}"
        )


def choose_items(data: Path, questions: int) -> tuple[list[dict[str, str]], list[Item]]:
    """All paragraphs, that many questions of each language's set, twice as many on the news and all on the dossiers, in
    an order by chance, the same at every run."""
    chance = random.Random(0)
    articles: list[dict[str, str]] = []
    items: list[Item] = []
    for language in squad.FILES:
        texts, asked = squad.read(data, language)
        articles += texts
        items += chance.sample(asked, min(questions, len(asked)))
    texts, asked = squad.read_own_news()
    articles += texts
    items += chance.sample(asked, min(2 * questions, len(asked)))
    texts, asked = squad.read_own_dossiers()
    articles += texts
    items += asked
    chance.shuffle(items)
    return articles, items


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the SQuAD and PIAF files")
    parser.add_argument("--questions", type=int, default=600, help="of each set")
    parser.add_argument("--paragraphs", type=int, help="only so many (to try the code: figures mean nothing)")
    parser.add_argument("--dictionary", type=Path, help=".tsv.xz: also ask English questions word by word")
    parser.add_argument(
        "--targets", nargs="+", default=["fr", "de", "es", "ru"], help="languages of --dictionary"
    )
    parser.add_argument(
        "--rewritten", type=Path, nargs="+", default=[], help=".jsonl with translated questions"
    )
    parser.add_argument(
        "--json", type=Path, help="write the weights here, for `benchmarks.sentences --weights`"
    )
    add_arguments(parser)
    options = parser.parse_args()
    rewrites = [rewrite for file in options.rewritten for rewrite in from_file(file)]
    if options.dictionary:
        rewrites.append(by_dictionary(options.dictionary, tuple(options.targets)))
    articles, items = choose_items(options.data, options.questions)
    if options.paragraphs:
        wanted = dict.fromkeys([item.article_id for item in items][: options.paragraphs])
        articles = [article for article in articles if article["id"] in wanted]
        items = [item for item in items if item.article_id in wanted]
    examples = make_examples(items, rewrites)
    embedder = RememberingEmbedder(options.model, options.cache)
    with tempfile.TemporaryDirectory() as work:
        index = ArticleIndex.create(Path(work) / "index", embedder.name)
        index.load_embedder(embedder)
        write_jsonl(Path(work) / "articles.jsonl", articles)
        say(f"indexing {len(articles)} paragraphs")
        print(f"{embedder.identity}: {index.add([Path(work) / 'articles.jsonl']).passages} passages")
        figures = measure(index, examples)
        index.close()
    print(f"{embedder.computed} vectors computed, the others remembered")
    write_json(options.json, {"model": embedder.identity, **figures})


def measure(index: ArticleIndex, examples: Sequence[Example]) -> dict[str, Any]:
    """Fit both models; their weights by name."""
    current = searching.FITTED
    search = fit_and_report(
        "search",
        SEARCH_SIGNS,
        np.array([current.cosine, current.words, current.names, current.bias]),
        search_rows(index, examples),
        examples,
    )
    sentences: list[dict[str, Any]] = []
    refusing = []
    for reader in (configured_reader(), None):
        ranked = ranked_sentences(index, examples, reader)
        rows = sentence_rows(examples, ranked)
        fitted: dict[selection.Known, selection.Weights] = {}
        for known in (selection.Known(vectors, reader is not None) for vectors in (True, False)):
            vectors, read = ("with" if known.vectors else "without"), ("read" if known.reader else "not read")
            shipped = selection.FITTED[known]
            weights = fit_and_report(
                f"sentences, {vectors} vectors, {read}",
                SENTENCE_SIGNS,
                np.array([*shipped.signs.as_list(), shipped.bias]),
                as_known(rows, known),
                examples,
            )
            sentences.append({**known._asdict(), **_as_weights(SENTENCE_SIGNS, weights)})
            fitted[known] = selection.Weights(selection.Signs(*weights[:-1].tolist()), float(weights[-1]))
        again = [rescored(of_one, fitted, read=reader is not None) for of_one in ranked]
        weights = fit_abstention(examples, again)
        refusing.append({"read": reader is not None, **_as_weights(ABSTENTION_SIGNS, weights)})
    return {
        "search": dict(zip([*SEARCH_SIGNS, "bias"], search.tolist(), strict=True)),
        "sentences": sentences,
        "abstention": refusing,
    }


def rescored(
    ranked: Sequence[selection.Sentence],
    weights: Mapping[selection.Known, selection.Weights],
    *,
    read: bool,
) -> list[selection.Sentence]:
    """The sentences with the probabilities that other weights give them, best first."""
    found = [
        replace(
            sentence,
            probability=weights[selection.Known(sentence.signs.foreign < 1, read)].probability(
                sentence.signs
            ),
        )
        for sentence in ranked
    ]
    return sorted(found, key=lambda sentence: -sentence.probability)


def fit_abstention(examples: Sequence[Example], ranked: Sequence[Sequence[selection.Sentence]]) -> Numbers:
    """Fit whether a question is answered at all, print what that does to questions held out, and return the weights."""
    asked = [number for number, sentences in enumerate(ranked) if sentences]
    rows = np.array([abstention.evidence_of(ranked[number]).as_list() for number in asked])
    labels = np.array([float(examples[number].answerable) for number in asked])
    held = np.array([examples[number].item.held_out for number in asked])
    weights = fit_plain(rows[~held], labels[~held])
    print(
        "\nabstention weights:",
        ", ".join(f"{s}={w:.2f}" for s, w in zip([*ABSTENTION_SIGNS, "bias"], weights, strict=True)),
    )
    report_thresholds([examples[number] for number in asked], rows, weights)
    return weights


def as_known(rows: Rows, known: selection.Known) -> Rows:
    """The rows as they are when only so much is known."""
    signs = rows.signs.copy()
    hidden = [] if known.vectors else ["near", "foreign"]
    hidden += [] if known.reader else ["answers"]
    signs[:, [SENTENCE_SIGNS.index(name) for name in hidden]] = 0
    compared = rows.signs[:, SENTENCE_SIGNS.index("foreign")] < 1
    keep = compared if known.vectors else np.ones(len(signs), dtype=bool)
    return Rows(signs[keep], rows.right[keep], rows.example[keep])


def _as_weights(signs: Sequence[str], fitted: Numbers) -> dict[str, Any]:
    return {"signs": dict(zip(signs, fitted.tolist(), strict=False)), "bias": float(fitted[-1])}


if __name__ == "__main__":
    main()
