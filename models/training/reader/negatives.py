"""Passages that look as if they answered and do not: what our own search finds for a question beside its paragraph.

They name the right people and places, so the reader has to read.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import ArticleIndex
from index.names import query_keys
from models.training.reader.examples import Example

Mined = dict[tuple[str, str], list[str]]
"""By question and the text that it was asked on."""

FOUND = 8
"""Passages that are looked at for a question."""
KEPT = 4
"""Of them at most, best first."""
_POOLS = {
    "squad11_dev_minus_xquad_en": "wiki",
    "piaf_fr": "wiki",
    "tydiqa_train_en": "wiki",
    "afriqa_en": "wiki",
    "afriqa_fr": "wiki",
    "news": "news",
}
"""Among which texts passages are looked for."""
_MINED = ("squad11_dev_minus_xquad_en", "piaf_fr", "news")
"""For whose questions: of the sets those that have many paragraphs on one matter."""


def mined(examples: Sequence[Example], file: Path) -> Mined:
    """For each question on its text the best passages of other paragraphs that do not hold the answer's words; kept in
    `file`.

    For a question that is held out they are of articles held out, and for the others of the others.
    Some twelve minutes the first time.
    """
    if not file.exists():
        rows = (
            row
            for pool in ("wiki", "news")
            for row in _mine([e for e in examples if e.answers and _POOLS.get(e.source) == pool])
        )
        part = file.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        part.replace(file)
    with file.open(encoding="utf-8") as lines:
        return {(question, text): passages for question, text, passages in map(json.loads, lines)}


def names_something(question: str) -> bool:
    """Whether a question can be understood without its article, as far as one can tell: "who won?" cannot."""
    return any(name.start > 0 and name.text[0].isupper() for name in query_keys(question))


def _mine(examples: Sequence[Example]) -> Iterator[tuple[str, str, list[str]]]:
    paragraphs = {e.text: e for e in examples}
    numbers = {text: str(number) for number, text in enumerate(paragraphs)}
    held_out = {numbers[text]: e.held_out for text, e in paragraphs.items()}
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "paragraphs.jsonl"
        with written.open("w", encoding="utf-8") as out:
            for text, number in numbers.items():
                example = paragraphs[text]
                row = {"id": number, "title": example.title, "text": text, "lang": example.text_language}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        index = ArticleIndex.create(Path(folder) / "index")
        print(f"{index.add([written]).passages:,} passages to mine", flush=True)
        asking = [
            e for e in examples if e.source in _MINED and (e.source != "news" or names_something(e.question))
        ]
        for at, example in enumerate(asking):
            if at % 1000 == 0:
                print(f"mined for {at:,} of {len(asking):,} questions", flush=True)
            answers = {example.text[start:end].casefold() for start, end in example.answers}
            own = numbers[example.text]
            passages = [
                hit.passage.text
                for hit in index.search(example.question, FOUND)
                if hit.article.id != own
                and held_out[hit.article.id] == example.held_out
                and not any(answer in hit.passage.text.casefold() for answer in answers)
            ]
            yield example.question, example.text, passages[:KEPT]
        index.close()
