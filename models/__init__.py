"""The models that Ask the Articles ships, and the code that trains them."""

from pathlib import Path

EMBEDDER = Path(__file__).parent / "articles-e5-l6"
"""The folder of the default embedding model, for sentence-transformers. Its name is what an index remembers."""
