"""Questions rewritten as they would look if they were asked in another language, for fitting across languages.

None of the question-answering sets is parallel: nobody wrote their questions in one language and their paragraphs in
another. But a question is short, and all that search and sentence choice see of it is its words, its names and its
vector; so the question is rewritten and the paragraph left as it is. A rewriting is any function from a question and
its language to a text and a language; two are here. A better one (a translation model, people) is written to a file
and read by `from_file`.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.function_words import FUNCTION_WORDS
from index.names import query_keys
from index.terms import terms


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question as if asked in another language."""

    text: str
    language: str
    """ISO 639-1; it is taken for this language whatever it looks like."""


Rewrite = Callable[[str, str], Rewritten | None]
"""From a question and its language; None where it cannot be rewritten."""


def from_file(file: Path) -> list[Rewrite]:
    """Questions that somebody or something has translated: a rewriting for each language that there is.

    Args:
        file: One JSON object a line: "question" (as in the set), "text" (its translation), "language" (of the text).
    """
    by_language: dict[str, dict[str, Rewritten]] = {}
    with file.open(encoding="utf-8") as lines:
        for row in (json.loads(line) for line in lines if line.strip()):
            known = by_language.setdefault(row["language"], {})
            known[row["question"]] = Rewritten(row["text"], row["language"])
    return [_looked_up(by_language[language]) for language in sorted(by_language)]


def _looked_up(known: dict[str, Rewritten]) -> Rewrite:
    return lambda question, _: known.get(question)


def by_dictionary(file: Path, targets: tuple[str, ...], seed: int = 0) -> Rewrite:
    """English questions word by word in one of the target languages, drawn by chance for each question.

    Not a translation: no grammar, the sense of each word that the dictionary gives first, names as they are. It bridges
    less than a question that a person asks, so what is fitted on it trusts vectors across languages too little.

    Args:
        file: Tab-separated lines, packed by xz: language, English, other, where it is from.
        targets: Languages to rewrite in.
        seed: Of the choice of languages.
    """
    by_word: dict[str, dict[str, str]] = {target: {} for target in targets}
    by_stem: dict[str, dict[str, str]] = {target: {} for target in targets}
    with lzma.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            language, english, other, _ = line.rstrip("\n").split("\t")
            english = english.removeprefix("to ")
            stems = terms(english, "en")
            # What has a capital is a name ("WHO") and would be taken for the word.
            if language in by_word and english.islower() and len(stems) == 1 and len(other.split()) == 1:
                by_word[language].setdefault(english, other)
                by_stem[language].setdefault(stems[0], other)

    def rewrite(question: str, language: str) -> Rewritten | None:
        if language != "en":
            return None
        chance = random.Random(f"{seed} {question}")
        target = chance.choice(targets)
        names, words, replaced = names_in(question), [], 0
        for word in re.findall(r"[^\W_]+", question):
            stem = next(iter(terms(word, "en")), "")
            found = by_word[target].get(word.lower()) or by_stem[target].get(stem)
            if found and word not in names:
                words.append(found)
                replaced += 1
            elif word in names or word.lower() not in FUNCTION_WORDS["en"]:
                words.append(word)
        return Rewritten(" ".join(words), target) if replaced else None

    return rewrite


def names_in(question: str) -> set[str]:
    """Words with a capital inside the question."""
    return {name.text for name in query_keys(question) if name.start > 0 and name.text[0].isupper()}
