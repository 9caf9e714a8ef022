"""Every setting of the coach, in one place.

Each field is read from the environment variable `COACH_<FIELD>`; the three
`OPENAI_*` names are the ones every OpenAI-compatible client uses and count only
when `COACH_LLM=endpoint` asks for an endpoint by name.
"""

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import ConfigError

__all__ = ["Settings"]

_APP = "reflection-coach"
_OPENAI_URL = "https://api.openai.com/v1"


class Settings(BaseSettings):
    """Settings of one coach.

    Example:
        >>> Settings.load(llm="none").llm
        'none'

    Attributes:
        llm: Which model answers. `auto` takes the local model when its weights are
            there, else none; an endpoint only when asked for by name, because a
            person's words would leave the machine.
        model: Model name asked of the endpoint (`COACH_MODEL`).
        api_key: `OPENAI_API_KEY`, for the endpoint only.
        base_url: `OPENAI_BASE_URL`, for the endpoint only; default is OpenAI's own.
        local_model: Name in the catalogue, or the path of a .gguf file.
        local_context: Context window of the local model, in tokens, per conversation slot.
        local_slots: How many conversations the local model answers at once.
        local_threads: Threads of the local model; 0 takes all cores.
        data_dir: Where conversations live (one SQLite file).
        cache_dir: Where weights and the search index live; may be deleted at any time.
        database_url: SQLAlchemy address of the records; default is SQLite in data_dir.
        chroma_url: Address of a Chroma server for the index; None keeps it in cache_dir.
        articles: Folder with more articles (.md, .txt), None for the built-in one only.
        first_token_timeout: Seconds a model may take to its first token.
        stall_timeout: Seconds it may pause between tokens.
        total_timeout: Seconds a whole draft may take, the retry included.
        adjudicator: Whether the model that answers is first asked if it sees an alarm that
            the screen missed. It can only add one; each turn waits for it, up to 5 seconds.
            Meant for a large model: small ones see alarms where there are none.
        max_message_chars: Longest message the front ends take, in characters.
        country: Two-letter code for helplines when nothing else tells, None for the world.
        host: Address the server listens on.
        port: Port the server listens on.
        sign_in: Whether people sign in with a name and a password. `auto` asks it of them when
            `host` is not a loopback address. Behind a proxy on the same machine say `on`:
            `host` is a loopback address there. `off` is for a proxy with its own sign-in.
        log_level: Level of the log, which holds ids, routes and timings, never messages.
    """

    model_config = SettingsConfigDict(
        env_prefix="COACH_",
        env_ignore_empty=True,  # `COACH_ARTICLES=` in a compose file means: not set
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    llm: Literal["auto", "local", "endpoint", "none"] = "auto"
    model: str | None = None
    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    local_model: str = "qwen2.5-coder-1.5b-instruct-q4_k_m"
    local_context: int = Field(default=4096, ge=1024, le=131072)
    local_slots: int = Field(default=2, ge=1, le=64)
    local_threads: int = Field(default=0, ge=0, le=256)
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir(_APP)))
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir(_APP)))
    database_url: str | None = None
    chroma_url: str | None = None
    articles: Path | None = None
    first_token_timeout: float = Field(default=20.0, gt=0)
    stall_timeout: float = Field(default=10.0, gt=0)
    total_timeout: float = Field(default=90.0, gt=0)
    adjudicator: bool = False
    max_message_chars: int = Field(default=8000, ge=1)
    country: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    sign_in: Literal["auto", "on", "off"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("country")
    @classmethod
    def _country_code(cls, value: str | None) -> str | None:
        if value is None or value == "":
            return None
        if not re.fullmatch(r"[A-Za-z]{2}", value):
            raise ValueError("must be a two-letter country code, such as NZ")
        return value.upper()

    @classmethod
    def load(cls, **overrides: Any) -> "Settings":
        """Read the environment, with overrides, and check it.

        Args:
            **overrides: Field values that win over the environment; None is left out.

        Returns:
            The settings.

        Raises:
            ConfigError: A value is wrong; the message names the variable.
        """
        given = {key: value for key, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            variable = name if name.startswith("OPENAI_") else f"COACH_{name.upper()}"
            raise ConfigError(
                f"{variable} is wrong: {first['msg']} (got {first['input']!r})."
            ) from error

    @property
    def records_url(self) -> str:
        """SQLAlchemy address of the records database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coach.sqlite3'}"

    @property
    def endpoint_url(self) -> str:
        """Where the endpoint is, for whoever asks for one."""
        return self.base_url or _OPENAI_URL

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"  # any other name may be anybody's

    @property
    def sign_in_needed(self) -> bool:
        """Whether nobody gets in without signing in."""
        return not self.on_loopback if self.sign_in == "auto" else self.sign_in == "on"
