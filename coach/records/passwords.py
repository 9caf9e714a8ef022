"""Passwords: what is taken for one, and its Argon2 hash."""

import secrets
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coach.records.values import UserError

__all__ = ["FEWEST_CHARS", "check_password", "fits", "hashed", "outdated", "unknown"]

FEWEST_CHARS: Final = 10
_MOST_CHARS: Final = 4096  # nobody types more; whoever sends more wants to keep us busy

_hasher = PasswordHasher()


def check_password(password: str) -> None:
    """Refuse what cannot be a password.

    Raises:
        UserError: It is too short, or out of all proportion.
    """
    if len(password) < FEWEST_CHARS:
        raise UserError(f"A password has at least {FEWEST_CHARS} characters.")
    if len(password) > _MOST_CHARS:
        raise UserError(f"A password has at most {_MOST_CHARS} characters.")


def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return _hasher.hash(_same(password))


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one a hash was kept of; takes long, on purpose."""
    try:
        return _hasher.verify(kept, _same(password[:_MOST_CHARS]))
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return _hasher.check_needs_rehash(kept)


@cache
def unknown() -> str:
    """A hash that no password fits, for names that are not there to take as long as others."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _same(password: str) -> bytes:
    # One keyboard sends é as one character, another as two.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
