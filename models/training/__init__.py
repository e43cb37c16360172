"""How the embedding model in `models/` was made, from openly licensed text to weights: `python -m models.training`."""
