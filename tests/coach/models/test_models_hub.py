"""The hub's road, through its own client, against a small hub on this machine."""

import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coach.errors import ModelError
from coach.models import pull, weights_path
from coach.settings import Settings

from .conftest import CONTENT

REVISION = "0123456789abcdef0123456789abcdef01234567"
HUB = {"repo": "someone/tiny", "revision": REVISION, "file": "deep.gguf"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A hub that knows one file; gives the lines of the requests it got."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(CONTENT)

        def _answer(self, body: bytes) -> None:
            asked.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
            known = self.path == f"/someone/tiny/resolve/{REVISION}/deep.gguf"
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(CONTENT) if known else 0))
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("ETag", f'"{hashlib.sha256(CONTENT).hexdigest()}"')
            self.end_headers()
            self.wfile.write(body if known else b"")

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setattr(
        "huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}"
    )
    url = f"http://127.0.0.1:{server.server_port}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", url)
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_hub_is_asked_for_the_pinned_revision_without_a_token(
    settings: Settings,
    catalogue: Callable[..., object],
    hub: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogue(hub=HUB)
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    seen: list[int] = []
    assert pull(settings, progress=lambda done, _: seen.append(done)).read_bytes() == CONTENT
    assert seen[-1] == len(CONTENT)
    # Its client also asks the hub for a list of its own at times; that is not ours.
    ours = [line for line in hub if "/resolve/" in line]
    assert any(line.startswith("GET") for line in ours)
    assert all(REVISION in line for line in ours)
    assert all(line.endswith(" None") for line in hub)
    assert not weights_path(settings).with_name(".hub").exists()


def test_a_file_the_hub_does_not_have_is_told_quickly(
    settings: Settings, catalogue: Callable[..., object], hub: list[str]
) -> None:
    catalogue(hub={**HUB, "file": "gone.gguf"})
    with pytest.raises(ModelError, match=r"the Hugging Face hub: .*404 Not Found"):
        pull(settings)
    assert len([line for line in hub if "/resolve/" in line]) == 1
