"""From the data folder to the shipped model: ``python -m models.training --data ../shared/data --work FOLDER``.

Every step is skipped when its result is there, and training goes on where it last saved: after an interruption give the
same command again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from models import EMBEDDER
from models.training import batches, distil, lessons, teacher
from models.training.exporting import export
from models.training.measuring import measure
from models.training.network import WORDS, Body, without_layers
from models.training.preparation import Places, prepare

LAYERS = (0, 2, 4, 9, 10, 11)
"""The teacher's layers that the student begins with, counted from 0."""


def main() -> None:
    """Run what is left to do."""
    options = _parser().parse_args()
    torch.manual_seed(options.seed)
    places = Places(options.data, options.extra, options.work, options.teacher or teacher.default_file())
    source = teacher.read(places.teacher)
    prepare(places, source)
    tokenizer = Tokenizer.from_file(str(places.tokenizer))
    words = source.state[WORDS][torch.from_numpy(np.load(places.kept))]
    model = distil.TeacherModel(
        Body(layers=source.layers, heads=source.heads).read(source.state).eval().requires_grad_(False),
        words.clone(),
        LAYERS,
    )
    questions = lessons.asked(places.data, options.seed)
    pairs = lessons.chosen(places.pairs(), options.seed)
    passages = lessons.passages(places.data, questions)
    for kind, found in (("pairs", pairs), ("passages", passages)):
        print(kind, {language: len(texts) for language, texts in sorted(found.items())}, flush=True)
    print(f"{len(questions):,} questions", flush=True)
    body = Body(layers=len(LAYERS), heads=source.heads).read(without_layers(source.state, LAYERS))
    for number, (stage, recipe) in enumerate(distil.STAGES.items()):
        print(f"stage {stage}", flush=True)
        student = distil.Student(body, words, recipe)
        saved = places.work / stage
        # A stage that goes on draws other texts than it began with.
        seed = options.seed + number + 1000 * distil.steps_done(saved)
        distil.train(
            student,
            model,
            tokenizer,
            batches.texts(
                pairs, lessons.PAIR_SHARES, passages, lessons.PASSAGE_SHARES, lessons.PASSAGE_PART, seed
            ),
            batches.questions(questions, seed),
            saved,
        )
        body, words = student.body, student.words
    body.eval()
    for name, share in measure(body, words, tokenizer, places.data, places.extra).items():
        print(f"held out, {name}: first place for {share:.3f}")
    export(body, words, places.tokenizer, options.out)
    print(f"written to {options.out}; its card, README.md, is kept by hand")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: parallel/, qa/, news/")
    parser.add_argument("--extra", type=Path, help="what `python -m models.training.extra_pairs` wrote")
    parser.add_argument("--work", type=Path, required=True, help="for everything in between (about 1 GB)")
    parser.add_argument(
        "--out", type=Path, default=EMBEDDER, help="the model's folder (default: the shipped one)"
    )
    parser.add_argument(
        "--teacher", type=Path, help=f"the teacher's file (default: of {teacher.REQUIREMENT})"
    )
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
