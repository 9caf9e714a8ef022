"""Index the small world in a process of its own: `indexer.py CACHE EXTRA [STOP]`.

EXTRA is one more phrase among the silent ones, so that the index is another. At STOP the
process says so and waits, to be killed there.
"""

import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

from knowledge import store
from knowledge.article import load_article
from knowledge.embeddings import MiniLM
from knowledge.notes import Notes, load_notes
from knowledge.store import open_index


def stop_before(owner: Any, name: str, only: str = "") -> None:
    real = getattr(owner, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        if only in str(args[0]):
            print("stopped", flush=True)
            time.sleep(60)
        return real(*args, **kwargs)

    setattr(owner, name, stopping)


def main(cache: str, extra: str, stop: str = "") -> None:
    article = load_article()
    notes = load_notes(article.passages)
    article = dataclasses.replace(article, passages=article.passages[:3])
    small = Notes(
        version=1,
        passages=tuple(
            note.model_copy(update={"says": note.says[:12]}) for note in notes.passages[:3]
        ),
        silent=(*notes.silent[:12], extra),
    )
    if stop == "vectors stored, weights not":
        stop_before(store, "fit")
    elif stop == "moving into place":
        stop_before(Path, "rename", only=".building-")
    elif stop == "embedding":
        stop_before(MiniLM, "embed_documents")
    index = open_index([article], small, MiniLM(), Path(cache))
    hits = index.chroma.similarity_search("good days and bad days", k=3)
    print(json.dumps({"name": index.name, "built": index.built, "hits": [h.id for h in hits]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
