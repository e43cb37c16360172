"""Run by `test_rebuild.py`: embed an index anew, printing how far it is after each batch. Is killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from index import ArticleIndex, Progress, rebuilding
from tests.stand_in import OtherStandIn


def tell(progress: Progress) -> None:
    print(progress.done, flush=True)
    time.sleep(0.02)  # so that it is killed on the way


if __name__ == "__main__":
    rebuilding._BATCH_PASSAGES = 2
    ArticleIndex(Path(sys.argv[1]), "other", any_model=True).rebuild(loaded=OtherStandIn(), report=tell)  # type: ignore[arg-type]
    print("done", flush=True)
