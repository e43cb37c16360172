"""Evaluate answers against gold questions: retrieval, citations, answers, abstention.

A gold row says a question, the sentences of the articles that answer it, and short answers. Every question counts in
every mean that concerns it, also one that found nothing. Usable from the command line (``python -m qa evaluate``) and
from a test:

    gold = load_gold(Path("gold.jsonl"))
    report = evaluate(index, gold)
    assert report.overall["recall@5"] >= 0.9
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index import ArticleIndex, ArticlesError
from qa import measures
from qa.answering import as_exchange, ask
from qa.language_model import ChatModel
from qa.types import Answer, Exchange
from qa.verification import check_quotes

RETRIEVAL = ("recall@1", "recall@5", "recall@10", "success@1", "success@5", "mrr", "ndcg@10")
MEASURES = (
    *RETRIEVAL,
    "citation_precision",
    "citation_recall",
    "citation_first",
    "citation_support",
    "answered",
    "answer_contains",
    "answer_f1",
    "abstention_precision",
    "abstention_recall",
)
"""Everything that a report holds, as far as its questions allow."""


class BadGold(ArticlesError):
    """A gold row that cannot be used."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that answers a gold question."""

    article_id: str
    quote: str
    """Exactly as it stands in the article."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer stands on."""

    id: str
    question: str
    history: tuple[str, ...] = ()
    language: str = "und"
    evidence: tuple[Evidence, ...] = ()
    """Empty: the articles do not say."""
    answers: tuple[str, ...] = ()
    """Short answers, any of which is right."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One gold question with its answer and what each measure says of it (0 to 1)."""

    gold: GoldQuestion
    answer: Answer
    scores: dict[str, float]
    pairs: dict[str, dict[str, float]]
    """Retrieval by pair "en-fr": language of the question, language of the evidence."""


@dataclass
class Report:
    """Means over all questions; a measure that concerns no question is None."""

    overall: dict[str, float | None]
    pairs: dict[str, dict[str, float | None]]
    tags: dict[str, dict[str, float | None]]
    questions: int
    judged: list[Judged] = field(default_factory=list)


def load_gold(path: Path) -> list[GoldQuestion]:
    """Read gold questions, one JSON object a line.

    Raises:
        BadGold: A line is not JSON, lacks a field, or repeats an id; names the line.
    """
    rows: list[GoldQuestion] = []
    seen: set[str] = set()
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(
            f"{path} cannot be read ({error}): give a UTF-8 file, one JSON object a line"
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = json.loads(line)
            gold = GoldQuestion(
                id=str(row["id"]),
                question=str(row["question"]),
                history=tuple(row.get("history") or ()),
                language=row.get("language") or "und",
                evidence=tuple(Evidence(item["article_id"], item["quote"]) for item in row["evidence"]),
                answers=tuple(row.get("answers") or ()),
                tags=tuple(row.get("tags") or ()),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadGold(
                f"{path}:{number}: not a gold question ({error}): write an object with id, question, evidence "
                f"[{{article_id, quote}}] and answers"
            ) from error
        if gold.id in seen:
            raise BadGold(f"{path}:{number}: the id {gold.id!r} is used twice: give each question its own")
        seen.add(gold.id)
        rows.append(gold)
    return rows


def evaluate(
    index: ArticleIndex,
    gold: Sequence[GoldQuestion],
    *,
    k: int = 10,
    llm: str | ChatModel | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every gold question, in its conversation, and measure the answers.

    Args:
        index: The articles that the gold questions are about.
        gold: From `load_gold`.
        k: How many passages each question asks for, at least 10 for ``recall@10``.
        llm: As for `qa.ask`.
        progress: Told how many questions are done, of how many.
    Raises:
        BadGold: Evidence that does not stand in its article.
    """
    judged: list[Judged] = []
    for row in gold:
        history: list[Exchange] = []
        for earlier in row.history:
            history.append(as_exchange(ask(index, earlier, history=history, k=k)))
        answer = ask(index, row.question, history=history, k=k, llm=llm)
        judged.append(judge(index, row, answer))
        if progress is not None:
            progress(len(judged), len(gold))
    return summarise(judged)


def judge(index: ArticleIndex, gold: GoldQuestion, answer: Answer) -> Judged:
    """What each measure says of one answer.

    Raises:
        BadGold: Evidence that does not stand in its article.
    """
    spans = [_locate(index, gold, item) for item in gold.evidence]
    scores: dict[str, float] = {}
    if answer.text is not None:
        scores["citation_support"] = support(index, answer)
    pairs: dict[str, dict[str, float]] = {}
    if not spans:
        scores["abstention_recall"] = float(answer.text is None)
        if answer.text is None:
            scores["abstention_precision"] = 1.0
        return Judged(gold, answer, scores, pairs)

    found = [_held(spans, hit.passage.article_id, hit.passage.start, hit.passage.end) for hit in answer.hits]
    scores |= _retrieval(found, len(spans))
    for language in sorted({span[0] for span in spans}):
        wanted = frozenset(number for number, span in enumerate(spans) if span[0] == language)
        pairs[f"{gold.language}-{language}"] = _retrieval([items & wanted for items in found], len(wanted))
    cited = [_held(spans, c.article_id, c.start, c.end) for c in answer.citations]
    scores["citation_precision"] = sum(map(bool, cited)) / len(cited) if cited else 0.0
    scores["citation_recall"] = len(frozenset().union(*cited)) / len(spans)
    scores["citation_first"] = float(bool(cited and cited[0]))
    scores["answered"] = float(answer.text is not None)
    if answer.text is None:
        scores["abstention_precision"] = 0.0
    if gold.answers:
        scores["answer_contains"] = measures.contains(answer.text or "", gold.answers)
        scores["answer_f1"] = measures.token_f1(_put_forward(answer), gold.answers)
    return Judged(gold, answer, scores, pairs)


def support(index: ArticleIndex, answer: Answer) -> float:
    """Share of the citations of an answer that stand in their article and support their sentence (the citation
    precision of Gao et al. 2023, ALCE), in [0, 1]; 0 for an answer without any.

    Quotes are compared with the articles again here; what the sentences of a language model came to when they were
    verified is believed, and "partly" does not count.
    """
    shown = [sentence for sentence in answer.sentences if sentence.verdict != "not"]
    citations, sentences = check_quotes(
        index.article, answer.citations, shown if answer.written_by == "quotes" else ()
    )
    wrong = {number for s in sentences if s.verdict == "not" for number in s.citations}
    said = {c.number for c in answer.citations if c.verdict != "supported"}
    good = sum(c.verdict == "supported" and c.number not in wrong | said for c in citations)
    return good / len(citations) if citations else 0.0


def summarise(judged: Sequence[Judged]) -> Report:
    """Means over questions, overall, by language pair and by tag."""
    pairs = sorted({pair for item in judged for pair in item.pairs})
    tags = sorted({tag for item in judged for tag in item.gold.tags})
    return Report(
        overall=_means(item.scores for item in judged),
        pairs={
            pair: _means(item.pairs[pair] for item in judged if pair in item.pairs)
            | {"questions": float(sum(pair in item.pairs for item in judged))}
            for pair in pairs
        },
        tags={tag: _means(item.scores for item in judged if tag in item.gold.tags) for tag in tags},
        questions=len(judged),
        judged=list(judged),
    )


def as_row(item: Judged) -> dict[str, Any]:
    """One question as a JSON object, for looking at failures."""
    return {
        "id": item.gold.id,
        "question": item.gold.question,
        "understood": item.answer.understood,
        "scores": {name: round(value, 4) for name, value in item.scores.items()},
        "confidence": round(item.answer.confidence, 4),
        "answer": item.answer.text,
        "sentences": [{"text": s.text, "verdict": s.verdict} for s in item.answer.sentences],
        "wanted": [asdict(evidence) for evidence in item.gold.evidence],
        "cited": [{"article_id": c.article_id, "quote": c.quote} for c in item.answer.citations],
        "passages": [
            {"article_id": h.passage.article_id, "start": h.passage.start, "score": round(h.score, 4)}
            for h in item.answer.hits
        ],
    }


def _retrieval(found: Sequence[frozenset[int]], wanted: int) -> dict[str, float]:
    values = [measures.recall(found, wanted, k) for k in (1, 5, 10)]
    values += [measures.success(found, k) for k in (1, 5)]
    values += [measures.reciprocal_rank(found), measures.ndcg(found, wanted, 10)]
    return dict(zip(RETRIEVAL, values, strict=True))


def _locate(index: ArticleIndex, gold: GoldQuestion, evidence: Evidence) -> tuple[str, str, int, int]:
    """Language and span of the evidence."""
    article = index.article(evidence.article_id)
    if article is None:
        raise BadGold(
            f"gold question {gold.id}: there is no article {evidence.article_id!r} in the index: add it"
        )
    start = article.text.find(evidence.quote)
    if start < 0:
        raise BadGold(
            f"gold question {gold.id}: the quote {evidence.quote[:60]!r} does not stand in {evidence.article_id!r}: "
            f"copy it exactly"
        )
    return article.language, article.id, start, start + len(evidence.quote)


def _held(
    spans: Sequence[tuple[str, str, int, int]], article_id: str, start: int, end: int
) -> frozenset[int]:
    """Numbers of the evidence items of which this stretch of that article holds at least half."""
    return frozenset(
        number
        for number, (_, article, low, high) in enumerate(spans)
        if article == article_id and 2 * (min(end, high) - max(start, low)) >= min(high - low, end - start)
    )


def _put_forward(answer: Answer) -> str:
    """What the answer marks as the thing asked for, else its first quote."""
    for citation in answer.citations[:1]:
        if citation.marks:
            low, high = citation.marks[0]
            return citation.quote[low - citation.start : high - citation.start]
        return citation.quote
    return answer.text or ""


def _means(rows: Iterable[dict[str, float]]) -> dict[str, float | None]:
    collected: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            collected.setdefault(name, []).append(value)
    return {name: measures.mean(collected[name]) for name in MEASURES if name in collected}
