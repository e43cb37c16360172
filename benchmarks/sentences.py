"""Answer sentences: does the sentence that is chosen from the right paragraph hold the answer? (Measuring only.)

XQuAD, question language - paragraph language, and those articles of SQuAD and PIAF on which no weights were fitted
(`benchmarks.squad`). The paragraph that a question was written about is given, and one of its sentences has to be
chosen: by the cosine of all-MiniLM-L6-v2 or of our model alone, and by the product (`qa.selection`) with its own
weights and, with `--weights`, with those that `benchmarks.fit` wrote. Prints Markdown.

    python -m benchmarks.sentences --xquad ../shared/data/eval/xquad --qa ../shared/data/qa --json sentences.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
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
from qa.question import understand
from qa.selection import FITTED, READ_PASSAGES, Sentence, Signs, Weights, rank_sentences

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
            at = one.answer[language]
            item = Item(one.text[asking], f"{language}-x{one.paragraph}", "xquad", (at, at + 1))
            asked.append(Asked(f"XQuAD {asking}-{language}", item))
    for language, part in HELD_OUT.items():
        texts, items = squad.read(qa, language)
        asked += [Asked(part, item) for item in spread([item for item in items if item.held_out], most)]
        articles += texts
    wanted = {one.item.article_id for one in asked}
    return [article for article in articles if article["id"] in wanted], asked


# ---- choosing


def candidates(index: ArticleIndex, item: Item, weights: Weights = FITTED) -> list[Sentence]:
    """The sentences of the question's paragraph as the product ranks them, best first."""
    understood = understand(item.question)
    hits = index.search(understood.search_text, READ_PASSAGES, Filters(sources=(item.article_id,)))
    return rank_sentences(index, understood, hits, weights=weights)


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
    weights: Mapping[str, Weights],
) -> dict[str, dict[str, float]]:
    """For each part: questions, sentences to choose from on average, and the share of right choices of each way."""
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
        figures[part] = _measure_part(index, [one.item for one in group], models, weights)
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
    weights: Mapping[str, Weights],
) -> dict[str, float]:
    right = dict.fromkeys([*(f"cosine, {name}" for name in models), *weights], 0)
    choices = 0
    for item in items:
        for name, of in weights.items():
            ranked = candidates(index, item, of)
            right[name] += bool(ranked) and item.answered_in(ranked[0].article, ranked[0].span)
        choices += len(ranked)
        for name, model in models.items():
            chosen = nearest(model, item.question, ranked)
            right[f"cosine, {name}"] += chosen is not None and item.answered_in(chosen.article, chosen.span)
    shares = {name: count / len(items) for name, count in right.items()}
    return {"questions": len(items), "sentences": choices / len(items), **shares}


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
            f"Share of the questions for which a sentence with the answer is chosen; our model {figures['model']}; "
            f"{figures['seconds']:.0f} s, {figures['vectors computed']} vectors computed, the others remembered.",
            table(["part", "questions", "sentences to choose from", *ways], rows),
        ]
    )


def read_weights(file: Path) -> Weights:
    """The sentence weights that `benchmarks.fit --json` wrote."""
    row = json.loads(file.read_text(encoding="utf-8"))["sentences"]
    return Weights(Signs(**row["signs"]), row["bias"])


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
    weights = {"product": FITTED}
    if options.weights:
        weights[f"product, {options.weights.stem}"] = read_weights(options.weights)
    models = {
        OLD_MODEL: RememberingEmbedder(old_model_folder(), options.cache),
        "our model": RememberingEmbedder(options.model, options.cache),
    }
    articles, asked = read(options.xquad, options.qa, options.questions)
    with tempfile.TemporaryDirectory() as work:
        parts = measure(Path(work), articles, asked, models, weights)
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
