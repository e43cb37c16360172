"""What a user builds from the tutorials, to compare with: split, embed, put into FAISS, return the top 5.

`RecursiveCharacterTextSplitter(1000, 200)`, all-MiniLM-L6-v2 through `SentenceTransformer.encode` as it comes (single
precision, batches of 32), `IndexFlatIP` over normalised vectors, saved by `faiss.write_index` beside a JSON file of the
chunks. Nothing is made slower than it is; what is not needed to answer is not imported to answer.

    python -m benchmarks.tutorial build articles FOLDER
    python -m benchmarks.tutorial ask FOLDER "who met Mirziyoyev?"
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss

from benchmarks import old_model_folder

if TYPE_CHECKING:
    from index import Article

CHUNK_SIZE, CHUNK_OVERLAP = 1000, 200  # characters
TOP = 5


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of an article: ``text == article.text[start:start + len(text)]``."""

    article_id: str
    start: int
    text: str


def load_model() -> Any:
    """all-MiniLM-L6-v2, from the package that carries its weights."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(old_model_folder())


class Tutorial:
    """The tutorial's question answering: it finds chunks, best first, and shows them.

    Args:
        model: From `load_model`.
        chunks: All of them.
        vectors: A FAISS index of their vectors, in the same order.
    """

    def __init__(self, model: Any, chunks: Sequence[Chunk], vectors: Any) -> None:
        self._model = model
        self.chunks = chunks
        self._vectors = vectors

    @classmethod
    def build(cls, model: Any, articles: Sequence[Article]) -> Tutorial:
        """Split and embed articles."""
        chunks = split(articles)
        vectors = model.encode([chunk.text for chunk in chunks])
        faiss.normalize_L2(vectors)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(model, chunks, index)

    @classmethod
    def load(cls, model: Any, folder: Path) -> Tutorial:
        """Open what `save` wrote."""
        rows = json.loads((folder / "chunks.json").read_text(encoding="utf-8"))
        return cls(model, [Chunk(**row) for row in rows], faiss.read_index(str(folder / "index.faiss")))

    def save(self, folder: Path) -> None:
        """Write the vectors and the chunks into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._vectors, str(folder / "index.faiss"))
        rows = [asdict(chunk) for chunk in self.chunks]
        (folder / "chunks.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    def search(self, question: str, k: int = TOP) -> list[tuple[Chunk, float]]:
        """The k chunks nearest to the question with their cosine, best first."""
        vector = self._model.encode([question])
        faiss.normalize_L2(vector)
        scores, numbers = self._vectors.search(vector, min(k, len(self.chunks)))
        return [
            (self.chunks[number], float(score)) for number, score in zip(numbers[0], scores[0], strict=True)
        ]


def split(articles: Sequence[Article]) -> list[Chunk]:
    """The chunks of all articles, as the splitter cuts them."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
    )
    documents = splitter.create_documents(
        [article.text for article in articles], [{"article_id": article.id} for article in articles]
    )
    return [
        Chunk(document.metadata["article_id"], document.metadata["start_index"], document.page_content)
        for document in documents
    ]


def main() -> None:
    """Build an index, or answer one question from it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="index articles")
    building.add_argument("articles", type=Path)
    building.add_argument("index", type=Path)
    asking = commands.add_parser("ask", help="print the five chunks nearest to a question")
    asking.add_argument("index", type=Path)
    asking.add_argument("question")
    options = parser.parse_args()
    if options.command == "build":
        from benchmarks import read_articles

        Tutorial.build(load_model(), read_articles([options.articles])).save(options.index)
        return
    for chunk, score in Tutorial.load(load_model(), options.index).search(options.question):
        print(f"{score:.3f} {chunk.article_id}\n{chunk.text}\n")


if __name__ == "__main__":
    main()
