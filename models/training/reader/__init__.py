"""How the reader is trained: questions, passages, and the words that answer; `python -m models.training.reader`."""
