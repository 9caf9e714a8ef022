"""The catalogue of local models: `catalog.toml`, checked when it is read."""

import functools
import tomllib
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coach.errors import ConfigError

__all__ = ["CatalogModel", "Hub", "Mirror", "catalog", "lookup"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hub(_Entry):
    """Where a model lies on the Hugging Face hub.

    Attributes:
        repo: Owner and name of the repository.
        revision: Commit the file is taken from.
        file: Its name there.
    """

    repo: str
    revision: str = Field(pattern=r"^[0-9a-f]{40}$")
    file: str


class Mirror(_Entry):
    """A model cut into numbered packages of a Python package index.

    Attributes:
        parts: How many there are, numbered from 1.
        requirement: Name and version of part `{n}`.
        member: Path of the piece inside the archive of part `{n}`.
    """

    parts: int = Field(ge=1, le=999)
    requirement: str
    member: str


class CatalogModel(_Entry):
    """One local model.

    Attributes:
        name: What people call it on the command line.
        file: Name of the weights in the cache directory.
        licence: SPDX identifier of the weights' licence.
        size: Length of the weights in bytes.
        sha256: Their digest, in hexadecimal.
        context: Longest context the model was made for, in tokens.
        ram_gb: Memory it needs, in gigabytes.
        summary: One line that helps to choose.
        hub: Where it lies on the hub, None when it does not.
        mirror: Its pieces on a package index, None when there are none.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.gguf$")
    licence: str
    size: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    context: int = Field(gt=0)
    ram_gb: float = Field(gt=0)
    summary: str
    hub: Hub | None = None
    mirror: Mirror | None = None


class _Catalog(_Entry):
    models: Annotated[tuple[CatalogModel, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "_Catalog":
        for kind in ("name", "file"):
            values = [getattr(model, kind) for model in self.models]
            if len(set(values)) < len(values):
                raise ValueError(f"two models share a {kind}")
        return self


@functools.cache  # it is asked at every turn, and part of the package
def catalog() -> tuple[CatalogModel, ...]:
    """Read the catalogue.

    Returns:
        Its models, in the order of the file.

    Raises:
        ConfigError: The file does not keep to its schema.
    """
    text = resources.files(__package__).joinpath("catalog.toml").read_text(encoding="utf-8")
    try:
        return _Catalog.model_validate(tomllib.loads(text)).models
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"The catalogue of local models cannot be read: {error}") from error


def lookup(name: str) -> CatalogModel:
    """Find one model by its name.

    Args:
        name: Name in the catalogue.

    Returns:
        The model.

    Raises:
        ConfigError: No model has this name; the message lists those there are.
    """
    models = catalog()
    for model in models:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in models)
    raise ConfigError(f"There is no local model named {name!r}; the catalogue has {known}.")
