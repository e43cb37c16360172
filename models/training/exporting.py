"""The finished student as a sentence-transformers folder: weights in bfloat16, tokenizer, configuration.

The model card (`README.md` of the folder) is written by hand and left alone. Run by itself it writes the teacher, to be
measured beside the student:

    python -m models.training.exporting --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from models.training import teacher, vocabulary
from models.training.network import WORDS, Body
from models.training.teacher import PASSAGE_PREFIX, QUESTION_PREFIX
from models.training.vocabulary import BEGIN, END, PAD, SPECIAL, UNKNOWN

MOST_PIECES = 256
"""Pieces of a text that the model reads, prompt and special pieces counted."""


def export(body: Body, words: Tensor, tokenizer: Path, out: Path) -> None:
    """Write the model.

    Args:
        body, words: The student.
        tokenizer: Its `tokenizer.json`.
        out: The folder to write to.
    """
    out.mkdir(parents=True, exist_ok=True)
    state = {**body.written(), WORDS: words.contiguous()}
    save_file(
        {name: weights.to(torch.bfloat16) for name, weights in state.items()},
        out / "model.safetensors",
        metadata={"format": "pt"},
    )
    _write(
        out / "config.json",
        {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "dtype": "bfloat16",
            "vocab_size": len(words),
            "hidden_size": body.width,
            "num_hidden_layers": len(body.layers),
            "num_attention_heads": body.heads,
            "intermediate_size": body.layers[0]["up"].out_features,
            "max_position_embeddings": len(body.positions),
            "type_vocab_size": len(body.kind),
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "layer_norm_eps": 1e-12,
            "pad_token_id": SPECIAL.index(PAD),
        },
    )
    if tokenizer != out / "tokenizer.json":
        shutil.copyfile(tokenizer, out / "tokenizer.json")
    _write(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MOST_PIECES,
            "bos_token": BEGIN,
            "cls_token": BEGIN,
            "pad_token": PAD,
            "eos_token": END,
            "sep_token": END,
            "unk_token": UNKNOWN,
            "clean_up_tokenization_spaces": False,
        },
    )
    _write(out / "sentence_bert_config.json", {"max_seq_length": MOST_PIECES, "do_lower_case": False})
    names = ("Transformer", "Pooling", "Normalize")
    _write(
        out / "modules.json",
        [
            {
                "idx": number,
                "name": str(number),
                "path": "" if number == 0 else f"{number}_{name}",
                "type": f"sentence_transformers.models.{name}",
            }
            for number, name in enumerate(names)
        ],
    )
    (out / "1_Pooling").mkdir(exist_ok=True)
    _write(
        out / "1_Pooling" / "config.json",
        {"word_embedding_dimension": words.shape[1], "pooling_mode_mean_tokens": True},
    )
    _write(
        out / "config_sentence_transformers.json",
        {
            "similarity_fn_name": "cosine",
            "prompts": {"query": QUESTION_PREFIX, "document": PASSAGE_PREFIX},
        },
    )


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Write the teacher."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.exporting", description="Write the teacher as a folder."
    )
    parser.add_argument(
        "--teacher", type=Path, help=f"the teacher's file (default: of {teacher.REQUIREMENT})"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    source = teacher.read(options.teacher or teacher.default_file())
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = options.out / "tokenizer.json"
    vocabulary.build(source.pieces, source.scores.tolist()).save(str(tokenizer))
    export(
        Body(layers=source.layers, heads=source.heads).read(source.state),
        source.state[WORDS],
        tokenizer,
        options.out,
    )


if __name__ == "__main__":
    main()
