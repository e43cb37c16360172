"""How fast our model embeds, beside all-MiniLM-L6-v2: through the product, and by sentence-transformers as it comes.

Texts: the sample articles in English, French and Russian, and articles of their shuffled sentences up to the number of
passages asked for, cut by the product's splitter for each model. Both models read all of the same text, so compare
characters/s: passages differ in size, because a tokenizer that knows a language takes longer ones.

Ways: "product" is `index.Embedder` (bfloat16 where the processor has it, batches of 8 sorted by length), "plain" is
`SentenceTransformer.encode` as it comes (single precision, batches of 32). Each model and way has a process of its own
that waits while another one works; they take turns, and what is printed is the median of the rounds. Prints Markdown.

    python -m benchmarks.embedding_speed --json embedding_speed.json
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks import (
    GOLD_FILES,
    OLD_MODEL,
    SAMPLE_ARTICLES,
    gold_questions,
    machine,
    made_up_news,
    megabytes,
    old_model_folder,
    read_articles,
    say,
    table,
    write_json,
)

LANGUAGES = ("en", "fr", "ru")
MODELS = (OLD_MODEL, "our model")
WAYS = ("product", "plain")
_PAUSE = 0.5  # seconds between rounds: worker threads of the one before go to sleep

Texts = dict[str, list[str]]
"""By language."""


# ---- in a process of its own


class Worker:
    """A process that loads one model in one way and embeds when told.

    Args:
        way: "product" or "plain".
        folder: Of the model; None: the product's own.
    """

    def __init__(self, way: str, folder: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context)
        self.seconds, self.memory = self._pool.submit(_load, way, folder).result()
        """Seconds to import what is needed and load the model; MB that the process then holds."""

    def split(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        """The passages of texts with their language (product only)."""
        return self._pool.submit(_split, texts).result()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text (product only)."""
        return self._pool.submit(_count_tokens, texts).result()

    def passages(self, texts: Sequence[str]) -> float:
        """Seconds to embed them all."""
        time.sleep(_PAUSE)
        return self._pool.submit(_time_passages, texts).result()

    def questions(self, texts: Sequence[str]) -> list[float]:
        """Seconds to embed each by itself."""
        time.sleep(_PAUSE)
        return self._pool.submit(_time_questions, texts).result()

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()


_here: Any = None  # in a worker process: its model


def _load(way: str, folder: str | None) -> tuple[float, float]:
    global _here
    began = time.perf_counter()
    if way == "product":
        from index import Embedder

        _here = Embedder(folder)
    else:
        import torch
        from sentence_transformers import SentenceTransformer

        _here = SentenceTransformer(folder or _default_folder(), model_kwargs={"dtype": torch.float32})
    seconds = time.perf_counter() - began
    return seconds, _resident()


def _default_folder() -> str:
    """Where the weights of the product's own model lie."""
    from index import embedder

    return str(embedder._local_folder(embedder.DEFAULT_MODEL))


def _resident() -> float:
    """MB that this process holds now (its greatest size where the system does not say)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _split(texts: Sequence[tuple[str, str]]) -> list[str]:
    from index.passages import passage_spans

    return [
        text[start:end]
        for text, language in texts
        for start, end in passage_spans(text, language, _here.count_tokens, _here.window)
    ]


def _count_tokens(texts: Sequence[str]) -> list[int]:
    counted: list[int] = _here.count_tokens(texts)
    return counted


def _time_passages(texts: Sequence[str]) -> float:
    embed = _here.encode_passages if hasattr(_here, "encode_passages") else _here.encode
    began = time.perf_counter()
    embed(list(texts))
    return time.perf_counter() - began


def _time_questions(texts: Sequence[str]) -> list[float]:
    embed = _here.encode_question if hasattr(_here, "encode_question") else _here.encode
    seconds = []
    for text in texts:
        began = time.perf_counter()
        embed(text)
        seconds.append(time.perf_counter() - began)
    return seconds


# ---- measuring


def articles_in(language: str) -> Iterator[str]:
    """The sample articles in the language, then articles of their shuffled sentences, without end."""
    real = (article.text for article in read_articles([SAMPLE_ARTICLES]) if article.language == language)
    made_up = (record["text"] for record in made_up_news() if record["lang"] == language)
    return chain(real, made_up)


def choose_texts(splitter: Worker, language: str, passages: int) -> list[str]:
    """Articles in the language that the worker's model cuts into at least that many passages."""
    articles, chosen, held = articles_in(language), list[str](), 0
    while held < passages:
        some = list(islice(articles, 10))
        held += len(splitter.split([(text, language) for text in some]))
        chosen += some
    return chosen


def questions_in(language: str, rounds: int, most: int | None) -> list[list[str]]:
    """The gold questions in the language for each round, different every time: an embedder remembers the last ones."""
    texts = list(
        dict.fromkeys(row.question for row in gold_questions(GOLD_FILES) if row.language == language)
    )
    return [[f"{text} ({number})" for text in texts[:most]] for number in range(1, rounds + 1)]


def measure_loading(model: str | None, repeats: int) -> dict[str, dict[str, dict[str, float]]]:
    """Seconds to load and MB afterwards for each model and way, medians over fresh processes in turn."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for repeat in range(repeats + 1):
        for name, folder in _folders(model).items():
            for way in WAYS:
                say(f"loading {name}, {way} ({repeat}/{repeats})")
                worker = Worker(way, folder)
                worker.close()
                if repeat:  # the first one only brings the files into the system's cache
                    found.setdefault((name, way), []).append((worker.seconds, worker.memory))
    return {
        name: {
            way: {
                "seconds to load": median(seconds for seconds, _ in found[name, way]),
                "MB when loaded": median(memory for _, memory in found[name, way]),
            }
            for way in WAYS
        }
        for name in MODELS
    }


def measure_speed(
    model: str | None, passages: int, rounds: int, most: int | None
) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """For each language, model and way: what is in the table."""
    workers = {(name, way): Worker(way, folder) for name, folder in _folders(model).items() for way in WAYS}
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for language in LANGUAGES:
        articles = choose_texts(workers["our model", "product"], language, passages)
        pieces = {
            name: workers[name, "product"].split([(text, language) for text in articles]) for name in MODELS
        }
        tokens = {name: workers[name, "product"].count_tokens(pieces[name]) for name in MODELS}
        whole: dict[tuple[str, str], list[float]] = {place: [] for place in workers}
        single: dict[tuple[str, str], list[float]] = {place: [] for place in workers}
        for worker in workers.values():  # warm up
            worker.passages(["What happened in the parliament?"] * 16)
        for number, questions in enumerate(questions_in(language, rounds, most)):
            # Turned round every time: what comes second finds a machine that is warm, or busy.
            order = list(workers) if number % 2 == 0 else list(workers)[::-1]
            for place in order:
                say(f"{language}: {', '.join(place)} ({number + 1}/{rounds})")
                whole[place].append(workers[place].passages(pieces[place[0]]))
                single[place] += workers[place].questions(questions)
        figures[language] = {
            name: {
                way: summarise(
                    pieces[name], tokens[name], median(whole[name, way]), median(single[name, way])
                )
                for way in WAYS
            }
            for name in MODELS
        }
    for worker in workers.values():
        worker.close()
    return figures


def summarise(
    passages: Sequence[str], tokens: Sequence[int], seconds: float, question: float
) -> dict[str, float]:
    """Speeds from the seconds that all passages took and those that one question took."""
    characters = sum(map(len, passages))
    return {
        "passages": len(passages),
        "characters/passage": characters / len(passages),
        "tokens/passage": mean(tokens),
        "characters/token": characters / sum(tokens),
        "passages/s": len(passages) / seconds,
        "characters/s": characters / seconds,
        "ms/question": question * 1000,
    }


def _folders(model: str | None) -> dict[str, str | None]:
    return {OLD_MODEL: old_model_folder(), "our model": model}


# ---- printing


def report(figures: dict[str, Any]) -> str:
    """Everything as Markdown."""
    speed, loading = figures["speed"], figures["loading"]
    columns = list(speed[LANGUAGES[0]][MODELS[0]][WAYS[0]])
    rows = [
        [f"{language}, {name}, {way}", *(_short(of[name][way][column]) for column in columns)]
        for language, of in speed.items()
        for name in MODELS
        for way in WAYS
    ]
    loaded = [
        [f"{name}, {way}", f"{of['seconds to load']:.2f}", f"{of['MB when loaded']:.0f}"]
        for name, ways in loading.items()
        for way, of in ways.items()
    ]
    return "\n\n".join(
        [
            f"{figures['machine']}; our model {figures['model']}; {figures['seconds']:.0f} s.",
            table(["language, model, way", *columns], rows),
            table(["a fresh process", "seconds to load", "MB when loaded"], loaded),
        ]
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", help="folder of our model (default: the one that the product uses)")
    parser.add_argument("--passages", type=int, default=400, help="how many of each language, at least")
    parser.add_argument("--rounds", type=int, default=3, help="of embedding")
    parser.add_argument("--loads", type=int, default=3, help="fresh processes for each model and way")
    parser.add_argument("--questions", type=int, help="only so many of each language in a round")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    began = time.perf_counter()
    old_model_folder()  # says at once if it is not there
    loading = measure_loading(options.model, options.loads)
    speed = measure_speed(options.model, options.passages, options.rounds, options.questions)
    figures = {
        "machine": machine(),
        "model": options.model or "as shipped",
        "loading": loading,
        "speed": speed,
        "seconds": time.perf_counter() - began,
    }
    print(report(figures))
    write_json(options.json, figures)


if __name__ == "__main__":
    main()
