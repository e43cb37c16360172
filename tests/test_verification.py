"""Verdicts: statements and what is cited for them, made by hand, and what becomes of a quote that was tampered with."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.verdicts import by_verdict, figures
from index import Article, ArticleIndex
from qa import ask
from qa.evaluation import support
from qa.reader import configured_reader
from qa.verification import Judges, Source, check_quotes, stands, verify

PAIRS = Path(__file__).with_name("verdicts.jsonl")
"""170 statements with passages in six languages, each true or with one fault, written without sight of the code."""
FLOORS = {"precision": 0.57, "recall": 0.76, "faults found": 0.61, "invented quote": 1.0}


def article(text: str, language: str = "en", published: str | None = None) -> Article:
    return Article("x", "", text, language, None, None, published)


def said(statement: str, text: str, **about: Any) -> str:
    of = article(text, **about)
    return verify(statement, [Source(of, (0, len(text)))]).verdict


@cache
def pairs() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


MET = (
    "Ilja Noven met Maud Pereira in Samarkand on Thursday. They signed 12 contracts worth 3 billion dollars."
)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("Ilja Noven met Maud Pereira in Samarkand.", "supported"),
        ("On 6 November 2025 Noven met Pereira in Samarkand.", "supported"),
        ("Noven met Pereira and signed twelve contracts.", "supported"),
        ("Ilja Noven met Zelda Fitzbotham in Samarkand.", "not"),
        ("Ilja Noven met Maud Pereira in Bishkek.", "not"),
        ("On 8 November 2025 Noven met Pereira in Samarkand.", "not"),
        ("Noven met Pereira and signed 14 contracts.", "not"),
        ("Noven met Pereira and signed contracts worth 3 million dollars.", "not"),
        ("Ilja Noven did not meet Maud Pereira in Samarkand.", "not"),
        ("Noven met Pereira in Samarkand, who said “water is a weapon of war”.", "not"),
    ],
)
def test_one_fault_is_enough(statement: str, verdict: str) -> None:
    assert said(statement, MET, published="2025-11-07") == verdict


def test_names_meet_across_scripts_and_dates_across_languages() -> None:
    russian = "6 ноября Илья Новен встретился с Мод Перейрой в Самарканде."
    assert said("Ilja Noven met Maud Pereira in Samarkand on November 6.", russian, language="ru") in (
        "supported",
        "partly",
    )
    assert said("Boris Keller met Maud Pereira in Samarkand on November 6.", russian, language="ru") == "not"
    assert said("Ilja Noven met Maud Pereira in Samarkand on November 7.", russian, language="ru") == "not"


def test_what_stands_only_elsewhere_in_the_article_is_partly_supported() -> None:
    text = f"{MET} Two of the contracts are for Bukhara. The talks lasted 4 hours."
    of = article(text)
    first = Source(of, (0, text.index(" They")))
    assert verify("Ilja Noven met Maud Pereira in Samarkand for 4 hours.", [first]).faults == ("number",)
    assert verify("Ilja Noven met Maud Pereira in Samarkand for 4 hours.", [first]).verdict == "partly"
    assert verify("Ilja Noven met Maud Pereira in Samarkand for 5 hours.", [first]).verdict == "not"


def test_the_day_of_publication_is_not_the_day_of_the_event() -> None:
    text = "Ilja Noven met Maud Pereira in Samarkand."
    assert said("Noven met Pereira on 7 November 2025.", text, published="2025-11-07") == "partly"
    assert said("Noven met Pereira on 5 November 2025.", text, published="2025-11-07") == "not"


def test_nothing_cited_supports_nothing() -> None:
    assert verify("Ilja Noven met Maud Pereira.", []).faults == ("uncited",)


class TestQuotes:
    def test_stand_where_they_are_said_to(self) -> None:
        of = article("Il a dit : « c’est\u00a0fini ».")
        assert stands("« c’est fini »", of, 11, 25)
        assert not stands("« c’est fini »", of, 10, 24)
        assert not stands("« c’est fini »", None, 11, 25)
        assert not stands("", of, 3, 3)

    def test_that_were_tampered_with_are_found(self, samples: ArticleIndex) -> None:
        answer = ask(samples, "When did Chandrayaan-3 land on the Moon?")
        assert support(samples, answer) == 1.0
        first = answer.citations[0]
        for wrong in (
            replace(first, quote=first.quote.replace("3", "4")),
            replace(first, start=first.start + 1),
            replace(first, article_id="nowhere"),
        ):
            tampered = replace(answer, citations=(wrong, *answer.citations[1:]))
            assert support(samples, tampered) < 1.0
            citations, statements = check_quotes(samples.article, tampered.citations, tampered.sentences)
            assert citations[0].verdict == "not"
            assert "not" in {statement.verdict for statement in statements}

    def test_a_lead_that_names_what_no_quote_says_is_found(self, samples: ArticleIndex) -> None:
        answer = ask(samples, "When did Chandrayaan-3 land on the Moon?")
        lead = replace(answer.sentences[0], text="24 August 2024")
        assert support(samples, replace(answer, sentences=(lead, *answer.sentences[1:]))) < 1.0


def test_the_pairs_are_many_and_mixed() -> None:
    assert len(pairs()) >= 150
    assert len({pair["language"] for pair in pairs()}) >= 4
    assert len(Counter(pair["case"] for pair in pairs())) == 8


def test_verdicts_keep_their_floors(samples: ArticleIndex) -> None:
    reader = configured_reader()
    assert reader is not None
    found = figures(pairs(), by_verdict(Judges(samples.similarities, reader.supports)))
    assert not {name: found[name] for name, floor in FLOORS.items() if found[name] < floor}
