"""Answer sentences and answers: does the sentence that is chosen from the right paragraph hold the answer, and which of
its words are given as the answer? (Measuring only.)

XQuAD, question language - paragraph language, and those articles of SQuAD and PIAF from which neither the embedder nor
the reader has learned and on which no weights were fitted (`benchmarks.squad`). The paragraph that a question was
written about is given. A sentence is chosen by the cosine of all-MiniLM-L6-v2 or of our model alone, by the reader
alone, and by the product (`qa.selection`) without and with the reader, with its own weights and, with `--weights`,
with those that `benchmarks.fit` wrote. The answer: F1 of its words (Rajpurkar et al. 2016), for the best answer of
the reader in all of the paragraph, and for the words that the product marks in the sentence that it chose. Prints
Markdown.

    python -m benchmarks.sentences --xquad ../shared/data/eval/xquad --qa ../shared/data/qa --json sentences.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks import (
    OLD_MODEL,
    Record,
    machine,
    old_model_folder,
    say,
    spread,
    squad,
    table,
    write_json,
    write_jsonl,
)
from benchmarks.models import RememberingEmbedder, add_arguments
from benchmarks.squad import Item, as_article
from benchmarks.xquad import read as read_xquad
from index import ArticleIndex, Filters
from index.sentences import sentence_spans
from qa.measures import token_f1
from qa.question import understand
from qa.reader import Reader, configured_reader
from qa.selection import FITTED, READ_PASSAGES, Known, Sentence, Signs, Weights, rank_sentences, whole_words

LANGUAGES = ("en", "es", "de", "ru")
PAIRS = (
    *((language, language) for language in LANGUAGES),
    *(("en", "es"), ("en", "de"), ("en", "ru"), ("ru", "en")),
)
HELD_OUT = {"en": "SQuAD, held out", "fr": "PIAF, held out"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is put to its own paragraph."""

    part: str
    """The row of the table that it counts for."""
    item: Item


# ---- the data


def read(xquad: Path, qa: Path, most: int | None) -> tuple[list[Record], list[Asked]]:
    """Questions of all parts and their paragraphs; with `most`, that many questions of each, spread evenly."""
    paragraphs, questions = read_xquad(xquad, LANGUAGES)
    articles = [
        as_article(f"{language}-x{number}", language, text)
        for language, texts in paragraphs.items()
        for number, text in enumerate(texts)
    ]
    asked = []
    for asking, language in PAIRS:
        for one in spread(questions, most):
            item = Item(one.text[asking], f"{language}-x{one.paragraph}", "xquad", one.answer[language])
            asked.append(Asked(f"XQuAD {asking}-{language}", item))
    for language, part in HELD_OUT.items():
        texts, items = squad.read(qa, language)
        asked += [
            Asked(part, item)
            for item in spread([item for item in items if item.held_out and item.answer], most)
        ]
        articles += texts
    wanted = {one.item.article_id for one in asked}
    return [article for article in articles if article["id"] in wanted], asked


# ---- choosing


@dataclass(frozen=True, slots=True)
class Way:
    """One way of the product to choose."""

    reader: Reader | None
    weights: Mapping[Known, Weights]


def candidates(index: ArticleIndex, item: Item, way: Way) -> list[Sentence]:
    """The sentences of the question's paragraph as the product ranks them, best first."""
    understood = understand(item.question)
    hits = index.search(understood.search_text, READ_PASSAGES, Filters(sources=(item.article_id,)))
    return rank_sentences(index, understood, hits, reader=way.reader, weights=way.weights)


def nearest(model: RememberingEmbedder, question: str, sentences: Sequence[Sentence]) -> Sentence | None:
    """The sentence with the greatest cosine; None of none."""
    if not sentences:
        return None
    cosines = model.encode_passages([sentence.text for sentence in sentences]) @ model.encode_question(
        question
    )
    return sentences[int(cosines.argmax())]


def measure(
    folder: Path,
    articles: Sequence[Record],
    asked: Sequence[Asked],
    models: Mapping[str, RememberingEmbedder],
    ways: Mapping[str, Way],
) -> dict[str, dict[str, float]]:
    """For each part: questions, sentences to choose from on average, the share of right choices of each way, and the
    mean F1 of the answers."""
    write_jsonl(folder / "paragraphs.jsonl", articles)
    index = ArticleIndex.create(folder / "index", models["our model"].name)
    index.load_embedder(models["our model"])
    say(f"indexing {len(articles)} paragraphs")
    index.add([folder / "paragraphs.jsonl"])
    for name, model in models.items():
        say(f"vectors of all sentences, {name}")
        model.encode_passages(list(all_sentences(index)))
    figures = {}
    for part, group in groupby(asked, key=lambda one: one.part):
        say(part)
        figures[part] = _measure_part(index, [one.item for one in group], models, ways)
    return figures


def all_sentences(index: ArticleIndex) -> dict[str, None]:
    """Every sentence of every passage, as it is compared with questions, each once."""
    return {
        passage.text[low:high]: None
        for article in index.articles()
        for passage in index.passages_of(article.id)
        for low, high in sentence_spans(passage.text, article.language)
    }


def _measure_part(
    index: ArticleIndex,
    items: Sequence[Item],
    models: Mapping[str, RememberingEmbedder],
    ways: Mapping[str, Way],
) -> dict[str, float]:
    choices = 0
    sums: defaultdict[str, float] = defaultdict(float)
    for item in items:
        text = getattr(index.article(item.article_id), "text", "")
        wanted = text[slice(*item.answer)] if item.answer else ""
        for name, way in ways.items():
            ranked = candidates(index, item, way)
            chosen = ranked[0] if ranked else None
            sums[name] += _right(item, chosen)
            if way.reader is not None:
                marked = chosen.marks[0] if chosen is not None and chosen.marks else (0, 0)
                sums[f"F1, {name}"] += token_f1(text[slice(*marked)], [wanted])
        choices += len(ranked)
        for name, model in models.items():
            sums[f"cosine, {name}"] += _right(item, nearest(model, item.question, ranked))
        reader = next((way.reader for way in ways.values() if way.reader is not None), None)
        if reader is not None:
            spans = [sentence.span for sentence in ranked]
            found = reader.read(item.question, [text], [[*spans, (0, len(text))]])[0]
            alone = max(range(len(spans)), key=lambda place: found[place].score, default=None)
            sums["reader alone"] += alone is not None and item.answered_in(
                ranked[alone].article, spans[alone]
            )
            best = whole_words(text, (found[-1].start, found[-1].end))
            sums["F1, reader alone"] += token_f1(text[slice(*best)], [wanted])
    shares = {name: value / len(items) for name, value in sums.items()}
    order = sorted(shares, key=lambda name: (name.startswith("F1"), not name.startswith("cosine")))
    return {
        "questions": len(items),
        "sentences": choices / len(items),
        **{name: shares[name] for name in order},
    }


def _right(item: Item, chosen: Sentence | None) -> bool:
    return chosen is not None and item.answered_in(chosen.article, chosen.span)


# ---- printing


def report(figures: dict[str, Any]) -> str:
    """The figures as Markdown."""
    parts = figures["parts"]
    ways = [name for name in next(iter(parts.values())) if name not in ("questions", "sentences")]
    rows = [
        [part, of["questions"], f"{of['sentences']:.1f}", *(of[way] for way in ways)]
        for part, of in parts.items()
    ]
    return "\n\n".join(
        [
            f"Share of the questions for which a sentence with the answer is chosen, and F1 of the answer's words; our "
            f"model {figures['model']}; "
            f"{figures['seconds']:.0f} s, {figures['vectors computed']} vectors computed, the others remembered.",
            table(["part", "questions", "sentences to choose from", *ways], rows),
        ]
    )


def read_weights(file: Path) -> dict[Known, Weights]:
    """The sentence weights that `benchmarks.fit --json` wrote."""
    rows = json.loads(file.read_text(encoding="utf-8"))["sentences"]
    return {Known(row["vectors"], row["reader"]): Weights(Signs(**row["signs"]), row["bias"]) for row in rows}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--xquad", type=Path, required=True, help="folder with en.json, es.json and the others"
    )
    parser.add_argument("--qa", type=Path, required=True, help="folder with the SQuAD and PIAF files")
    parser.add_argument("--questions", type=int, help="only so many of each part, spread evenly")
    parser.add_argument("--weights", type=Path, help="also with these weights, from `benchmarks.fit --json`")
    parser.add_argument("--json", type=Path, help="write all figures here")
    add_arguments(parser)
    options = parser.parse_args()
    began = time.perf_counter()
    reader = configured_reader()
    ways = {"product without the reader": Way(None, FITTED)}
    if reader is not None:
        ways["product"] = Way(reader, FITTED)
    if options.weights:
        ways[f"product, {options.weights.stem}"] = Way(reader, read_weights(options.weights))
    models = {
        OLD_MODEL: RememberingEmbedder(old_model_folder(), options.cache),
        "our model": RememberingEmbedder(options.model, options.cache),
    }
    articles, asked = read(options.xquad, options.qa, options.questions)
    with tempfile.TemporaryDirectory() as work:
        parts = measure(Path(work), articles, asked, models, ways)
    figures = {
        "machine": machine(),
        "model": models["our model"].identity,
        "parts": parts,
        "seconds": time.perf_counter() - began,
        "vectors computed": sum(model.computed for model in models.values()),
    }
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
