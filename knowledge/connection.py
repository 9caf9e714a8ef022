"""Connections to Chroma: a folder on disk, or a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings

from knowledge.errors import IndexStoreError

__all__ = ["close", "connect", "connected"]


def connect(folder: Path, chroma_url: str | None) -> Client:
    """Open Chroma.

    Args:
        folder: Where the files lie when there is no server, in `chroma/` below it.
        chroma_url: Address of a server, None for the folder.

    Returns:
        The client, to be given to `close`.

    Raises:
        IndexStoreError: The address is none.
    """
    quiet = ChromaSettings(anonymized_telemetry=False)
    if chroma_url is None:
        local = chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet)
        return cast("Client", local)  # annotated more widely than what it returns
    parts = urlsplit(chroma_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise IndexStoreError(
            f"COACH_CHROMA_URL is wrong: {chroma_url!r} is not an http(s) address."
        )
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    remote = chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=quiet)
    return cast("Client", remote)


def close(client: Client) -> None:
    """Release the files or the connections of a client.

    Args:
        client: The client.
    """
    client.close()
    for owner in (client, getattr(client, "_admin_client", None)):
        # Chroma leaves the connections to a server open.
        session = getattr(getattr(owner, "_server", None), "_session", None)
        if isinstance(session, httpx.Client):
            session.close()


@contextmanager
def connected(folder: Path, chroma_url: str | None) -> Iterator[Client]:
    """As `connect`, and closed at the end."""
    client = connect(folder, chroma_url)
    try:
        yield client
    finally:
        close(client)
