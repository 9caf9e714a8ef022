"""A gentle close after a long while: once a visit, without guilt and without a hook."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.reply import Sentence, Turn

__all__ = ["Pause"]

_FILE = Path(__file__).with_name("voice") / "pause.yaml"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    after_minutes: float = Field(gt=0)
    say: tuple[str, ...] = Field(min_length=2)


@dataclass(frozen=True, slots=True)
class Pause:
    """Offers to leave it here for today.

    Attributes:
        after_minutes: How long a visit lasts before it is offered.
        say: Lines, each of which is known again in a thread.
    """

    after_minutes: float
    say: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = _FILE) -> Self:
        """Read the lines.

        Args:
            path: A file of the form of pause.yaml.

        Returns:
            The pause.

        Raises:
            ConfigError: The file cannot be read or breaks its schema.
        """
        try:
            data = _File.model_validate(
                yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            )
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"The lines of {path.name!r} cannot be used: {error}") from error
        return cls(data.after_minutes, data.say)

    def line(self, minutes: float, visit: Sequence[Turn], seed: int = 0) -> Sentence | None:
        """The line to end an answer with, None when it is not the time.

        Args:
            minutes: How long the visit has lasted.
            visit: What was said in it, the coach's turns among them.
            seed: Which of the lines, such as the number of turns in the thread.

        Returns:
            A sentence, at most once a visit.
        """
        said = [turn.content for turn in visit if turn.role == "assistant"]
        if minutes < self.after_minutes or any(line in text for line in self.say for text in said):
            return None
        return Sentence(text=self.say[seed % len(self.say)])
