"""Run by `test_crash.py`: add articles with stand-in vectors, printing each id once it is on disk. Is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from index import writing
from tests.stand_in import StandInEmbedder

if __name__ == "__main__":
    index_folder, articles = Path(sys.argv[1]), Path(sys.argv[2])
    writing._BATCH_PASSAGES = 4  # many small commits: many instants to die at
    writing._WORDS_SECONDS = 0.0
    writing.add_paths(
        index_folder,
        [articles],
        StandInEmbedder,  # type: ignore[arg-type]
        stored=lambda ids: print("\n".join(ids), flush=True),
    )
    print("done", flush=True)
