"""The finished reader as a folder: a `BertForQuestionAnswering` of transformers in bfloat16 without its word
embeddings, which are the embedder's, as is the tokenizer, and with a second head that verifies.

The model card (`README.md` of the folder) is written by hand and left alone.
"""

from __future__ import annotations

import json
from hashlib import file_digest
from pathlib import Path

import torch
from safetensors.torch import save_file

from models import EMBEDDER
from models.training.reader.verifying import JointNetwork


def export(network: JointNetwork, out: Path) -> None:
    """Write `config.json` and `model.safetensors` to a folder.

    The configuration's "word_embeddings" names the embedder whose word embeddings were learned with, and its file's
    SHA-256.
    """
    out.mkdir(parents=True, exist_ok=True)
    reader = network.reader
    state = {f"bert.{name}": weights for name, weights in reader.body.written().items()}
    state |= {"qa_outputs.weight": reader.head.weight.detach(), "qa_outputs.bias": reader.head.bias.detach()}
    state |= {
        "supports.weight": network.support.weight.detach(),
        "supports.bias": network.support.bias.detach(),
    }
    save_file(
        {name: weights.to(torch.bfloat16).contiguous() for name, weights in state.items()},
        out / "model.safetensors",
        metadata={"format": "pt"},
    )
    config = json.loads((EMBEDDER / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = ["BertForQuestionAnswering"]
    with (EMBEDDER / "model.safetensors").open("rb") as file:
        config["word_embeddings"] = {
            "model": EMBEDDER.name,
            "sha256": file_digest(file, "sha256").hexdigest(),
        }
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
