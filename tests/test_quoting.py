"""When two sentences are said once, and when they are not."""

from __future__ import annotations

import pytest

from index import Article
from qa import Named
from qa.quoting import Composed, compose
from qa.selection import Sentence, Signs, whole_words

SIGNS = Signs(*[0.0] * len(Signs.__slots__))


def sentence(
    text: str,
    number: int = 0,
    language: str = "en",
    published: str | None = None,
    answer: str | None = None,
) -> Sentence:
    article = Article(str(number), "", text, language=language, published=published)
    span = None if answer is None else (text.index(answer), text.index(answer) + len(answer))
    return Sentence(article, (0, len(text)), None, SIGNS, 0.9 - number / 100, (), span)


def quotes(*sentences: Sentence) -> int:
    answer = compose(sentences, frozenset())
    assert answer.text is not None
    assert len(answer.citations) >= len(answer.text.split("\n\n"))
    return len(answer.text.split("\n\n"))


SAID = "The parliament approved the new budget of Kazakhstan on Monday evening."


def test_the_same_from_two_articles_is_said_once_with_two_citations() -> None:
    answer = compose([sentence(SAID), sentence(SAID, 1)], frozenset())
    assert answer.text == f"“{SAID}” [1][2] (2 articles, 1 text)"
    assert [c.copy_of for c in answer.citations] == [None, 1]
    assert [c.article_id for c in answer.citations] == ["0", "1"]


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


def test_no_sentence_is_no_answer() -> None:
    assert compose([], frozenset()) == Composed()


class TestTheLeadLine:
    def test_names_what_answers_once_for_all_spellings(self) -> None:
        answer = compose(
            [
                sentence("On Friday Ilja Noven met the envoy.", 0, answer="Ilja Noven"),
                sentence("В пятницу посла принял Илья Новен.", 1, "ru", answer="Илья Новен"),
                sentence("The envoy also met Maud Pereira.", 2, answer="Maud Pereira"),
            ],
            frozenset(),
        )
        assert answer.lead == (Named("Ilja Noven", (1, 2)), Named("Maud Pereira", (3,)))
        assert answer.text is not None
        assert answer.text.startswith("Ilja Noven [1][2], Maud Pereira [3]\n\n“On Friday")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("President Macron", "President Tokayev"),
            ("5 November", "7 November"),
            ("Barack Obama", "Michelle Obama"),
            ("Anna and Boris", "Boris"),
            ("a bridge", "a tunnel"),
        ],
    )
    def test_does_not_take_what_shares_a_word_for_the_same(self, one: str, other: str) -> None:
        said = [
            sentence(f"Then came {one}.", answer=one),
            sentence(f"It was {other} again.", 1, answer=other),
        ]
        assert [named.text for named in compose(said, frozenset()).lead] == [one, other]

    def test_is_left_out_when_nothing_is_marked(self) -> None:
        answer = compose([sentence(SAID)], frozenset())
        assert answer.lead == ()
        assert answer.text == f"“{SAID}” [1]"

    def test_is_one_line_and_holds_no_more_than_four(self) -> None:
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        said = [sentence(f"The {n} bridge closes\non {day}.", n, answer=day) for n, day in enumerate(days)]
        answer = compose(said, frozenset())
        assert [named.text for named in answer.lead] == days[:4]
        broken = compose([sentence("They met in New\nYork.", answer="New\nYork")], frozenset())
        assert broken.lead == (Named("New York", (1,)),)


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("It met Mirziyoyev's team.", "met Mirz", "met Mirziyoyev"),
        ("It costs (about) $35 billion.", " $35 billion.", "$35 billion"),
        ("Down 12%, they said", "12%,", "12%"),
        ("Elle a dit (hier) non", "(hier", "(hier)"),
        ("She said “the harbour”.", "the harbour", "“the harbour”"),
        ("Ilja Noven) left", "Ilja Noven)", "Ilja Noven"),
        ("- Ilja left", "- Ilja", "Ilja"),
        ("Он живои\u0306.", "живои", "живои\u0306"),  # the letter and its breve apart
        ("100 $ or $", "100 $", "100"),
        ('"', '"', ""),
        ("...", "...", ""),
    ],
)
def test_marked_words_are_whole(text: str, marked: str, expected: str) -> None:
    start = text.index(marked)
    assert text[slice(*whole_words(text, (start, start + len(marked))))] == expected
