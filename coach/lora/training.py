"""Trains the adapter of a text classifier: factors for the upper layers, and a small head.

The same seed gives the same weights on the same machine; on another one they differ in the last
digits.
"""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from coach.lora.adapter import Adapter
from coach.lora.examples import Example
from coach.lora.network import LAYERS, Frozen, dropped, hidden, load_frozen, new_factors
from knowledge.encoder import WIDTH, load_tokenizer

__all__ = ["Plan", "fit"]

_log = logging.getLogger(__name__)

_CLS, _SEP = 101, 102
_WIDTHS = (12, 16, 20, 24, 32, 40, 56, 80, 112, 160)  # few shapes, or JAX compiles for ever
_BATCH = 32
_MOST_TOKENS = 160


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is trained.

    Attributes:
        seed: Of everything random.
        epochs: How often every text is seen.
        first_layer: The lowest layer that is changed.
        rank: Rank of the change.
        rate: Highest learning rate.
        dropout: Share of a changed layer's output that is dropped.
        smoothing: Share of the target that goes to all classes alike.
        joined: Share of texts that are shown between ordinary ones, as in a longer message.
    """

    seed: int = 0
    epochs: int = 6
    first_layer: int = 2
    rank: int = 6
    rate: float = 1e-3
    dropout: float = 0.1
    smoothing: float = 0.06
    joined: float = 0.25


@dataclass(frozen=True, slots=True)
class _Tokens:
    ids: list[int]
    label: int
    weight: float


def fit(examples: Sequence[Example], labels: Sequence[str], plan: Plan, made_of: str) -> Adapter:
    """Train.

    Args:
        examples: The texts.
        labels: Names of the classes, the ordinary one first.
        plan: How.
        made_of: Digest of what the texts come from.

    Returns:
        The adapter.
    """
    chance = random.Random(plan.seed)  # noqa: S311 - nothing secret
    tokenizer = load_tokenizer(_MOST_TOKENS)
    tokens = [_Tokens(tokenizer.encode(e.text).ids, e.label, e.weight) for e in examples]
    frozen = load_frozen()
    key = jax.random.PRNGKey(plan.seed)
    weights = {
        "factors": new_factors(key, plan.first_layer, plan.rank),
        "head": jnp.zeros((2 * WIDTH, len(labels))),
        "bias": jnp.zeros(len(labels)),
    }
    shown = sum(one.weight for one in tokens)
    steps = plan.epochs * (int(shown) // _BATCH + len(_WIDTHS))
    rate = optax.warmup_cosine_decay_schedule(0.0, plan.rate, steps // 10, steps, plan.rate / 50)
    optimiser = optax.adamw(rate, weight_decay=0.01)
    state = optimiser.init(weights)

    def step(weights: Any, state: Any, batch: Any, key: Any) -> Any:
        value, slope = jax.value_and_grad(_loss)(weights, frozen, batch, key, plan)
        change, state = optimiser.update(slope, state, weights)
        return optax.apply_updates(weights, change), state, value

    fast_step = jax.jit(step)
    for epoch in range(plan.epochs):
        began, losses = time.monotonic(), []
        for batch in _batches(_mixed(tokens, plan.joined, chance), chance):
            key, one = jax.random.split(key)
            weights, state, loss = fast_step(weights, state, batch, one)
            losses.append(loss)
        mean, seconds = float(np.mean([float(x) for x in losses])), time.monotonic() - began
        _log.info("epoch %d: loss %.3f, %.0f s", epoch + 1, mean, seconds)
    return _adapter(weights, frozen, plan, labels, made_of)


def _mixed(examples: Sequence[_Tokens], share: float, chance: random.Random) -> Iterator[_Tokens]:
    """One epoch: the examples, some of them between ordinary sentences, as people write."""
    ordinary = [one for one in examples if one.label == 0 and len(one.ids) <= 40]
    for one in examples:
        if chance.random() >= one.weight:
            continue
        if chance.random() >= share:
            yield one
            continue
        ids = one.ids[1:-1]
        for _ in range(chance.choice((1, 1, 2, 3))):
            other = chance.choice(ordinary).ids[1:-1]
            if len(ids) + len(other) > _MOST_TOKENS - 50:
                break
            ids = other + ids if chance.random() < 0.5 else ids + other
        yield _Tokens([_CLS, *ids, _SEP], one.label, one.weight)


def _batches(examples: Iterator[_Tokens], chance: random.Random) -> Iterator[dict[str, Any]]:
    by_width = defaultdict(list)
    for one in examples:
        by_width[next(width for width in _WIDTHS if len(one.ids) <= width)].append(one)
    cut = []
    for width, those in by_width.items():
        chance.shuffle(those)
        cut += [(width, those[at : at + _BATCH]) for at in range(0, len(those), _BATCH)]
    chance.shuffle(cut)
    for width, those in cut:
        yield _padded(width, those)


def _padded(width: int, examples: list[_Tokens]) -> dict[str, Any]:
    ids = np.zeros((_BATCH, width), np.int32)
    mask = np.zeros((_BATCH, width), np.float32)
    mask[:, 0] = 1  # a row of padding alone would divide by nothing
    for row, one in enumerate(examples):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
    empty = _BATCH - len(examples)
    return {
        "ids": ids,
        "mask": mask,
        "label": np.array([one.label for one in examples] + [0] * empty),
        "real": np.array([1.0] * len(examples) + [0.0] * empty, np.float32),
    }


def _loss(weights: Any, frozen: Frozen, batch: Any, key: Any, plan: Plan) -> Any:
    mask = batch["mask"]
    states = hidden(frozen, weights["factors"], batch["ids"], mask, key, plan.dropout)
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    most = jnp.where(mask[:, :, None] > 0, states, -1e9).max(1)
    read = dropped(jnp.concatenate([mean, most], 1), key, LAYERS, 2 * plan.dropout)
    logits = read @ weights["head"] + weights["bias"]
    classes = weights["bias"].shape[0]
    target = optax.smooth_labels(jax.nn.one_hot(batch["label"], classes), plan.smoothing)
    losses = optax.softmax_cross_entropy(logits, target) * batch["real"]
    return losses.sum() / batch["real"].sum()


def _adapter(
    weights: Any, frozen: Frozen, plan: Plan, labels: Sequence[str], made_of: str
) -> Adapter:
    changed = frozen.places[plan.first_layer :]
    return Adapter(
        labels=tuple(labels),
        head=np.asarray(weights["head"]),
        bias=np.asarray(weights["bias"]),
        places=tuple(place for layer in changed for place in layer),
        left=tuple(np.asarray(a) for layer in weights["factors"] for a in layer["a"]),
        right=tuple(np.asarray(b) for layer in weights["factors"] for b in layer["b"]),
        made_of=made_of,
    )
