"""The models that Ask the Articles ships, and the code that trains them."""

from pathlib import Path

EMBEDDER = Path(__file__).parent / "articles-minilm-l6-multilingual"
"""The folder of the default embedding model, for sentence-transformers."""
