"""Passages that look as if they answered and do not: what our own search finds for a question beside its paragraph.

They name the right people and places, so the reader has to read.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import ArticleIndex
from models.training.reader.examples import Example

Mined = dict[tuple[str, str], list[str]]
"""By question and the text that it was asked on."""

FOUND = 8
"""Passages that are looked at for a question."""
KEPT = 4
"""Of them at most, best first."""
_MINED = ("squad11_dev_minus_xquad_en", "piaf_fr")
"""The sets for whose questions passages are looked for, among the paragraphs of all: those that have many paragraphs
on one matter."""


def mined(examples: Sequence[Example], file: Path) -> Mined:
    """For each question on its text the best passages of other paragraphs that do not hold the answer's words; kept in
    `file`.

    For a question that is held out they are of articles held out, and for the others of the others.
    Some ten minutes the first time.
    """
    if not file.exists():
        rows = _mine([e for e in examples if e.answers and e.source not in ("news", "qamr_dev_en")])
        part = file.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        part.replace(file)
    with file.open(encoding="utf-8") as lines:
        return {(question, text): passages for question, text, passages in map(json.loads, lines)}


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
        asking = [example for example in examples if example.source in _MINED]
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
