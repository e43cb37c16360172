"""The small, readable model behind search and sentence choice: a weighted sum that is the log-odds of being right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]


def fit(rows: Numbers, labels: Numbers, groups: Groups, decay: float = 1e-4) -> Numbers:
    """Weights, and bias last, shape (signs + 1,).

    First what ranks best: the log-likelihood of the right row among the rows of its question (a conditional logit, or
    ListNet's top one: Cao et al. 2007). Then a scale and a bias that make the sum the log-odds of being right.

    Args:
        rows: Signs, shape (n, signs).
        labels: 1 where a row is right, else 0, shape (n,).
        groups: The number of each row's question, shape (n,).
        decay: Weight of the squared weights in what is minimised.
    """
    x, y = torch.tensor(rows, dtype=torch.float64), torch.tensor(labels, dtype=torch.float64)
    answered = np.isin(groups, groups[labels > 0])
    dense, among = np.unique(groups[answered], return_inverse=True)
    ranked, own, right = x[answered], torch.tensor(among), y[answered] > 0
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)

    def ranking() -> torch.Tensor:
        scores = ranked @ weights
        against = _log_sums(scores, own, len(dense)) - _log_sums(scores[right], own[right], len(dense))
        return against.mean() + decay * (weights**2).sum()

    _minimise(ranking, weights)
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    sums = (x @ weights).detach()

    def calibration() -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(sums * line[0] + line[1], y)

    _minimise(calibration, line)
    scale, bias = line.detach().numpy()
    return np.append(weights.detach().numpy() * scale, bias)


def fit_plain(rows: Numbers, labels: Numbers, decay: float = 1e-3) -> Numbers:
    """Weights, and bias last, of plain logistic regression: the log-odds that a row is right.

    Args:
        rows: Signs, shape (n, signs).
        labels: 1 or 0, shape (n,).
        decay: Weight of the squared weights of signs scaled to unit variance.
    """
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    x, y = torch.tensor(rows / spread, dtype=torch.float64), torch.tensor(labels, dtype=torch.float64)
    weights = torch.zeros(x.shape[1] + 1, dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        total = x @ weights[:-1] + weights[-1]
        missed = torch.nn.functional.binary_cross_entropy_with_logits(total, y)
        return missed + decay * (weights[:-1] ** 2).sum()

    _minimise(loss, weights)
    found = weights.detach().numpy()
    return np.append(found[:-1] / spread, found[-1])


def scores(rows: Numbers, weights: Numbers) -> Numbers:
    """Log-odds of each row, shape (n,); the bias is the last of the weights."""
    total: Numbers = rows @ weights[:-1] + weights[-1]
    return total


def first(found: Numbers, labels: Numbers, groups: Groups) -> float:
    """Share of the questions whose best-scored row is right; of rows with the same score the first one counts."""
    best: dict[int, tuple[float, bool]] = {}
    for score, label, group in zip(found.tolist(), labels.tolist(), groups.tolist(), strict=True):
        if group not in best or score > best[group][0]:
            best[group] = score, bool(label)
    return float(np.mean([right for _, right in best.values()])) if best else float("nan")


def _log_sums(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    """Logarithm of the sum of exp(values) over each group, shape (count,); no group may be empty."""
    top = torch.full((count,), -torch.inf, dtype=values.dtype)
    top = top.scatter_reduce(0, groups, values.detach(), "amax")
    return top + torch.log(
        torch.zeros(count, dtype=values.dtype).index_add(0, groups, torch.exp(values - top[groups]))
    )


def _minimise(loss: Callable[[], torch.Tensor], weights: torch.Tensor) -> None:
    """Bring the weights to where the loss is least."""
    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(closure)
