"""The sample articles and the gold questions on them: what a newcomer meets, and the floors that quality must keep."""

from __future__ import annotations

from collections import Counter

import pytest

from index import ArticleIndex
from index.names import find_names
from qa import ask
from qa.evaluation import Report, evaluate, load_gold
from tests.conftest import ARTICLES, GOLD

FLOORS = {
    "recall@1": 0.48,
    "recall@5": 0.78,
    "recall@10": 0.85,
    "success@5": 0.86,
    "mrr": 0.70,
    "ndcg@10": 0.70,
    "citation_precision": 0.38,
    "citation_first": 0.42,
    "citation_support": 1.0,
    "answered": 0.70,
    "answer_contains": 0.47,
    "answer_f1": 0.33,
    "abstention_recall": 0.60,
}

MIRZIYOYEV = [
    "who met Mirziyoyev?",
    "Qui a rencontré Mirzioïev ?",
    "Кто встретился с Мирзиёевым?",
    "Mirziyoyev bilan kim uchrashdi?",
]


@pytest.fixture(scope="module")
def report(samples: ArticleIndex) -> Report:
    return evaluate(samples, [row for path in GOLD for row in load_gold(path)])


class TestTheNewsroom:
    def test_is_large_and_in_many_languages(self, samples: ArticleIndex) -> None:
        languages = Counter(article.language for article in samples.articles())
        assert languages.total() >= 24
        assert {"fr", "en", "ru", "uz"} <= set(languages)
        assert len(languages) >= 5

    def test_every_article_has_its_front_matter_and_length(self, samples: ArticleIndex) -> None:
        assert len(list(ARTICLES.iterdir())) == len(samples.articles())
        for article in samples.articles():
            assert article.title, article.id
            assert article.source, article.id
            assert article.published, article.id
            assert article.published in article.id
            assert article.url is None or article.url.startswith("https://example.org/")
            assert 120 <= len(article.text.split()) <= 350, article.id
            assert "---" not in article.text[:10]


class TestTheGoldQuestions:
    def test_are_many_and_mixed(self) -> None:
        gold = [row for path in GOLD for row in load_gold(path)]
        assert len(gold) >= 200
        assert len({row.id for row in gold}) == len(gold)
        assert len({row.language for row in gold}) >= 4
        assert sum(not row.evidence for row in gold) >= len(gold) / 5
        assert sum(bool(row.history) for row in gold) >= len(gold) / 5
        assert sum("spelling" in row.tags for row in gold) >= len(gold) / 4
        asked_of_the_same = sum(not row.evidence and "same-people" in row.tags for row in gold)
        assert asked_of_the_same >= 10


@pytest.mark.parametrize("question", MIRZIYOYEV)
def test_a_name_is_found_in_every_spelling_and_script(samples: ArticleIndex, question: str) -> None:
    naming = {
        (article.id, passage.start): article
        for article in samples.articles()
        for passage in samples.passages_of(article.id)
        if any("mrsv" in name.keys for name in find_names(passage.text))
    }
    spellings = {"Mirziyoyev", "Mirzioïev", "Мирзиёев", "Mirsijojew"}
    assert all(any(s in article.text for article in naming.values()) for s in spellings)
    hits = samples.search(question, len(naming) + 10)
    found = {(hit.passage.article_id, hit.passage.start) for hit in hits}
    assert set(naming) <= found
    # And not only far down: the first ten speak of him, in at least three languages.
    first = [naming.get((hit.passage.article_id, hit.passage.start)) for hit in hits[:10]]
    assert sum(article is not None for article in first) >= 8
    assert len({article.language for article in first if article}) >= 3


@pytest.mark.parametrize("question", MIRZIYOYEV)
def test_the_first_question_is_answered_with_quotes(samples: ArticleIndex, question: str) -> None:
    answer = ask(samples, question)
    assert answer.text is not None
    assert answer.citations
    for citation in answer.citations:
        article = samples.article(citation.article_id)
        assert article is not None
        assert citation.quote == article.text[citation.start : citation.end]
        assert f"[{citation.number}]" in answer.text


@pytest.mark.parametrize(
    "question",
    ["who met Mirziyoyev?", "When did Chandrayaan-3 land on the Moon?", "Qui a rencontré Mirzioïev ?"],
)
def test_words_and_names_answer_while_the_models_are_loading(
    samples: ArticleIndex, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.reader._loaded", {})
    fresh = ArticleIndex(samples.folder)
    answer = ask(fresh, question, wait_for_model=False)
    assert not fresh.embedder_ready
    assert answer.text is not None
    fresh.close()


def test_quality_keeps_its_floors(report: Report) -> None:
    low = {
        name: report.overall[name] for name, floor in FLOORS.items() if (report.overall[name] or 0) < floor
    }
    assert not low


def test_every_question_is_counted(report: Report) -> None:
    assert report.questions == len(report.judged) == sum(len(load_gold(path)) for path in GOLD)
