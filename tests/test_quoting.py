"""When two sentences are said once, and when they are not."""

from __future__ import annotations

import pytest

from index import Article
from qa.quoting import compose
from qa.selection import Sentence, Signs

SIGNS = Signs(*[0.0] * 10)


def sentence(text: str, number: int = 0, language: str = "en", published: str | None = None) -> Sentence:
    article = Article(str(number), "", text, language=language, published=published)
    return Sentence(article, (0, len(text)), None, SIGNS, 0.9 - number / 100, ())


def quotes(*sentences: Sentence) -> int:
    text, citations = compose(sentences, frozenset())
    assert text is not None
    assert len(citations) >= len(text.split("\n\n"))
    return len(text.split("\n\n"))


SAID = "The parliament approved the new budget of Kazakhstan on Monday evening."


def test_the_same_from_two_articles_is_said_once_with_two_citations() -> None:
    text, citations = compose([sentence(SAID), sentence(SAID, 1)], frozenset())
    assert text == f"“{SAID}” [1][2]"
    assert [c.article_id for c in citations] == ["0", "1"]


@pytest.mark.parametrize(
    "other",
    [
        "The parliament approved the new budget of Kazakhstan on 12 May in the evening.",
        "The parliament has not approved the new budget of Kazakhstan on Monday evening.",
        "The parliament approved the budget of Kazakhstan and dismissed three ministers because of fraud.",
        "The president left for Astana.",
    ],
)
def test_what_differs_is_quoted_apart(other: str) -> None:
    assert quotes(sentence(SAID), sentence(other, 1)) == 2


def test_a_french_denial_is_quoted_apart() -> None:
    met = "Emmanuel Macron a rencontré Chavkat Mirzioïev jeudi à Samarcande."
    denied = "Emmanuel Macron n’a pas rencontré Chavkat Mirzioïev jeudi à Samarcande."
    assert quotes(sentence(met, language="fr"), sentence(denied, 1, language="fr")) == 2


def test_what_was_published_weeks_apart_is_quoted_apart() -> None:
    assert quotes(sentence(SAID, published="2024-05-01"), sentence(SAID, 1, published="2025-05-01")) == 2
    assert quotes(sentence(SAID, published="2024-05-01"), sentence(SAID, 1, published="2024-05-02")) == 1


def test_nothing_probable_is_no_answer() -> None:
    assert compose([], frozenset()) == (None, ())
    assert compose([sentence(SAID)], frozenset(), threshold=0.95) == (None, ())
