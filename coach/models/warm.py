"""Warm a local model's prompt cache, so that the first person does not wait for the rules.

The unchanging beginning of every prompt is read once, into the first conversation slot;
its state is then copied to the other slots, which takes milliseconds instead of the half
minute that reading it again would cost on two cores.
"""

from collections.abc import Sequence

import anyio
import httpx
from langchain_core.messages import BaseMessage

from coach.models.endpoint import close_chat, local_chat_model
from coach.models.local import Address
from coach.settings import Settings

__all__ = ["warm"]

_SECONDS = 300.0
_STATE_FILE = "prefix.bin"


def warm(settings: Settings, address: Address, messages: Sequence[BaseMessage]) -> None:
    """Let every slot of a local model hold the beginning of the prompt.

    For a thread without an event loop.

    Args:
        settings: The settings; `local_slots` is read.
        address: Where the local model answers.
        messages: The messages every prompt begins with.

    Raises:
        Exception: Whatever the client or the server raises; the cache is then cold.
    """
    chat = local_chat_model(settings, address)
    try:
        chat.invoke(list(messages), max_tokens=1, timeout=_SECONDS, extra_body={"id_slot": 0})
    finally:
        anyio.run(close_chat, chat)
    if settings.local_slots > 1:
        _copy_slot(address, settings.local_slots)


def _copy_slot(address: Address, slots: int) -> None:
    root = address.base_url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {address.api_key}"}
    with httpx.Client(base_url=root, headers=headers, timeout=_SECONDS, trust_env=False) as client:
        try:
            for slot in range(slots):
                action = "save" if slot == 0 else "restore"
                client.post(
                    f"/slots/{slot}", params={"action": action}, json={"filename": _STATE_FILE}
                ).raise_for_status()
        finally:
            (address.slot_dir / _STATE_FILE).unlink(missing_ok=True)
