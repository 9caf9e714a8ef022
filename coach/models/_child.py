"""The child process that holds a local model: llama.cpp's own server on a loopback port.

Run by file name, so that nothing of the coach is imported here. One line of JSON on
standard input says what to load, one on standard output says where it listens. When
standard input closes the parent is gone, or wants this process to go, and it goes.
"""

import contextlib
import json
import os
import shutil
from typing import Any

_WARNINGS_ONLY = 2  # llama.cpp's log level; prompts would appear at the debug level alone


def main() -> None:
    """Load the model, say where it listens, and stay until standard input closes."""
    # What llama.cpp prints must not mix with the one line the parent waits for.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    wanted: dict[str, Any] = json.loads(_read_line())
    try:
        server = _serve(wanted)
        said = {"url": server.listening_address}
    except ImportError as error:
        said = {"error": f"The local model needs xllamacpp, which cannot be imported: {error}."}
    except Exception as error:  # noqa: BLE001  whatever it is, the parent has to hear it
        said = {"error": f"llama.cpp cannot load the local model: {error}"}
    answer.write(json.dumps(said) + "\n")
    answer.flush()
    if "url" in said:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
    # The parent clears this too, unless it was killed.
    shutil.rmtree(wanted["slot_dir"], ignore_errors=True)
    # No farewell: threads of llama.cpp may be in the middle of a token.
    os._exit(0 if "url" in said else 1)


def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n") and (more := os.read(0, 65536)):
        line += more
    return line


def _serve(wanted: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = wanted["weights"]
    params.model_alias = {wanted["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [wanted["api_key"]]
    params.n_parallel = wanted["slots"]
    params.n_ctx = wanted["context"] * wanted["slots"]
    params.cpuparams.n_threads = wanted["threads"]
    params.cpuparams_batch.n_threads = wanted["threads"]
    params.n_threads_http = wanted["slots"] + 2
    params.cont_batching = True
    params.cache_prompt = True
    params.cache_ram_mib = wanted["cache_mib"]
    params.slot_save_path = wanted["slot_dir"]
    params.verbosity = _WARNINGS_ONLY
    params.ui = False
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
