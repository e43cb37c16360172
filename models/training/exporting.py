"""The finished student as a sentence-transformers folder: weights in bfloat16, tokenizer, configuration.

The model card (`README.md` of the folder) is written by hand and left alone.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from models.training.network import WORDS, Body

MOST_PIECES = 256
"""Pieces of a text that the model reads, [CLS] and [SEP] counted; as the teacher's, and as it was trained."""


def export(body: Body, words: Tensor, tokenizer: Path, teacher: Path, out: Path) -> None:
    """Write the model.

    Args:
        body, words: The student.
        tokenizer: Its `tokenizer.json`.
        teacher: The folder of the teacher, whose configuration is taken over.
        out: The folder to write to.
    """
    out.mkdir(parents=True, exist_ok=True)
    state = {**body.written(), WORDS: words.contiguous()}
    save_file(
        {name: weights.to(torch.bfloat16) for name, weights in state.items()}, out / "model.safetensors"
    )
    size = Tokenizer.from_file(str(tokenizer)).get_vocab_size()
    config = json.loads((teacher / "config.json").read_text(encoding="utf-8"))
    config = {
        k: v for k, v in config.items() if k not in ("_name_or_path", "transformers_version", "torch_dtype")
    }
    config |= {"architectures": ["BertModel"], "vocab_size": size, "dtype": "bfloat16"}
    _write(out / "config.json", config)
    shutil.copyfile(tokenizer, out / "tokenizer.json")
    _write(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MOST_PIECES,
            "unk_token": "[UNK]",
            "sep_token": "[SEP]",
            "pad_token": "[PAD]",
            "cls_token": "[CLS]",
            "mask_token": "[MASK]",
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
    (out / "2_Normalize").mkdir(exist_ok=True)
    _write(out / "config_sentence_transformers.json", {"similarity_fn_name": "cosine", "prompts": {}})


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
