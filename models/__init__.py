"""The models that Ask the Articles ships, and the code that trains them."""

from pathlib import Path

EMBEDDER = Path(__file__).parent / "articles-e5-l6"
"""The folder of the default embedding model, for sentence-transformers. Its name is what an index remembers."""

READER = Path(__file__).parent / "articles-reader-l6"
"""The folder of the reader: layers and a head; its word embeddings and tokenizer are the embedder's."""
