"""With a Chroma server the answers are the same; the server is a real one."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from knowledge.article import Article
from knowledge.embeddings import MiniLM
from knowledge.errors import IndexStoreError
from knowledge.notes import Notes
from knowledge.retriever import PassageRetriever
from knowledge.store import open_index

pytestmark = pytest.mark.server

MESSAGES = ["I want to text him so badly", "who is she in his story", "crying again", "my rent"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("chroma-server")
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "NO_COLOR": "1"}
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(150):
                try:
                    if httpx.get(f"{url}/api/v2/heartbeat").is_success:
                        break
                except httpx.TransportError:
                    time.sleep(0.2)
            else:
                pytest.fail(f"No Chroma server: {(folder / 'log').read_text()[-500:]}")
            yield url
        finally:
            process.terminate()
            process.wait(10)


def test_server_gives_the_hits_of_the_folder(
    server: str, small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    local = PassageRetriever.open([small_article], small_notes, cache, embeddings=model)
    served = PassageRetriever.open([small_article], small_notes, cache, server, model)
    try:
        assert served.index.built
        for message in MESSAGES:
            here, there = local.search(message), served.search(message)
            assert there.fits == here.fits
            assert [h.passage for h in there.hits] == [h.passage for h in here.hits]
            assert [h.score for h in there.hits] == pytest.approx([h.score for h in here.hits])
    finally:
        local.close()
        served.close()
    again = open_index([small_article], small_notes, model, cache)
    assert not again.built, "the folder's index lives on beside the server's"
    again.close()


def test_ids_are_idempotent_on_the_server(
    server: str, small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    index = open_index([small_article], small_notes, model, cache, server)
    collection = index.client.get_collection(index.name)
    ids = set(collection.get()["ids"])
    index.close()
    shutil.rmtree(cache)

    index = open_index([small_article], small_notes, model, cache, server)
    assert index.built, "the fused weights were gone"
    rows = index.client.get_collection(index.name).get()["ids"]
    assert len(rows) == len(set(rows)) == 3 + 3 * (1 + 15) + 15
    assert set(rows) == ids
    index.close()

    index = open_index([small_article], small_notes, model, cache, server)
    assert not index.built
    index.close()


def test_half_filled_collection_is_filled_up(
    server: str, small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    notes = small_notes.model_copy(update={"silent": (*small_notes.silent, "one more")})
    index = open_index([small_article], notes, model, cache, server)
    collection = index.client.get_collection(index.name)
    whole = set(collection.get()["ids"])
    collection.delete(ids=sorted(whole)[::2])
    collection.modify(metadata={"complete": False})
    index.close()

    index = open_index([small_article], notes, model, cache, server)
    assert index.built
    assert set(index.client.get_collection(index.name).get()["ids"]) == whole
    index.close()


def test_old_collections_go_with_their_folders_and_those_of_others_stay(
    server: str, small_article: Article, small_notes: Notes, model: MiniLM, tmp_path: Path
) -> None:
    def names_after(cache: str, phrase: str) -> tuple[str, set[str]]:
        notes = small_notes.model_copy(update={"silent": (*small_notes.silent, phrase)})
        index = open_index([small_article], notes, model, tmp_path / cache, server)
        try:
            return index.name, {found.name for found in index.client.list_collections()}
        finally:
            index.close()

    theirs, before = names_after("theirs", "the first state")
    shared, _ = names_after("ours", "the first state")
    second, _ = names_after("ours", "the second state")
    third, _ = names_after("ours", "the third state")
    fourth, left = names_after("ours", "the fourth state")
    assert theirs == shared
    assert left == before | {third, fourth}
    assert second not in left


def test_no_server_is_told_in_one_sentence(
    small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    with pytest.raises(IndexStoreError, match="cannot be used: Could not connect"):
        open_index([small_article], small_notes, model, cache, f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://"])
def test_wrong_address_is_refused(
    url: str, small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    with pytest.raises(IndexStoreError, match="COACH_CHROMA_URL is wrong"):
        open_index([small_article], small_notes, model, cache, url)
