"""Sentence pairs: does a sentence find its translation among all sentences of the set? (Measuring only.)

FLORES-200 devtest (1,012 sentences, in seven languages beside English) and PUD (1,000, in five). R@1 from English to
the other language and back: by the cosine of all-MiniLM-L6-v2, by that of our model, and by words alone, which is the
word index of the product with the names that it finds in any spelling. Prints Markdown.

    python -m benchmarks.pairs --data ../shared/data/eval/pairs --json pairs.json
"""

from __future__ import annotations

import argparse
import lzma
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import OLD_MODEL, machine, old_model_folder, say, spread, table, write_json
from benchmarks.legs import Bench
from benchmarks.models import RememberingEmbedder, add_arguments
from index.embedder import Vectors

SETS = {"FLORES": "flores_devtest.tsv.xz", "PUD": "pud.tsv.xz"}
ENGLISH = "en"
WAYS = ("words", OLD_MODEL, "our model")

Sentences = dict[str, list[str]]
"""Sentences by language, English among them, in the same order in every language."""


def read(file: Path, most: int | None = None) -> Sentences:
    """The sentences of a set, those that every language has; with `most`, that many, spread evenly.

    Lines: language, English, other, where it is from (tab-separated).
    """
    english: dict[str, str] = {}
    others: dict[str, dict[str, str]] = {}
    with lzma.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            language, source, other, key = line.rstrip("\n").split("\t")
            english[key] = source
            others.setdefault(language, {})[key] = other
    keys = spread([key for key in english if all(key in texts for texts in others.values())], most)
    return {
        language: [texts[key] for key in keys] for language, texts in {ENGLISH: english, **others}.items()
    }


def recall_at_1(asked: Vectors, pool: Vectors) -> float:
    """Share of the rows of `asked`, shape (n, dimension), that are nearer to their own row of `pool` than to any other.

    A row that is as near to another one has not found its own.
    """
    cosines = asked @ pool.T  # (n, n)
    own = cosines.diagonal().copy()
    np.fill_diagonal(cosines, -np.inf)
    return float((own > cosines.max(axis=1, initial=-np.inf)).mean())


def recall_of_words(bench: Bench, questions: Sequence[str], language: str) -> float:
    """Share of the questions for which the words find the sentence of the same number first."""
    right = 0
    for number, question in enumerate(questions):
        found = bench.paragraphs(bench.words(question)[:1])
        right += found == [f"{language}-{number}"]
    return right / len(questions)


def measure_set(
    folder: Path, name: str, sentences: Mapping[str, Sequence[str]], models: Mapping[str, RememberingEmbedder]
) -> dict[str, dict[str, float]]:
    """R@1 of each way for each direction ("en-fr": English sentences look for French ones)."""
    vectors = {}
    for way, model in models.items():
        say(f"{name}: vectors of {way}")
        vectors[way] = {language: model.encode_passages(texts) for language, texts in sentences.items()}
    benches = {
        # The word index comes with vectors; these are remembered from the step before.
        language: Bench(folder / f"{name}-{language}", {language: texts}, models["our model"])
        for language, texts in sentences.items()
    }
    figures = {}
    for language in sentences:
        if language == ENGLISH:
            continue
        for one, other in ((ENGLISH, language), (language, ENGLISH)):
            say(f"{name}: {one}-{other}")
            figures[f"{one}-{other}"] = {
                "words": recall_of_words(benches[other], sentences[one], other),
                **{way: recall_at_1(of[one], of[other]) for way, of in vectors.items()},
            }
    return figures


def measure(
    folder: Path, data: Path, models: Mapping[str, RememberingEmbedder], most: int | None
) -> dict[str, Any]:
    """Both sets; word indexes are made in `folder`."""
    began = time.perf_counter()
    sets = {name: read(data / file, most) for name, file in SETS.items()}
    figures = {name: measure_set(folder, name, sentences, models) for name, sentences in sets.items()}
    return {
        "machine": machine(),
        "model": models["our model"].identity,
        "sentences": {name: len(sentences[ENGLISH]) for name, sentences in sets.items()},
        "sets": figures,
        "seconds": time.perf_counter() - began,
        "vectors computed": sum(model.computed for model in models.values()),
    }


def report(figures: dict[str, Any]) -> str:
    """The figures as Markdown: one row for each set and language, both directions beside each other."""
    rows = []
    for name, directions in figures["sets"].items():
        for pair, found in directions.items():
            one, other = pair.split("-")
            if one == ENGLISH:
                back = directions[f"{other}-{ENGLISH}"]
                rows.append([f"{name} {other}", *(found[way] for way in WAYS), *(back[way] for way in WAYS)])
    header = [
        "set",
        *(f"en → other, {way}" for way in WAYS),
        *(f"other → en, {way}" for way in WAYS),
    ]
    sizes = ", ".join(f"{name} {size} sentences" for name, size in figures["sentences"].items())
    return "\n\n".join(
        [
            f"R@1; {sizes}; our model {figures['model']}; {figures['seconds']:.0f} s, {figures['vectors computed']} "
            f"vectors computed, the others remembered.",
            table(header, rows),
        ]
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the .tsv.xz files")
    parser.add_argument("--sentences", type=int, help="only so many of each set, spread evenly")
    parser.add_argument("--json", type=Path, help="write all figures here")
    add_arguments(parser)
    options = parser.parse_args()
    models = {
        OLD_MODEL: RememberingEmbedder(old_model_folder(), options.cache),
        "our model": RememberingEmbedder(options.model, options.cache),
    }
    with tempfile.TemporaryDirectory() as work:
        figures = measure(Path(work), options.data, models, options.sentences)
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
