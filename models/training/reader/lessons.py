"""How an example is shown: cut to a window, its answer taken away, another passage put in its place, its words put into
other languages. A new draw each time it comes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from models.training.reader.examples import OWN, Example, Span
from models.training.reader.switching import Table

SHARES = {
    "squad11_dev_minus_xquad_en": 0.20,
    "squad20_dev_minus_xquad_en": 0.05,
    "piaf_fr": 0.13,
    "tydiqa_train_en": 0.05,
    "afriqa_en": 0.06,
    "afriqa_fr": 0.02,
    "qamr_dev_en": 0.04,
    "news": 0.23,
    "dossiers": 0.12,
    "dossiers_unanswered": 0.10,
}
"""How often an example of each set comes."""
_OTHER_PASSAGE = 0.17
"""How often a passage that our search found takes the place of the one that answers."""
_ANSWER_CUT = 0.08
"""How often the sentence that answers is taken out."""
_SWITCHED = 0.5
"""How often words are put into another language."""
_TITLED = 0.3
"""How often the title stands before the passage."""
_JOINED = 0.6
"""How often a sentence of QAMR stands among others."""
_SIZES = (260, 420, 600, 700, 700, 850)
"""Characters of a window."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader is shown once."""

    question: str
    text: str
    answer: Span | None
    """Characters of the text; None: it does not answer."""


class Lessons:
    """Draws from the examples that are not held out.

    Args:
        examples: All.
        mined: Passages that do not answer, by question and text.
        tables: For `switching`, by the languages from and to; may be empty.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        mined: Mapping[tuple[str, str], Sequence[str]],
        tables: Mapping[tuple[str, str], Table],
        seed: int,
    ) -> None:
        self._rng = random.Random(seed)
        self._mined, self._tables = mined, tables
        found: dict[str, list[Example]] = defaultdict(list)
        for example in examples:
            if not example.held_out:
                found[example.source].append(example)
        self._rounds = {source: _Round(of_source, self._rng) for source, of_source in found.items()}
        self._sources = [source for source in SHARES if source in self._rounds]
        self._weights = [SHARES[source] for source in self._sources]

    def draw(self) -> Shown:
        """The next one."""
        rng = self._rng
        source = rng.choices(self._sources, self._weights)[0]
        example = self._rounds[source].next()
        others = self._mined.get((example.question, example.text), ())
        if others and example.answers and rng.random() < _OTHER_PASSAGE:
            text = window(rng.choice(others), rng.choice(_SIZES), None, rng)[0]
            question = example.question
            # The question alone: the passage may be in any language.
            if example.source not in OWN and rng.random() < _SWITCHED / 2:
                question = self._put(example.language, self._target(example), question, None)[0]
            return Shown(question, text, None)
        shown = self._cut(example)
        question, text, answer = shown.question, shown.text, shown.answer
        if example.source not in OWN and rng.random() < _SWITCHED:
            question, text, answer = self._switched(example, question, text, answer)
        if example.source not in ("qamr_dev_en", *OWN) and rng.random() < _TITLED:
            title = example.title.replace("_", " ")  # as SQuAD writes them
            if not text.startswith(title[:30]):
                text = f"{title}\n{text}"
                answer = answer and (answer[0] + len(title) + 1, answer[1] + len(title) + 1)
        return Shown(question, text, answer)

    def _cut(self, example: Example) -> Shown:
        rng = self._rng
        if example.source == "qamr_dev_en":
            return self._joined(example)
        size = rng.choice(_SIZES)
        if not example.answers:
            return Shown(example.question, window(example.text, size, None, rng)[0], None)
        if rng.random() < _ANSWER_CUT:
            rest = without_answer(example)
            if rest is not None:
                return Shown(example.question, window(rest, size, None, rng)[0], None)
        text, answer = window(example.text, size, rng.choice(example.answers), rng)
        return Shown(example.question, text, answer)

    def _joined(self, example: Example) -> Shown:
        text, (start, end) = example.text, self._rng.choice(example.answers)
        if self._rng.random() < _JOINED:
            before = [self._rounds[example.source].any().text for _ in range(self._rng.randint(0, 2))]
            after = [self._rounds[example.source].any().text for _ in range(self._rng.randint(0, 2))]
            lead = "".join(sentence + " " for sentence in before if sentence != text)
            text = lead + text + "".join(" " + sentence for sentence in after if sentence != text)
            start, end = start + len(lead), end + len(lead)
        return Shown(example.question, text, (start, end))

    def _switched(
        self, example: Example, question: str, text: str, answer: Span | None
    ) -> tuple[str, str, Span | None]:
        rng = self._rng
        first, second = self._target(example), self._target(example)
        what = rng.random()
        if what < 0.45:  # the question alone
            return self._put(example.language, first, question, None)[0], text, answer
        text, answer = self._put(example.text_language, first, text, answer)
        if what < 0.75:  # the text alone
            return question, text, answer
        if what < 0.88:
            second = first
        return self._put(example.language, second, question, None)[0], text, answer

    def _target(self, example: Example) -> str:
        """A language to put words into; its own where there are no tables."""
        targets = [other for given, other in self._tables if given == example.language]
        return self._rng.choice(targets) if targets else example.language

    def _put(self, given: str, other: str, text: str, answer: Span | None) -> tuple[str, Span | None]:
        if given == other:
            return text, answer
        kept = self._rng.choice((0.0, 0.15, 0.4))
        return self._tables[given, other].switched(text, answer, self._rng, kept)


class _Round:
    """All of a list in a new order again and again."""

    def __init__(self, examples: Sequence[Example], rng: random.Random) -> None:
        self._examples, self._rng = list(examples), rng
        self._at = len(self._examples)

    def next(self) -> Example:
        if self._at == len(self._examples):
            self._rng.shuffle(self._examples)
            self._at = 0
        self._at += 1
        return self._examples[self._at - 1]

    def any(self) -> Example:
        return self._rng.choice(self._examples)


def window(text: str, size: int, answer: Span | None, rng: random.Random) -> tuple[str, Span | None]:
    """Some `size` characters of the text, whole words, with the answer in them if there is one."""
    if len(text) <= size:
        return text, answer
    if answer is None:
        begin = rng.randint(0, len(text) - size)
    else:
        latest = max(0, min(answer[0], len(text) - size))
        begin = rng.randint(min(max(0, answer[1] - size), latest), latest)
    if begin and not text[begin - 1].isspace():
        space = text.find(" ", begin, None if answer is None else answer[0])
        begin = space + 1 if space >= 0 else (begin if answer is None else answer[0])
    end = begin + size if answer is None else max(begin + size, answer[1])
    if end < len(text):
        space = text.rfind(" ", begin if answer is None else answer[1], end)
        end = space if space > begin else end
    return text[begin:end], answer and (answer[0] - begin, answer[1] - begin)


def without_answer(example: Example) -> str | None:
    """The text without the sentences that answer; None where an answer's words stand elsewhere too, or little is
    left."""
    rest = example.text
    for start, end in reversed(sentence_spans(example.text, example.text_language)):
        if any(start < last and first < end for first, last in example.answers):
            rest = f"{rest[:start]}{rest[end:].lstrip()}"
    left = rest.strip().casefold()
    answers = [example.text[first:last].casefold() for first, last in example.answers]
    return None if len(left) < 100 or any(answer in left for answer in answers) else rest.strip()
