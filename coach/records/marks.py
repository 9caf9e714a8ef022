"""A mark in every browser that somebody has signed in with.

A name takes no password for a while after several wrong ones. Whoever knows her name could
keep her out in this way, so it does not hold for a browser with the mark. The mark lets nobody
in without the password, is kept nowhere else, and is void once the password is changed.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

__all__ = ["fits", "new"]

_BYTES: Final = 16


def new(password: str) -> str:
    """A mark that goes with the kept hash of a password."""
    nonce = secrets.token_bytes(_BYTES)
    return urlsafe_b64encode(nonce + _signed(password, nonce)).decode().rstrip("=")


def fits(password: str, mark: str) -> bool:
    """Whether a mark was made with the kept hash of a password."""
    try:
        both = urlsafe_b64decode(f"{mark}=")
    except ValueError:
        return False
    return hmac.compare_digest(_signed(password, both[:_BYTES]), both[_BYTES:])


def _signed(password: str, nonce: bytes) -> bytes:
    # The hash has a random salt, so that it cannot be found by guessing passwords.
    return hmac.digest(password.encode(), b"browser" + nonce, hashlib.sha256)[:_BYTES]
