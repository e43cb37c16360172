"""Fit the weights of search (`index.search.FITTED`) and of sentence choice (`qa.selection.FITTED`).

Data: openly licensed question-answering sets in SQuAD format (SQuAD 1.1 development questions that are not in XQuAD,
PIAF), none of which is part of any test. Every paragraph becomes an article of a throw-away index; each question is
searched for, and logistic regression learns from which evidence one can tell the passage, and then the sentence, that
holds the answer. Every fourth question is asked with its article removed from the results, so that the model also sees
what nothing looks like; half of the French ones that name somebody with all other words made unreadable, as they are to
passages in another language. Prints the weights to be copied into the code, and figures on articles held out.

    python -m benchmarks.fit --data ../shared/data/qa --questions 1500
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from index import ArticleIndex, Hit
from index import search as searching
from index.names import query_keys
from qa import selection
from qa.question import understand
from qa.selection import FITTED, rank_sentences

FILES = {"en": "squad11_dev_minus_xquad_en.json.xz", "fr": "piaf_fr.json.xz"}


@dataclass(frozen=True)
class Item:
    question: str
    article_id: str
    group: str
    answer: tuple[int, int]


def read(folder: Path, language: str) -> tuple[list[dict[str, str]], list[Item]]:
    """Paragraphs as articles, and the questions on them."""
    articles, items = [], []
    with lzma.open(folder / FILES[language], "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    for number, entry in enumerate(data):
        for place, paragraph in enumerate(entry["paragraphs"]):
            article_id = f"{language}-{number}-{place}"
            articles.append(
                {
                    "id": article_id,
                    "title": "",
                    "text": paragraph["context"],
                    "lang": language,
                    "date": "2020-01-01",
                }
            )
            for question in paragraph["qas"]:
                if question["answers"]:
                    first = question["answers"][0]
                    start = first["answer_start"]
                    span = (start, start + len(first["text"]))
                    items.append(Item(question["question"], article_id, f"{language}-{number}", span))
    return articles, items


def fit(rows: np.ndarray, labels: np.ndarray, groups: np.ndarray, decay: float = 1e-4) -> np.ndarray:
    """Weights, and bias last.

    First what ranks best: the log-likelihood of the right row among the rows of its question (a conditional logit, or
    ListNet's top one: Cao et al. 2007). Then a scale and a bias that make the sum the log-odds of being right.
    """
    x, y = torch.tensor(rows, dtype=torch.float64), torch.tensor(labels, dtype=torch.float64)
    places = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    answered = [place for place in places if labels[place].any()]
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)

    def ranking() -> torch.Tensor:
        loss = decay * (weights**2).sum()
        for place in answered:
            scores = x[place] @ weights
            right = scores[y[place] > 0]
            loss = loss + (torch.logsumexp(scores, 0) - torch.logsumexp(right, 0)) / len(answered)
        return loss

    minimise(ranking, weights)
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    sums = (x @ weights).detach()

    def calibration() -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(sums * line[0] + line[1], y)

    minimise(calibration, line)
    scale, bias = line.detach().numpy()
    return np.append(weights.detach().numpy() * scale, bias)


def minimise(loss: Callable[[], torch.Tensor], weights: torch.Tensor) -> None:
    """Bring the weights to where the loss is least."""
    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(closure)


def holds(hit: Hit, item: Item) -> bool:
    """Whether the passage holds the answer."""
    same = hit.passage.article_id == item.article_id
    return same and hit.passage.start <= item.answer[0] and item.answer[1] <= hit.passage.end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=1500, help="per language")
    parser.add_argument("--index", type=Path, help="keep the index here")
    options = parser.parse_args()
    random.seed(0)
    folder = options.index or Path(tempfile.mkdtemp())
    index = ArticleIndex.create(folder / "index")
    items: list[Item] = []
    dump = folder / "articles.jsonl"
    with dump.open("w", encoding="utf-8") as file:
        for language in FILES:
            articles, questions = read(options.data, language)
            file.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
            items += random.sample(questions, min(options.questions, len(questions)))
    random.shuffle(items)
    print(f"{index.add([dump]).passages} passages embedded")

    captured: list[searching.Evidence] = []
    searching_weights = searching.FITTED
    rows, labels, held_out, groups = [], [], [], []
    for number, item in enumerate(items):
        captured = searching.evidence(index._derived, item.question, index.load_embedder())
        asked_language = item.article_id[:2]
        removed = number % 4 == 3
        stored = index.store.passages(e.pid for e in captured)
        for e in captured:
            where = stored[e.pid]
            if where.article.language != asked_language:
                continue
            hit = Hit(where.passage, where.article, 0.0, e.why)
            if removed and hit.passage.article_id == item.article_id:
                continue
            rows.append([e.standing * e.trust, e.why.words, e.why.names])
            labels.append(holds(hit, item))
            groups.append(number)
            held_out.append(hash_group(item.group))
    x, y, test, group = np.array(rows), np.array(labels, float), np.array(held_out), np.array(groups)
    print(f"passages: {len(x)} candidates, {y.sum():.0f} right, {len(set(group[test]))} questions held out")
    fitted = fit(x[~test], y[~test], group[~test])
    print("search.Weights(cosine, words, names, bias) =", np.round(fitted, 2).tolist())
    current = np.array(
        [
            searching_weights.cosine,
            searching_weights.words,
            searching_weights.names,
            searching_weights.bias,
        ]
    )
    for name, w in (("current", current), ("fitted", fitted)):
        for language in FILES:
            mine = test & np.array([items[g].article_id[:2] == language and g % 4 != 3 for g in group])
            print(
                f"  {name} {language}: right passage first {first(x[mine] @ w[:-1], y[mine], group[mine]):.3f}"
            )

    rows, labels, held_out, groups = [], [], [], []
    for number, item in enumerate(items):
        understood = understand(item.question)
        as_foreign = looks_foreign(item, number)
        if as_foreign:
            understood = replace(understood, search_text=untranslated(item.question))
        with asked_in("xx" if as_foreign else None):
            hits = searching.search(index._derived, understood.search_text, 12, index.load_embedder())
        removed = number % 4 == 3
        if removed:
            hits = [hit for hit in hits if hit.passage.article_id != item.article_id]
        with asked_in("xx" if as_foreign else None):
            ranked = rank_sentences(index, understood, hits)
        for sentence in ranked:
            low, high = sentence.span
            right = sentence.article.id == item.article_id and low <= item.answer[0] < high
            rows.append(sentence.signs.as_list())
            labels.append(right)
            groups.append(number)
            held_out.append(hash_group(item.group))
    x, y, test, group = np.array(rows), np.array(labels, float), np.array(held_out), np.array(groups)
    fitted = fit(x[~test], y[~test], group[~test])
    print(f"sentences: {len(x)}, {y.sum():.0f} right")
    print("selection.Weights: signs, bias =", np.round(fitted, 2).tolist())
    current = np.array([*FITTED.signs.as_list(), FITTED.bias])
    for name, w in (("current", current), ("fitted", fitted)):
        for language in FILES:
            mine = test & np.array([items[g].article_id[:2] == language and g % 4 != 3 for g in group])
            print(
                f"  {name} {language}: right sentence first {first(x[mine] @ w[:-1], y[mine], group[mine]):.3f}"
            )
        probability = 1 / (1 + np.exp(-(x @ w[:-1] + w[-1])))
        best = {g: probability[group == g].max() for g in sorted(set(group[test].tolist()))}
        for threshold in (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3):
            shares = []
            for unreadable in (False, True):
                mine = {g: p for g, p in best.items() if looks_foreign(items[g], g) == unreadable}
                shares.append(np.mean([p >= threshold for g, p in mine.items() if g % 4 != 3]))
                shares.append(np.mean([p < threshold for g, p in mine.items() if g % 4 == 3]))
            print(
                f"    threshold {threshold}: answered {shares[0]:.3f}, refused {shares[1]:.3f}; "
                f"as if in another language: answered {shares[2]:.3f}, refused {shares[3]:.3f}"
            )


def looks_foreign(item: Item, number: int) -> bool:
    """Whether this question is asked as it looks to passages in another language."""
    return item.article_id.startswith("fr") and number // 4 % 2 == 0 and bool(names_in(item.question))


def names_in(question: str) -> set[str]:
    """Words with a capital inside the question."""
    return {name.text for name in query_keys(question) if name.start > 0 and name.text[0].isupper()}


def untranslated(question: str) -> str:
    """The question as it looks to passages in another language: its names stand, its other words mean nothing."""
    names = names_in(question)
    return " ".join(word if word in names else word[::-1] for word in re.findall(r"\w+", question))


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


def hash_group(group: str) -> bool:
    """A third of the articles is held out, the same ones at every run."""
    return sum(group.encode()) % 3 == 0


def first(scores: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float:
    """Share of the questions whose best-scored row is right."""
    best: dict[int, tuple[float, bool]] = {}
    for score, label, group in zip(scores.tolist(), labels.tolist(), groups.tolist(), strict=True):
        if group not in best or score > best[group][0]:
            best[group] = score, bool(label)
    return float(np.mean([right for _, right in best.values()]))


if __name__ == "__main__":
    main()
