"""The reader that is shipped: what it finds in passages of our own, what it does not, and answering without it."""

from __future__ import annotations

import json
import threading
from hashlib import file_digest
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index import ArticleIndex, ModelUnavailable
from index.sentences import sentence_spans
from models import EMBEDDER, READER
from qa import ask
from qa.reader import Reader, Reading, configured_reader
from tests.conftest import write_articles

PASSAGES = {
    "en": "The council of Arden met on Monday. Its head, Ilja Noven, said that the bridge would be closed for nine "
    "months. Traders in the old town asked for money, which the treasurer, Maud Pereira, refused.",
    "fr": "Le conseil d'Ardenne s'est réuni lundi. Sa présidente, Ilda Novène, a annoncé que le pont serait fermé "
    "pendant neuf mois. Les commerçants ont demandé une aide, que le trésorier, Marc Pereira, a refusée.",
    "ru": "Городской совет Ардена собрался в понедельник. Его глава Илья Новен сообщил, что мост закроют на девять "
    "месяцев. Торговцы старого города попросили денег, но казначей Мод Перейра отказала.",
    "es": "El consejo de Arden se reunió el lunes. Su presidente, Elías Noven, dijo que el puente estaría cerrado "
    "durante nueve meses. Los comerciantes pidieron dinero, pero la tesorera, Maud Pereira, se negó.",
}
ASKED = [
    ("en", "en", "When did the council meet?", "Monday"),
    ("en", "en", "Who refused to pay the traders?", "Maud Pereira"),
    ("en", "en", "How long will the bridge be closed?", "nine months"),
    ("fr", "fr", "Quand le conseil s'est-il réuni ?", "lundi"),
    ("fr", "fr", "Combien de temps le pont sera-t-il fermé ?", "neuf mois"),
    ("ru", "ru", "Когда собрался совет?", "понедельник"),
    ("ru", "ru", "На сколько закроют мост?", "девять месяцев"),
    ("es", "es", "¿Cuándo se reunió el consejo?", "lunes"),
    ("es", "es", "¿Cuánto tiempo estará cerrado el puente?", "nueve meses"),
    ("en", "fr", "How long will the bridge be closed?", "neuf mois"),
    ("fr", "en", "Combien de temps le pont sera-t-il fermé ?", "nine months"),
    ("en", "ru", "When did the council meet?", "понедельник"),
    ("ru", "es", "На сколько закроют мост?", "nueve meses"),
    ("es", "en", "¿Cuándo se reunió el consejo?", "Monday"),
]
NOT_SAID = [
    ("en", "How much did the bridge cost?"),
    ("en", "When was Maud Pereira born?"),
    ("fr", "Combien le pont a-t-il coûté ?"),
    ("ru", "Сколько стоил мост?"),
    ("es", "¿Cuánto costó el puente?"),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = configured_reader()
    assert found is not None
    return found


def read(reader: Reader, question: str, text: str, language: str = "en") -> tuple[str, Reading]:
    """The best answer of the whole text."""
    found = max(
        reader.read(question, [text], [sentence_spans(text, language)])[0], key=lambda reading: reading.score
    )
    return text[found.start : found.end], found


@pytest.mark.parametrize(("asked_in", "language", "question", "answer"), ASKED)
def test_the_words_that_answer_are_found(
    reader: Reader, asked_in: str, language: str, question: str, answer: str
) -> None:
    words, _ = read(reader, question, PASSAGES[language], language)
    assert answer in words
    assert len(words) <= len(answer) + 25


def test_what_is_said_scores_above_what_is_not(reader: Reader) -> None:
    said = [
        read(reader, question, PASSAGES[language], language)[1].score for _, language, question, _ in ASKED
    ]
    not_said = [
        read(reader, question, PASSAGES[language], language)[1].score for language, question in NOT_SAID
    ]
    above = [one > other for one in said for other in not_said]
    assert sum(above) / len(above) >= 0.85


def test_a_passage_on_another_matter_does_not_answer(reader: Reader) -> None:
    other = (
        "The striker scored twice in the second half. Rain had softened the pitch, the coach said afterwards."
    )
    below = [
        read(reader, question, other)[1].score < read(reader, question, PASSAGES[language], language)[1].score
        for _, language, question, _ in ASKED
    ]
    assert sum(below) >= len(below) - 2


def test_each_part_has_a_reading_of_its_own_inside_it(reader: Reader) -> None:
    text = PASSAGES["en"]
    spans = sentence_spans(text, "en")
    (found,) = reader.read("When did the council meet?", [text], [spans])
    assert len(found) == len(spans) == 3
    for reading, (start, end) in zip(found, spans, strict=True):
        assert start <= reading.start < reading.end <= end
    assert found[0].score == max(reading.score for reading in found)


def test_a_long_passage_is_read_to_its_end(reader: Reader) -> None:
    filler = "Reports of the weather followed one another all day long, and nobody in town listened to them. "
    for text in (
        PASSAGES["en"] + " " + filler * 60,
        filler * 60 + PASSAGES["en"],
        filler * 30 + PASSAGES["en"] + filler * 30,
    ):
        words, found = read(reader, "How long will the bridge be closed?", text)
        assert words == "nine months"
        assert text[found.start : found.end] == words


def test_passages_are_read_alike_alone_and_together(reader: Reader) -> None:
    """To rounding: on processors with 16-bit multiplication the sum's order shows in the third digit."""
    texts = list(PASSAGES.values())
    parts = [[(0, len(text))] for text in texts]
    together = reader.read("When did the council meet?", texts, parts)
    for text, part, found in zip(texts, parts, together, strict=True):
        (alone,) = reader.read("When did the council meet?", [text], [part])
        assert alone[0].score == pytest.approx(found[0].score, abs=0.5)
    assert together == reader.read("When did the council meet?", texts, parts)


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "a", "\u200b", "😀"])
@pytest.mark.parametrize("question", ["", "?", "who", "w" * 3000])
def test_anything_can_be_read(reader: Reader, question: str, text: str) -> None:
    (found,) = reader.read(question, [text], [[(0, len(text))]])
    assert 0 <= found[0].start <= found[0].end <= len(text)


def test_nothing_is_read_of_nothing(reader: Reader) -> None:
    assert reader.read("Who?", [], []) == []
    assert reader.read("Who?", ["Some text."], [[]]) == [[]]


def test_several_threads_read_at_once(reader: Reader) -> None:
    expected = read(reader, "When did the council meet?", PASSAGES["en"])
    found: list[tuple[str, Reading]] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(read(reader, "When did the council meet?", PASSAGES["en"]))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


class TestItsFiles:
    def test_add_only_the_layers(self) -> None:
        assert sum(file.stat().st_size for file in READER.iterdir()) < 25e6
        assert (READER / "README.md").is_file()

    def test_name_the_embedder_whose_words_they_were_learned_with(self) -> None:
        config = json.loads((READER / "config.json").read_text(encoding="utf-8"))
        with (EMBEDDER / "model.safetensors").open("rb") as file:
            assert config["word_embeddings"]["sha256"] == file_digest(file, "sha256").hexdigest()

    def test_missing_is_said_with_what_repairs_it(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match=r"no reader in .*ARTICLES_READER=off"):
            Reader(tmp_path)

    @pytest.mark.parametrize("config", ["[]", "{}", "{", '{"word_embeddings": {}}'])
    def test_a_configuration_of_something_else_is_said(self, tmp_path: Path, config: str) -> None:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
        with pytest.raises(ModelUnavailable, match=r"no reader in .*models.training.reader"):
            Reader(tmp_path)

    def test_made_with_another_embedder_is_said(self, tmp_path: Path) -> None:
        config = json.loads((READER / "config.json").read_text(encoding="utf-8"))
        config["word_embeddings"]["sha256"] = "0" * 64
        (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
        with pytest.raises(ModelUnavailable, match="made with another embedder"):
            Reader(tmp_path)

    def test_scores_that_are_no_numbers_are_not_taken_for_no_answer(self, tmp_path: Path) -> None:
        state = load_file(READER / "model.safetensors")
        state["qa_outputs.bias"] = state["qa_outputs.bias"] * float("nan")
        save_file(state, tmp_path / "model.safetensors")
        (tmp_path / "config.json").write_bytes((READER / "config.json").read_bytes())
        with pytest.raises(ModelUnavailable, match="no numbers for scores"):
            Reader(tmp_path).read("Who?", ["Anna did."], [[(0, 9)]])

    @pytest.mark.parametrize("keep", [0, 1000, 1_000_000])
    def test_damaged_is_said(self, tmp_path: Path, keep: int) -> None:
        (tmp_path / "config.json").write_bytes((READER / "config.json").read_bytes())
        (tmp_path / "model.safetensors").write_bytes((READER / "model.safetensors").read_bytes()[:keep])
        with pytest.raises(ModelUnavailable, match=r"cannot be loaded .*ARTICLES_READER=off"):
            Reader(tmp_path)


class TestTheSetting:
    def test_off_answers_without_it(
        self, index: ArticleIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index.add(
            [
                write_articles(
                    tmp_path / "in", {f"{language}.txt": text for language, text in PASSAGES.items()}
                )
            ]
        )
        with_it = ask(index, "How long will the bridge be closed?")
        monkeypatch.setenv("ARTICLES_READER", "off")
        assert configured_reader() is None
        without = ask(index, "How long will the bridge be closed?")
        assert with_it.text is not None
        assert without.text is not None
        assert [named.text for named in with_it.lead][:1] == ["nine months"]
        assert without.lead == ()
        assert "nine months" in without.text

    def test_a_folder_is_read_and_a_wrong_one_refused(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("ARTICLES_READER", str(READER))
        found = configured_reader()
        assert found is not None
        assert found.folder == READER
        monkeypatch.setenv("ARTICLES_READER", str(tmp_path / "none"))
        with pytest.raises(ModelUnavailable, match="no reader in"):
            configured_reader()

    def test_a_failure_never_looks_like_no_answer(
        self, samples: ArticleIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ARTICLES_READER", str(tmp_path))
        with pytest.raises(ModelUnavailable):
            ask(samples, "who met Mirziyoyev?")

    def test_not_loaded_yet_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("ARTICLES_READER", str(tmp_path / "never-loaded"))
        assert configured_reader(wait=False) is None


def test_the_lead_line_names_what_answers_and_stands_in_the_quotes(samples: ArticleIndex) -> None:
    answer = ask(samples, "When did Chandrayaan-3 land on the Moon?")
    assert answer.text is not None
    assert answer.lead
    first_line = answer.text.split("\n\n")[0]
    cited = {citation.number: citation for citation in answer.citations}
    for named in answer.lead:
        assert named.text in first_line
        assert named.text in " ".join(cited[named.citations[0]].quote.split())
        assert all(f"[{number}]" in first_line for number in named.citations)


class TestVerifying:
    SAID = (
        ("en", "The council's head, Ilja Noven, said the bridge would be shut for nine months.", True),
        ("fr", "Ilja Noven said that the bridge would be closed for nine months.", True),
        ("ru", "Le trésorier a refusé l'argent que demandaient les commerçants.", True),
        ("es", "The traders asked for money.", True),
        ("en", "The traders refused to give the treasurer money.", False),
        ("fr", "The traders did not ask for any help.", False),
        ("ru", "Le conseil a décidé de construire un second pont.", False),
        ("es", "The treasurer gave the traders the money.", False),
    )

    def test_tells_most_statements_from_their_opposites(self, reader: Reader) -> None:
        right = [
            (reader.supports(statement, [PASSAGES[language]])[0] > 0) == said
            for language, statement, said in self.SAID
        ]
        assert sum(right) >= len(self.SAID) - 2, right

    def test_judges_each_passage_by_itself_whatever_else_is_asked(self, reader: Reader) -> None:
        passages = [*PASSAGES.values(), "word " * 600, ""]
        together = reader.supports("The bridge would be closed for nine months.", passages)
        assert together[-1] == float("-inf")
        for passage, odds in zip(passages, together, strict=True):
            (alone,) = reader.supports("The bridge would be closed for nine months.", [passage])
            assert alone == pytest.approx(odds, abs=0.3)

    def test_a_reader_that_has_not_learned_it_says_so(self, tmp_path: Path) -> None:
        state = load_file(READER / "model.safetensors")
        (tmp_path / "config.json").write_text((READER / "config.json").read_text("utf-8"), "utf-8")
        save_file(
            {name: value for name, value in state.items() if not name.startswith("supports")},
            tmp_path / "model.safetensors",
        )
        reader = Reader(tmp_path)
        assert not reader.verifies
        with pytest.raises(ModelUnavailable, match="cannot verify"):
            reader.supports("It rained.", ["It rained."])
