"""A cache of its own for each test, and a tiny catalogue in place of the real one."""

import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from coach.models import CatalogModel
from coach.settings import Settings

CONTENT = b"GGUF" + hashlib.shake_256(b"weights").digest(300_000)


async def until(condition: Callable[[], object], seconds: float) -> None:
    """Wait for something that tells nobody when it happens."""
    with anyio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110  nothing here could set an event
            await anyio.sleep(0.05)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(cache_dir=tmp_path / "cache", local_model="tiny")


def entry(**changes: Any) -> CatalogModel:
    fields: dict[str, Any] = {
        "name": "tiny",
        "file": "tiny.gguf",
        "licence": "Apache-2.0",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "context": 2048,
        "ram_gb": 0.1,
        "summary": "For the tests.",
    }
    return CatalogModel.model_validate({**fields, **changes})


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., CatalogModel]:
    """Put one model in place of the catalogue; called with the fields that differ."""

    def install(**changes: Any) -> CatalogModel:
        model = entry(**changes)
        monkeypatch.setattr("coach.models.catalogue.catalog", lambda: (model,))
        return model

    return install


class FileServer:
    """Serves CONTENT with byte ranges, and can hang up after some bytes."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.cut_after: list[int] = []
        self.ranges: list[str | None] = []
        self.honours_ranges = True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                outer.ranges.append(asked)
                start = int(asked[6:-1]) if asked and outer.honours_ranges else 0
                body = outer.content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if outer.cut_after:
                    body = body[: outer.cut_after.pop(0)]
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tiny.gguf?key=secret"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> "FileServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server
