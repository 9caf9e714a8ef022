"""Which language model answers now, if any: the one thing the rest of the coach asks."""

import importlib.util
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import anyio
import anyio.to_thread
from langchain_core.messages import BaseMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, ConfigDict

from coach.errors import CoachError, ModelError
from coach.models import weights
from coach.models.endpoint import chat_model, close_chat, local_chat_model
from coach.models.local import Address, LocalServer
from coach.models.pulling import pull_status
from coach.models.warm import warm
from coach.settings import Settings

__all__ = ["ModelProvider", "ModelStatus", "Served"]

_logger = logging.getLogger(__name__)

Kind = Literal["local", "endpoint"]
State = Literal["none", "downloading", "starting", "ready", "failed"]

_POLL_SECONDS = 0.1
_FROM_ARTICLE = "Answers come from the article alone."
_MEANWHILE = "Until then, answers come from the article alone."


@dataclass(frozen=True, slots=True)
class Served:
    """A model that is ready to be asked.

    Attributes:
        name: Its name, as shown and recorded.
        kind: Whether it runs on this machine.
        chat: The client to ask it with.
    """

    name: str
    kind: Kind
    chat: ChatOpenAI


class ModelStatus(BaseModel):
    """How it stands with the model, for the page and for health checks.

    Attributes:
        state: Where things are.
        kind: What sort of model is meant, None when there is none.
        name: Its name, None when there is none.
        detail: One plain sentence for people.
        progress: How much of the weights is there, 0 to 1, while they are downloaded.
    """

    model_config = ConfigDict(frozen=True)

    state: State
    kind: Kind | None = None
    name: str | None = None
    detail: str
    progress: float | None = None


class ModelProvider:
    """Offers the model of the settings as soon as it can be asked, and never makes a turn wait.

    Loading happens in the background. Weights that another process pulls meanwhile are
    noticed by the next call of `current`. Whatever happens to a local model, callers see
    only that `current` has nothing to offer.

    Args:
        settings: The settings.
        warmup: Messages every prompt begins with, for a local model's prompt cache.
    """

    def __init__(self, settings: Settings, warmup: Sequence[BaseMessage] = ()) -> None:
        self._settings = settings
        self._warmup = tuple(warmup)
        self._lock = threading.Lock()
        self._endpoint: Served | None = None
        self._server: LocalServer | None = None
        self._opener: threading.Thread | None = None
        self._opened: weights.Fingerprint | None = None
        self._failure = ""
        self._closed = False
        self._served: tuple[Address, Served] | None = None
        self._before: ChatOpenAI | None = None

    async def start(self) -> None:
        """Check the settings and begin loading; returns without waiting for the model.

        Raises:
            ConfigError: The endpoint lacks a name or a key, or the local model is unknown.
            ModelError: `COACH_LLM=local` was asked for and its weights are not there, not
                the published ones, or xllamacpp is not installed.
        """
        if self._settings.llm == "endpoint":
            chat = chat_model(self._settings)
            self._endpoint = Served(chat.model_name, "endpoint", chat)
        elif self._settings.llm == "local":
            _require_llama()
            if await anyio.to_thread.run_sync(weights.find, self._settings) is None:
                path = weights.weights_path(self._settings)
                raise ModelError(
                    f"COACH_LLM=local needs the weights {path.name!r}; "
                    "`coach model pull` fetches those of the catalogue."
                )
        elif self._settings.llm == "auto":
            weights.weights_path(self._settings)  # an unknown name is told at once
        self._notice()

    async def aclose(self) -> None:
        """End the local model and close all connections."""
        with self._lock:
            self._closed = True
        if self._opener is not None:
            await anyio.to_thread.run_sync(self._opener.join)
        if self._server is not None:
            await anyio.to_thread.run_sync(self._server.stop)
        served = self._served[1] if self._served is not None else self._endpoint
        chats = (self._before, served.chat if served is not None else None)
        self._before = self._endpoint = self._served = None
        for chat in chats:
            if chat is not None:
                await close_chat(chat)

    async def current(self) -> Served | None:
        """Offer the model that can be asked now.

        Returns:
            The model, or None while there is none; never waits for one.
        """
        if self._endpoint is not None:
            return self._endpoint
        self._notice()
        address = self._server.address if self._server is not None else None
        if address is None:
            return None
        served = self._served
        if served is None or served[0] != address:
            # Of the children that died, a turn may still hold the last one's client.
            old, self._before = self._before, served[1].chat if served is not None else None
            chat = local_chat_model(self._settings, address)
            self._served = served = (address, Served(address.model, "local", chat))
            if old is not None:
                await close_chat(old)
        return served[1]

    async def settled(self, seconds: float) -> Served | None:
        """Wait for a model that is being loaded; for programs that ask once and go.

        Args:
            seconds: How long to wait at most.

        Returns:
            The model, or None when there is none or it is not ready in time.
        """
        with anyio.move_on_after(seconds):
            while (served := await self.current()) is None:
                if self.status().state != "starting":
                    break
                await anyio.sleep(_POLL_SECONDS)
            return served
        return None

    def status(self) -> ModelStatus:
        """Say how it stands with the model.

        Returns:
            The status, with one plain sentence.
        """
        if self._endpoint is not None:
            name = self._endpoint.name
            return ModelStatus(
                state="ready",
                kind="endpoint",
                name=name,
                detail=f"Answers are written by {name}, on a server outside this machine.",
            )
        if self._settings.llm in ("none", "endpoint") or self._closed:
            return ModelStatus(state="none", detail=f"No language model is in use. {_FROM_ARTICLE}")
        return self._local_status()

    def _local_status(self) -> ModelStatus:
        name = weights.weights_path(self._settings).stem
        say = partial(ModelStatus, kind="local", name=name)
        server = self._server
        if server is not None and server.state == "ready":
            return say(
                state="ready", detail=f"Answers are written by {name}, on this machine only."
            )
        if server is not None and server.state == "failed":
            return say(state="failed", detail=f"{server.detail} {_FROM_ARTICLE}")
        if self._failure:
            return say(state="failed", detail=f"{self._failure} {_FROM_ARTICLE}")
        if server is not None or (self._opener is not None and self._opener.is_alive()):
            return say(state="starting", detail=f"A local model is being loaded. {_MEANWHILE}")
        pulling = pull_status(self._settings)
        if pulling is None:
            return ModelStatus(
                state="none",
                detail=f"No local model is installed; `coach model pull` fetches one. "
                f"{_FROM_ARTICLE}",
            )
        if pulling.error is not None:
            return say(state="failed", detail=f"{pulling.error} {_FROM_ARTICLE}")
        return ModelStatus(
            state="downloading",
            kind="local",
            name=pulling.name,
            detail=f"A local model is being fetched, {pulling.percent} % so far. {_MEANWHILE}",
            progress=pulling.done / pulling.total,
        )

    def _notice(self) -> None:
        """Begin loading when weights have appeared; one look at the disk, no more."""
        if self._settings.llm not in ("auto", "local"):
            return
        server = self._server
        if server is not None and server.state != "failed":
            return
        seen = weights.fingerprint(weights.weights_path(self._settings))
        with self._lock:
            busy = self._opener is not None and self._opener.is_alive()
            if seen is None or seen == self._opened or busy or self._closed:
                return
            self._opened = seen
            self._opener = threading.Thread(target=self._open, name="coach-open-model", daemon=True)
            self._opener.start()

    def _open(self) -> None:
        self._failure = ""
        if self._server is not None:
            self._server.stop()
            self._server = None
        try:
            path = weights.find(self._settings)
            if path is None:
                return
            _require_llama()
        except (CoachError, OSError) as error:
            _logger.warning("local model not usable: %s", error)
            self._failure = str(error)
            return
        prepare = partial(warm, self._settings, messages=self._warmup) if self._warmup else None
        with self._lock:
            if self._closed:
                return
            self._server = LocalServer(self._settings, path, prepare)
            self._server.start()


def _require_llama() -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError("The local model needs xllamacpp, which is not installed.")
