"""A trained adapter for the embedding model, and the few numbers that read its last layer.

The adapter changes some weight matrices of MiniLM by a product of two thin matrices each
(low-rank adaptation, Hu et al. 2021): small enough to keep in the repository, and as fast as the
model itself, because it is worked into the weights when they are loaded.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.errors import ConfigError

__all__ = ["Adapter"]

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adapter:
    """What training made.

    Attributes:
        labels: Names of the classes, in the order of the head's columns.
        head: Weights over the mean and the maximum of the hidden states, shape (768, classes).
        bias: One number a class.
        places: For each changed matrix, where in the model file its int8 weights and its
            float32 scales begin, and its shape: (weights, scales, rows, columns).
        left: For each, the left factor, shape (rows, rank).
        right: For each, the right factor, shape (rank, columns).
        made_of: Digest of the sentences it was trained on.
    """

    labels: tuple[str, ...]
    head: Array
    bias: Array
    places: tuple[tuple[int, int, int, int], ...]
    left: tuple[Array, ...]
    right: tuple[Array, ...]
    made_of: str

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "classifier.npz") -> "Adapter":
        """Read a file that `to_bytes` wrote.

        Args:
            data: Its bytes.
            name: What to call it in an error.

        Returns:
            The adapter.

        Raises:
            ConfigError: It is not such a file.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return cls._read(file)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ConfigError(f"{name} cannot be read: {error}") from error

    @classmethod
    def _read(cls, file: Mapping[str, Any]) -> "Adapter":
        places = tuple(tuple(int(n) for n in row) for row in file["places"])
        wide = {key: file[key].astype(np.float32) for key in file if key[:4] in ("left", "righ")}
        return cls(
            labels=tuple(str(label) for label in file["labels"]),
            head=file["head"].astype(np.float32),
            bias=file["bias"].astype(np.float32),
            places=tuple((a, b, c, d) for a, b, c, d in places),
            left=tuple(wide[f"left{i}"] for i in range(len(places))),
            right=tuple(wide[f"right{i}"] for i in range(len(places))),
            made_of=str(file["made_of"]),
        )

    def to_bytes(self) -> bytes:
        """The adapter as a file, its factors in half precision.

        Returns:
            A .npz archive.
        """
        arrays: dict[str, Any] = {
            "labels": np.array(self.labels),
            "head": self.head.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "places": np.array(self.places, dtype=np.int64),
            "made_of": np.array(self.made_of),
        }
        for index, (left, right) in enumerate(zip(self.left, self.right, strict=True)):
            arrays[f"left{index}"] = left.astype(np.float16)
            arrays[f"right{index}"] = right.astype(np.float16)
        out = io.BytesIO()
        np.savez_compressed(out, **arrays)
        return out.getvalue()

    def applied(self, model: bytes) -> bytes:
        """Work the adapter into the weights of the model.

        Args:
            model: Bytes of the model file, whose digest was checked: the places are its own.

        Returns:
            Bytes of the changed model, of the same length.
        """
        changed = bytearray(model)
        for (at, scales_at, rows, columns), left, right in zip(
            self.places, self.left, self.right, strict=True
        ):
            old = np.frombuffer(model, np.int8, rows * columns, at).reshape(rows, columns)
            scales = np.frombuffer(model, np.float32, columns, scales_at)
            weights = old * scales + left @ right
            largest = np.abs(weights).max(axis=0)
            finer = np.where(largest > 0, largest / 127, 1).astype(np.float32)
            new = np.clip(np.rint(weights / finer), -127, 127).astype(np.int8)
            changed[at : at + new.nbytes] = new.tobytes()
            changed[scales_at : scales_at + finer.nbytes] = finer.tobytes()
        return bytes(changed)
