"""The transformer body (BERT, 384 wide: the teacher's 12 layers or the student's 6), written for training on a CPU in
bfloat16.

The same function as the published model's, to rounding: queries, keys and values in one multiplication, master weights
in 32 bits, everything multiplied in 16. Word embeddings are kept outside, so that only the rows that a batch touches
are updated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}
WORDS = "embeddings.word_embeddings.weight"


def without_layers(state: Mapping[str, Tensor], kept: Sequence[int]) -> dict[str, Tensor]:
    """The weights of a model that has only the layers `kept` of this one, in that order."""
    found = {name: weights for name, weights in state.items() if not name.startswith("encoder.layer.")}
    for new, old in enumerate(kept):
        prefix = f"encoder.layer.{old}."
        found |= {
            f"encoder.layer.{new}.{name.removeprefix(prefix)}": weights
            for name, weights in state.items()
            if name.startswith(prefix)
        }
    return found


class Body(nn.Module):  # type: ignore[misc]
    """Word embeddings in, contextual states out."""

    def __init__(
        self, layers: int = 6, width: int = 384, heads: int = 12, inner: int = 1536, positions: int = 512
    ):
        super().__init__()
        self.heads, self.width = heads, width
        self.positions = nn.Parameter(torch.zeros(positions, width))
        self.kind = nn.Parameter(torch.zeros(2, width))
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    "qkv": nn.Linear(width, 3 * width),
                    "out": nn.Linear(width, width),
                    "norm1": nn.LayerNorm(width, eps=1e-12),
                    "up": nn.Linear(width, inner),
                    "down": nn.Linear(inner, width),
                    "norm2": nn.LayerNorm(width, eps=1e-12),
                }
            )
            for _ in range(layers)
        )

    def read(self, state: Mapping[str, Tensor]) -> Body:
        """Take the weights of a Hugging Face BertModel's state."""
        self.positions.data = state["embeddings.position_embeddings.weight"].float().clone()
        self.kind.data = state["embeddings.token_type_embeddings.weight"].float().clone()
        for part in ("weight", "bias"):
            getattr(self.norm, part).data = state[f"embeddings.LayerNorm.{part}"].float().clone()
            for number, layer in enumerate(self.layers):
                prefix = f"encoder.layer.{number}."
                three = [state[f"{prefix}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
                getattr(layer["qkv"], part).data = torch.cat(three).float()
                for ours, theirs in _NAMES.items():
                    getattr(layer[ours], part).data = state[f"{prefix}{theirs}.{part}"].float().clone()
        return self

    def written(self) -> dict[str, Tensor]:
        """The weights under the names of a Hugging Face BertModel, word embeddings left out."""
        state = {
            "embeddings.position_embeddings.weight": self.positions,
            "embeddings.token_type_embeddings.weight": self.kind,
            "embeddings.LayerNorm.weight": self.norm.weight,
            "embeddings.LayerNorm.bias": self.norm.bias,
        }
        for number, layer in enumerate(self.layers):
            prefix = f"encoder.layer.{number}."
            for part in ("weight", "bias"):
                three = getattr(layer["qkv"], part).chunk(3)
                for name, piece in zip(("query", "key", "value"), three, strict=True):
                    state[f"{prefix}attention.self.{name}.{part}"] = piece
                for ours, theirs in _NAMES.items():
                    state[f"{prefix}{theirs}.{part}"] = getattr(layer[ours], part)
        return {name: weights.detach().clone().contiguous() for name, weights in state.items()}

    def forward(self, words: Tensor, mask: Tensor, second: Tensor | None = None) -> list[Tensor]:
        """States after each layer, each of shape (texts, length, width), bfloat16.

        Args:
            words: Word embeddings, shape (texts, length, width).
            mask: Which places hold a piece, bool, shape (texts, length).
            second: Which places belong to the second of two texts, bool, of the same shape; None: there is one text.
        """
        texts, length, width = words.shape
        half = torch.bfloat16

        def linear(x: Tensor, to: nn.Linear) -> Tensor:
            return F.linear(x, to.weight.to(half), to.bias.to(half))

        def norm(x: Tensor, by: nn.LayerNorm) -> Tensor:
            return F.layer_norm(x, (width,), by.weight.to(half), by.bias.to(half), 1e-12)

        kind = self.kind[0] if second is None else F.embedding(second.long(), self.kind)
        x = norm((words + self.positions[:length] + kind).to(half), self.norm)
        outside = torch.zeros(texts, 1, 1, length, dtype=half).masked_fill_(~mask[:, None, None, :], -1e9)
        states = []
        for layer in self.layers:
            three = linear(x, layer["qkv"]).view(texts, length, 3, self.heads, width // self.heads)
            query, key, value = three.permute(2, 0, 3, 1, 4)
            seen = _attention(query, key, value, outside)
            x = norm(
                x + linear(seen.transpose(1, 2).reshape(texts, length, width), layer["out"]), layer["norm1"]
            )
            x = norm(x + linear(F.gelu(linear(x, layer["up"])), layer["down"]), layer["norm2"])
            states.append(x)
        return states


def _attention(query: Tensor, key: Tensor, value: Tensor, outside: Tensor) -> Tensor:
    if not torch.is_grad_enabled():
        return F.scaled_dot_product_attention(query, key, value, attn_mask=outside)
    # With a gradient, plain multiplications: torch's fused attention takes six times as long backwards on a CPU.
    texts, heads, length, width = query.shape
    query, key, value = (part.reshape(texts * heads, length, width) for part in (query, key, value))
    scores = torch.bmm(query * width**-0.5, key.transpose(1, 2)).view(texts, heads, length, length) + outside
    chances = scores.softmax(-1).view(texts * heads, length, length)
    return torch.bmm(chances, value).view(texts, heads, length, width)


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Unit vectors of texts, shape (texts, width): the mean of their pieces' states."""
    weights = mask[..., None].float()
    return F.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=-1)
