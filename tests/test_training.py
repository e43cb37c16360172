"""The parts of the embedder's training that can be checked without its data: letters, units, states, going on."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.training import batches, corpora, distil
from models.training.corpora import Pair, Question
from models.training.network import Body, pooled
from models.training.switching import Table
from models.training.uzbek import to_cyrillic, to_latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston Respublikasi", "Ўзбекистон Республикаси"),
        ("yer va ekologiya", "ер ва экология"),
        ("Toshkent shahrida", "Тошкент шаҳрида"),
        ("maʼno", "маъно"),
    ],
)
def test_uzbek_in_both_scripts(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


def test_any_apostrophe_makes_the_uzbek_letter() -> None:
    assert {to_cyrillic(f"o{mark}zbek") for mark in "ʻʼ’‘'`"} == {"ўзбек"}


def test_an_uzbek_pair_comes_in_both_scripts_and_others_as_they_are() -> None:
    pairs = [Pair("uz", "city", "shahar", "x"), Pair("fr", "city", "ville", "x")]
    assert [pair.other for pair in corpora.both_scripts(pairs)] == ["shahar", "шаҳар", "ville"]


def test_a_sentence_is_held_out_in_every_language_or_in_none() -> None:
    texts = [f"sentence number {number}" for number in range(6400)]
    held_out = [text for text in texts if corpora.is_held_out_pair(text)]
    assert 60 < len(held_out) < 140
    assert all(corpora.is_held_out_pair(text.upper() + " ") for text in held_out)


def test_alignment_learns_which_words_translate_which() -> None:
    pytest.importorskip("numba", reason="training needs numba: pip install -r models/training/requirements.txt")
    from models.training.alignment import align

    # the=0 house=1 book=2; la=0 maison=1 livre=2 le=3
    english = [[0, 1], [0, 2], [0, 1], [1], [2]]
    other = [[0, 1], [3, 2], [0, 1], [1], [2]]
    ids, chances = align(english, other, rounds=10).likeliest(4, 2)
    assert ids[1, 0] == 1
    assert ids[2, 0] == 2
    assert chances[1, 0] > 0.9


def test_words_are_switched_and_unknown_names_are_spelled_out() -> None:
    table = Table({"the": (["в"], [1.0]), "city": (["город"], [1.0])}, cyrillic=True)
    assert table.switched("The city, Shakhrisabz!", random.Random(0)) == "в город, шахрисабз!"
    assert table.switched("The city", random.Random(0), kept=1.0) == "the city"


def test_the_body_computes_what_bert_computes() -> None:
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    state = bert.state_dict()
    body = Body(layers=2, width=48, heads=4, inner=96).read(state)
    ids = torch.tensor([[2, 5, 7, 3], [2, 9, 3, 0]])
    mask = torch.tensor([[True, True, True, True], [True, True, True, False]])
    words = torch.nn.functional.embedding(ids, state["embeddings.word_embeddings.weight"])
    with torch.no_grad():
        expected = pooled(bert(input_ids=ids, attention_mask=mask.long()).last_hidden_state, mask)
        assert torch.allclose(pooled(body(words, mask), mask), expected, atol=0.02)
    with_gradient = pooled(body(words, mask), mask)  # takes another way through attention
    assert torch.allclose(with_gradient, expected, atol=0.02)
    written = body.written()
    assert all(torch.equal(written[name], state[name]) for name in written)


def test_windows_of_long_paragraphs_hold_the_answer() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    rng = random.Random(0)
    for number in (0, 1, 37, 200, 398, 399):
        start = text.index(f"word{number}")
        question = Question("en", "t", "q", text, start, start + len(f"word{number}"))
        for _ in range(20):
            passage = batches.around(question, rng)
            assert len(passage) <= batches.PASSAGE_CHARACTERS
            assert f"word{number}" in passage


def _tokenizer() -> Tokenizer:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "city", "ville", "book", "livre", "the", "le", "la"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _train(saved: Path, minutes: float) -> distil.Student:
    torch.manual_seed(0)
    body = Body(layers=1, width=24, heads=2, inner=48)
    words = torch.randn(11, 24)
    recipe = distil.Recipe(minutes=minutes, body_rate=1e-3, word_rate=1e-2, questions=0.5)
    student = distil.Student(body, words.clone(), torch.arange(11) < 5, recipe)
    pairs = itertools.repeat([("the city", "la ville"), ("the book", "le livre")])
    asked = itertools.repeat(
        [batches.Asked("la ville", "the city", 0), batches.Asked("le livre", "the book", 1)]
    )
    partners = torch.full((11, 4), -1), torch.zeros(11, 4)
    tokenizer = _tokenizer()
    teacher = Body(layers=1, width=24, heads=2, inner=48).requires_grad_(False)
    distil.train(student, teacher, words, tokenizer, tokenizer, pairs, asked, partners, saved)
    return student


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = _train(tmp_path, 0.02)
    # A run whose time is spent only takes up what was saved.
    again = _train(tmp_path, 0.02)
    assert torch.equal(first.words, again.words)
    assert all(
        torch.equal(one, two)
        for one, two in zip(first.body.parameters(), again.body.parameters(), strict=True)
    )
    moments = again.optimiser.state_dict()["state"]
    assert moments
    assert any(value["exp_avg"].abs().sum() > 0 for value in moments.values())
    longer = _train(tmp_path, 0.03)
    assert not torch.equal(longer.words, again.words)


def test_the_export_is_a_sentence_transformers_folder(tmp_path: Path) -> None:
    import json

    from sentence_transformers import SentenceTransformer

    from models.training.exporting import export

    torch.manual_seed(0)
    tokenizer = _tokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    config = {
        "model_type": "bert",
        "hidden_size": 24,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "max_position_embeddings": 512,
        "vocab_size": 5,
        "pad_token_id": 0,
    }
    (tmp_path / "teacher").mkdir()
    (tmp_path / "teacher" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    body = Body(layers=1, width=24, heads=2, inner=48)
    for parameter in body.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    words = torch.randn(11, 24)
    export(body, words, tmp_path / "tokenizer.json", tmp_path / "teacher", tmp_path / "model")
    model = SentenceTransformer(str(tmp_path / "model"), device="cpu", local_files_only=True).float()
    ids, mask = batches.encode(tokenizer, ["la ville"], 16)
    with torch.no_grad():
        expected = pooled(body(torch.nn.functional.embedding(ids, words), mask), mask)[0]
    found = torch.tensor(model.encode(["la ville"])[0])
    assert torch.allclose(found, expected, atol=0.03)


def test_a_saved_state_without_its_description_is_not_taken_up(tmp_path: Path) -> None:
    # Killed between the two: the weights are there, what they are is not.
    save_file({"words": torch.zeros(11, 24)}, tmp_path / "state.safetensors")
    _train(tmp_path, 0.005)
