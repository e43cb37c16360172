"""What a question takes over from the ones before it."""

from __future__ import annotations

import pytest

from qa.question import understand


@pytest.mark.parametrize(
    ("history", "question", "carried"),
    [
        (["When did Macron visit Samarkand?"], "And whom did he meet there?", {"Macron", "Samarkand"}),
        (["when did macron visit samarkand?"], "and whom did he meet there?", {"macron", "samarkand"}),
        (["Où Gukesh a-t-il battu Ding Liren ?"], "Et quand ?", {"Gukesh", "Ding", "Liren"}),
        (["Кто получил премию вместе с Хинтоном?"], "А где он работает?", {"Хинтоном"}),
        (["Makron Samarqandda kim bilan uchrashdi?"], "Va qachon?", {"Makron"}),
        (["Who is Sergio Gor?", "Who came with him?"], "When did they arrive?", {"Sergio", "Gor"}),
    ],
)
def test_a_question_that_leans_on_another_takes_over_its_names(
    history: list[str], question: str, carried: set[str]
) -> None:
    understood = understand(question, history)
    assert carried <= set(understood.carried)
    assert understood.search_text == " ".join([question, *understood.carried])
    assert understood.text == question


@pytest.mark.parametrize(
    ("history", "question"),
    [
        (["When did Macron visit Samarkand?"], "Who won the Nobel Prize in Literature in 2024?"),
        (["When did Macron visit Samarkand?"], "Wann wurden die deutschen Atomkraftwerke abgeschaltet?"),
        ([], "And whom did he meet there?"),
        (["Qui a rencontré Mirzioïev ?"], "Qui a gagné la Coupe du monde en 2022 ?"),
        (["Who is Tokayev?"], "¿Quién ganó el Nobel de Literatura en 2024?"),
        (["Who met Mirziyoyev?"], "How many countries are there in the Euro area?"),
        (["Who met Mirziyoyev?"], "Who won the Nobel Prize in Physics this year?"),
    ],
)
def test_a_new_subject_takes_over_nothing(history: list[str], question: str) -> None:
    assert understand(question, history).carried == ()
    assert understand(question, history).search_text == question


def test_a_name_is_not_taken_over_twice() -> None:
    understood = understand("And when did Macron leave?", ["Did Macron meet Tokayev?"])
    assert "Macron" not in understood.carried
    assert "Tokayev" in understood.carried


def test_white_space_is_folded() -> None:
    assert understand("  who \n met\tMirziyoyev? ").search_text == "who met Mirziyoyev?"
