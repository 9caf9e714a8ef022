"""Read the definitions of the exercises and hold them against the stance."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from coach.errors import ConfigError
from coach.exercises.definition import Exercise
from knowledge.errors import ArticleError
from knowledge.stance import Stance, load_stance

__all__ = ["load_exercises"]

_FOLDER = Path(__file__).parent


def load_exercises(folder: Path = _FOLDER) -> tuple[Exercise, ...]:
    """Read and check the files of a folder.

    Args:
        folder: Folder with one YAML file an exercise.

    Returns:
        The exercises, in their order.

    Raises:
        ConfigError: A file cannot be read, breaks its form, or says what the stance forbids.
    """
    found = []
    try:
        stance = load_stance()
        for path in sorted(folder.glob("*.yaml")):
            raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            exercise = Exercise.model_validate(raw)
            if exercise.id != path.stem:
                raise ConfigError(f"The exercise {exercise.id!r} stands in {path.name!r}.")
            _check(exercise, stance)
            found.append(exercise)
    except (OSError, ValueError, yaml.YAMLError, ValidationError, ArticleError) as error:
        raise ConfigError(f"The exercises cannot be used: {error}") from error
    return tuple(sorted(found, key=lambda exercise: exercise.order))


def _check(exercise: Exercise, stance: Stance) -> None:
    for slug, prefix in exercise.resting():
        sentence = stance.sentence(slug, prefix)
        if sentence is None or sentence.stance == "never":
            raise ConfigError(
                f"The exercise {exercise.id!r} rests on {prefix!r}, which may not be said."
            )
        wider = sentence.forbidden_after - exercise.forbidden_after
        if wider:
            raise ConfigError(
                f"The exercise {exercise.id!r} must also be closed after {sorted(wider)!r}."
            )
