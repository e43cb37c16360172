"""The reader while it learns to verify as well: a second head on the same layers, and batches of both kinds in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.training.reader.batches import Batch, encoded
from models.training.reader.claims import Claim, Claims
from models.training.reader.learning import ReaderNetwork, loss_of
from models.training.reader.lessons import Shown

PIECES = 3_500
"""Of a batch of claims, padding included."""
_POOL = 400
_WEIGHT = 1.0
"""How much the verifying loss counts beside the reading one."""


class JointNetwork(nn.Module):  # type: ignore[misc]
    """A reader that also says whether a passage supports a statement, by a linear layer on the begin mark's state."""

    def __init__(self, reader: ReaderNetwork) -> None:
        super().__init__()
        self.reader = reader
        self.support = nn.Linear(reader.body.width, 1)
        nn.init.normal_(self.support.weight, std=0.02)
        nn.init.zeros_(self.support.bias)

    def forward(self, batch: Batch) -> Tensor:
        """Log-odds that each passage supports its statement, shape (examples,), 32 bits."""
        words = F.embedding(batch.ids, self.reader.words)
        begin = self.reader.body(words, batch.mask, batch.passage)[-1][:, 0].float()
        return self.support(begin)[:, 0]


@dataclass(frozen=True, slots=True)
class ClaimBatch:
    """Some statements with their passages."""

    batch: Batch
    supported: Tensor
    """1 or 0, shape (examples,)."""

    @property
    def ids(self) -> Tensor:
        return self.batch.ids

    @property
    def mask(self) -> Tensor:
        return self.batch.mask


def joint_loss(network: JointNetwork, batch: Batch | ClaimBatch) -> Tensor:
    """Of reading or of verifying, by what the batch is."""
    if isinstance(batch, ClaimBatch):
        return _WEIGHT * F.binary_cross_entropy_with_logits(network(batch.batch), batch.supported)
    return loss_of(network.reader, batch)


def in_turn(reading: Iterator[Batch], claims: Claims, tokenizer: Tokenizer) -> Iterator[Batch | ClaimBatch]:
    """One batch of questions, one of claims, for ever."""
    for batch in _claim_batches(claims, tokenizer):
        yield batch
        yield next(reading)


def _claim_batches(claims: Claims, tokenizer: Tokenizer) -> Iterator[ClaimBatch]:
    while True:
        drawn = sorted(
            (claims.draw() for _ in range(_POOL)), key=lambda claim: len(claim.statement) + len(claim.passage)
        )
        some: list[Claim] = []
        ready: list[list[Claim]] = []
        for claim in drawn:
            # Three letters a piece, about.
            longest = (len(claim.statement) + len(claim.passage)) / 3
            if some and (len(some) + 1) * longest > PIECES:
                ready.append(some)
                some = []
            some.append(claim)
        for place in torch.randperm(len(ready)).tolist():
            yield of_claims(ready[place], tokenizer)


def of_claims(claims: Sequence[Claim], tokenizer: Tokenizer) -> ClaimBatch:
    """One batch of these."""
    batch = encoded([Shown(claim.statement, claim.passage, None) for claim in claims], tokenizer)
    return ClaimBatch(batch, torch.tensor([float(claim.supported) for claim in claims]))


@torch.no_grad()  # type: ignore[untyped-decorator]
def right(network: JointNetwork, claims: Sequence[Claim], tokenizer: Tokenizer) -> float:
    """Share of claims that are judged rightly at even odds."""
    good = 0
    for at in range(0, len(claims), 16):
        some = claims[at : at + 16]
        batch = of_claims(some, tokenizer)
        good += int(((network(batch.batch) > 0) == (batch.supported > 0.5)).sum())
    return good / max(1, len(claims))
