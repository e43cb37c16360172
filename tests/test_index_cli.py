"""`python -m index`, and the embedding models that it works with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import DEFAULT_MODEL, ArticleIndex, Embedder, ModelUnavailable, WrongModel
from index import embedder as embedding
from index.cli import main
from index.embedder import local_identity
from tests.conftest import ROOT, use, write_articles, write_jsonl
from tests.stand_in import StandInEmbedder

Captured = pytest.CaptureFixture[str]
WORDS = "rain fell on snow covered wind hit the summit bukhara almaty khujand who where report about water"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_INDEX", "ARTICLES_MODEL", "ARTICLES_LLM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def make_model(folder: Path, seed: int = 0) -> Path:
    """A real sentence-transformers model of a few kilobytes, its weights random."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    vocabulary = folder.with_suffix(".txt")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789"]
    vocabulary.write_text(
        "\n".join([*special, *WORDS.split(), *letters, *(f"##{c}" for c in letters)]), encoding="utf-8"
    )
    raw = folder.with_suffix(".raw")
    size = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1}
    BertModel(BertConfig(vocab_size=100, max_position_embeddings=64, **size)).save_pretrained(raw)
    BertTokenizer(str(vocabulary), model_max_length=64).save_pretrained(raw)
    transformer = Transformer(str(raw), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def built(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index that the tiny model built; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    articles = write_articles(folder / "a", ["Rain fell on Bukhara.", "Snow covered Almaty."])
    index = ArticleIndex.create(folder / "index", str(model))
    index.add([articles])
    index.close()
    return folder / "index"


def lines(captured: Captured) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_the_commands_in_processes_of_their_own(tmp_path: Path) -> None:
    folder = write_articles(
        tmp_path / "a", {"r.txt": "Rain fell on Bukhara.", "s.txt": "Snow covered Almaty."}
    )
    (folder / "bad.txt").write_bytes(b"")
    environment = os.environ | {"ARTICLES_INDEX": str(tmp_path / "index"), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "index", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    added = run("add", folder)
    assert added.returncode == 1
    assert added.stderr == f"error: {folder}/bad.txt: is empty: write the article into it, or delete it\n"
    assert added.stdout.startswith("2 added, 0 replaced, 0 unchanged, 1 refused; 2 passages embedded in ")
    info = run("info")
    assert info.returncode == 0
    assert f"model      {local_identity(DEFAULT_MODEL)} (384 numbers a vector)" in info.stdout
    assert run("list").stdout.startswith("----------  ")
    removed = run("remove", "r.txt", "nowhere")
    assert (removed.returncode, removed.stdout) == (1, "1 removed\n")
    assert "there is no article 'nowhere'; `python -m index list` shows the ids" in removed.stderr
    checked = run("check")
    assert (checked.returncode, checked.stdout) == (0, "the store and everything derived from it agree\n")
    assert run("add").returncode == 2


def test_hundreds_of_articles_and_one_that_is_bad(tmp_path: Path, model: Path, capsys: Captured) -> None:
    folder = write_articles(tmp_path / "a", [f"Report {n} about water in town {n}." for n in range(400)])
    (folder / "0200.txt").write_bytes(b"\x00\x01\x02\x03" * 64)
    arguments = ["add", str(folder), "--index", str(tmp_path / "index"), "--model", str(model)]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out.startswith("399 added, 0 replaced, 0 unchanged, 1 refused; 399 passages embedded in ")
    assert err == (
        f"error: {folder}/0200.txt: looks like a binary file, not text: convert it to a text format, or leave it out\n"
    )
    (folder / "0200.txt").unlink()
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("0 added, 0 replaced, 399 unchanged, 0 refused; 0 passages")
    assert main(["check", "--index", str(tmp_path / "index"), "--json"]) == 0
    assert lines(capsys) == [{"problems": []}]


def test_what_is_printed_as_json(built: Path, capsys: Captured) -> None:
    at = ["--index", str(built), "--json"]
    assert main(["list", *at]) == 0
    first, _ = lines(capsys)
    assert list(first) == ["id", "title", "language", "url", "source", "published", "characters"]
    assert first["characters"] == len("Rain fell on Bukhara.")
    assert main(["search", "rain on Bukhara", "-k", "1", *at]) == 0
    (hit,) = lines(capsys)
    assert list(hit) == ["article_id", "start", "end", "text", "score", "why"]
    assert (hit["article_id"], hit["start"], hit["text"]) == ("0000.txt", 0, "Rain fell on Bukhara.")
    assert main(["info", *at]) == 0
    (info,) = lines(capsys)
    assert (info["articles"], info["passages"], info["dimension"]) == (2, 2, 16)


def test_adding_prints_json(built: Path, model: Path, tmp_path: Path, capsys: Captured) -> None:
    folder = write_articles(
        tmp_path / "a", {"r.txt": "Rain fell on Bukhara.", "s.txt": "Snow covered Almaty."}
    )
    assert (
        main(["add", str(folder), "--index", str(tmp_path / "index"), "--model", str(model), "--json"]) == 0
    )
    *stored, summary = lines(capsys)
    assert stored == [{"stored": "r.txt"}, {"stored": "s.txt"}]
    assert list(summary) == ["added", "replaced", "unchanged", "bad", "passages", "seconds"]
    assert (summary["added"], summary["passages"], summary["bad"]) == (["r.txt", "s.txt"], 2, [])


def test_adding_a_bad_file_prints_json(tmp_path: Path, capsys: Captured) -> None:
    folder = write_articles(tmp_path / "a", {"bad.txt": ""})
    assert main(["add", str(folder), "--index", str(tmp_path / "index"), "--json"]) == 1
    (summary,) = lines(capsys)
    reason = "is empty: write the article into it, or delete it"
    assert summary["bad"] == [{"origin": f"{folder}/bad.txt", "reason": reason}]


def test_check_names_the_damage_and_the_command_that_repairs_it(tmp_path: Path, capsys: Captured) -> None:
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    index.add([write_jsonl(tmp_path / "a.jsonl", [{"id": "a", "text": "Rain fell."}])])
    (file,) = index.folder.glob("vectors-*.faiss")
    file.write_bytes(b"not vectors")
    assert main(["check", "--index", str(index.folder)]) == 1
    err = capsys.readouterr().err
    assert "the saved vectors are damaged" in err
    assert err.endswith(f"; run `python -m index rebuild --index {index.folder}`\n")
    assert main(["rebuild", "--index", str(index.folder)]) == 0
    assert capsys.readouterr().out == "word index and vector file made anew for 1 articles, 1 passages\n"
    assert main(["check", "--index", str(index.folder)]) == 0


# ---- models


def test_the_index_remembers_its_model(built: Path, model: Path) -> None:
    index = ArticleIndex(built)
    embedder = index.load_embedder()
    assert embedder.name == str(model)
    assert index.info().model == embedder.identity
    assert embedder.identity.startswith(f"{model}@")
    assert (index.info().dimension, embedder.dimension, embedder.window) == (16, 16, 62)
    assert index.search("rain on Bukhara", 1)[0].passage.article_id == "0000.txt"


def test_a_prompt_takes_its_part_of_the_window(model: Path, tmp_path: Path) -> None:
    """As e5 wants it: "query: " before a question, "passage: " before a text."""
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "who ", "document": "report about "}
    SentenceTransformer(str(model), device="cpu", prompts=prompts).save(str(tmp_path / "prompted"))
    plain, prompted = Embedder(str(model)), Embedder(str(tmp_path / "prompted"))
    assert (plain.window, prompted.window) == (62, 60)
    assert np.allclose(prompted.encode_question("rain"), plain.encode_passages(["who rain"])[0], atol=0.01)
    assert np.allclose(
        prompted.encode_passages(["rain"]), plain.encode_passages(["report about rain"]), atol=0.01
    )


def test_missing_weights_of_the_shipped_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "EMBEDDER", tmp_path / DEFAULT_MODEL)
    with pytest.raises(
        ModelUnavailable, match=r"weights of .* are missing in .*git -C .* checkout -- models"
    ):
        Embedder()


def test_a_damaged_file_of_the_shipped_model(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = shutil.copytree(model, tmp_path / DEFAULT_MODEL)
    (damaged / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    monkeypatch.setattr(embedding, "EMBEDDER", damaged)
    with pytest.raises(ModelUnavailable, match=r"cannot be loaded .*git -C .* checkout -- models"):
        Embedder()
    with pytest.raises(ModelUnavailable, match=r"cannot be loaded .*give a sentence-transformers folder"):
        Embedder(str(shutil.copytree(damaged, tmp_path / "own")))


def test_another_model_is_refused_by_name(built: Path, model: Path, tmp_path: Path, capsys: Captured) -> None:
    repair = f"`python -m index rebuild --model all-MiniLM-L6-v2 --index {built}`"
    refused = f"{built} was built with the model {model}@"
    with pytest.raises(WrongModel) as error:
        ArticleIndex(built, "all-MiniLM-L6-v2")
    assert str(error.value).startswith(refused)
    folder = write_articles(tmp_path / "a", ["Wind hit Khujand."])
    for command in (["add", str(folder)], ["search", "rain"], ["list"], ["info"], ["check"]):
        assert main([*command, "--index", str(built), "--model", "all-MiniLM-L6-v2"]) == 1
        err = capsys.readouterr().err
        assert err.startswith(f"error: {refused}")
        assert f", not all-MiniLM-L6-v2: use `--model {model}`, or run {repair}, which" in err
    with pytest.raises(
        WrongModel, match=r"built with the model .*tiny@.* not stand-in@000000000000: use `--model"
    ):
        use(ArticleIndex(built), StandInEmbedder())  # type: ignore[arg-type]


def test_other_weights_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "own")
    index = ArticleIndex.create(tmp_path / "index", str(model))
    index.add([write_articles(tmp_path / "a", ["Rain fell on Bukhara."])])
    make_model(tmp_path / "own", seed=1)
    with pytest.raises(WrongModel, match=r"was built with the model .*own@\w{12}, not .*own@\w{12}"):
        ArticleIndex(index.folder).load_embedder()
    assert main(["rebuild", "--index", str(index.folder)]) == 0
    assert ArticleIndex(index.folder).search("rain", 1)[0].why.cosine is not None


def test_rebuilding_with_another_model(built: Path, tmp_path: Path, capsys: Captured) -> None:
    folder, other = tmp_path / "copy", make_model(tmp_path / "other", seed=1)
    shutil.copytree(built, folder)
    assert main(["rebuild", "--index", str(folder), "--model", str(other)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"2 passages embedded with {other}@")
    assert out.endswith("word index and vector file made anew for 2 articles, 2 passages\n")
    assert err == ""
    index = ArticleIndex(folder)  # remembers it
    assert index.search("rain on Bukhara", 1)[0].passage.article_id == "0000.txt"
    assert index.load_embedder().name == str(other)
    assert index.check() == []


@pytest.mark.parametrize("name", ["no-such-model-anywhere", "nobody/no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_there(name: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"the embedding model '{name}' cannot be loaded"):
        Embedder(name)


def test_a_model_that_cannot_be_loaded_is_not_remembered(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    folder = write_articles(tmp_path / "a", ["Rain fell."])
    at = ["--index", str(tmp_path / "index")]
    assert main(["add", str(folder), *at, "--model", str(tmp_path / "model")]) == 1
    assert "/model' cannot be loaded" in capsys.readouterr().err
    assert ArticleIndex(tmp_path / "index").info().model is None
    assert main(["add", str(folder), *at]) == 0


def test_a_static_model(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "rain": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path / "static"))
    index = ArticleIndex.create(tmp_path / "index", str(tmp_path / "static"))
    assert index.add([write_articles(tmp_path / "a", ["Rain fell."])]).added == ["0000.txt"]
