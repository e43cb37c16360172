"""From the data folder to the shipped reader: ``python -m models.training.reader --data ../shared/data --work FOLDER``.

Every step is skipped when its result is there, and training goes on where it last saved: after an interruption give the
same command again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from models import EMBEDDER, READER
from models.training.corpora import SENTENCES, WORDS, is_held_out_pair, pair_files, read_pairs
from models.training.network import WORDS as WORD_EMBEDDINGS
from models.training.network import Body
from models.training.reader import batches, claims, examples, lessons, negatives, switching
from models.training.reader.exporting import export
from models.training.reader.learning import STAGES, VERIFYING, ReaderNetwork, steps_done, train
from models.training.reader.measuring import measure
from models.training.reader.verifying import JointNetwork, in_turn, joint_loss, right

_SHORTEST_SENTENCE = 40
"""Characters of a translated sentence that states something."""


def main() -> None:
    """Run what is left to do."""
    options = _parser().parse_args()
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    known = examples.read(options.data)
    files = pair_files(options.data, SENTENCES + WORDS, options.extra)
    tables = switching.tables(
        (pair for pair in read_pairs(files) if not is_held_out_pair(pair.english)),
        options.work / "words.json",
    )
    mined = negatives.mined(known, options.work / "mined.jsonl")
    print(f"{len(known):,} examples, {sum(e.held_out for e in known):,} of them held out", flush=True)
    state = load_file(EMBEDDER / "model.safetensors")
    body = Body().read(state)
    with torch.no_grad():
        body.kind[1] = body.kind[0]  # the embedder has never seen a second text
    reader = ReaderNetwork(body, state[WORD_EMBEDDINGS].float())
    tokenizer = Tokenizer.from_file(str(EMBEDDER / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for number, (stage, recipe) in enumerate(STAGES.items()):
        print(f"stage {stage}", flush=True)
        saved = options.work / stage
        # A stage that goes on draws other examples than it began with.
        seed = options.seed + number + 1000 * steps_done(saved)
        drawn = batches.endless(lessons.Lessons(known, mined, tables, seed), tokenizer, seed)
        train(reader, drawn, recipe, saved)
    joint = JointNetwork(reader)
    print("stage claims", flush=True)
    saved = options.work / "claims"
    seed = options.seed + len(STAGES) + 1000 * steps_done(saved)
    reading = batches.endless(lessons.Lessons(known, mined, tables, seed), tokenizer, seed)
    own = list(claims.read_claims())
    sentences = [
        pair
        for pair in read_pairs(pair_files(options.data, SENTENCES))
        if len(pair.english) > _SHORTEST_SENTENCE and not is_held_out_pair(pair.english)
    ]
    drawn = in_turn(reading, claims.Claims(own, sentences, seed), tokenizer)
    train(joint, drawn, VERIFYING, saved, joint_loss)
    joint.eval()
    export(joint, options.out)
    print(f"written to {options.out}; its card, README.md, is kept by hand", flush=True)
    held_out = [claim for claim in own if claim.held_out]
    print(f"held out, claims judged rightly: {right(joint, held_out, tokenizer):.3f}", flush=True)
    for name, figure in measure(reader, tokenizer, known, tables, mined).items():
        print(f"held out, {name}: {figure:.3f}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: parallel/, qa/")
    parser.add_argument("--extra", type=Path, help="what `python -m models.training.extra_pairs` wrote")
    parser.add_argument("--work", type=Path, required=True, help="for everything in between (about 300 MB)")
    parser.add_argument(
        "--out", type=Path, default=READER, help="the reader's folder (default: the shipped one)"
    )
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
