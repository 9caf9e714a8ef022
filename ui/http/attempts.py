"""How often somebody may try to sign in."""

import ipaddress
import time
from collections import OrderedDict, deque
from typing import Final

__all__ = ["Attempts"]

_ADDRESSES: Final = 10_000


class Attempts:
    """Counts failed attempts, so that nobody tries one password on all names.

    Kept in memory: that a name is locked outlives a restart, as it is in the database, and
    strangers should not be able to fill that with their addresses.

    Args:
        most: Failed attempts that each has.
        seconds: In how long a time.
    """

    def __init__(self, most: int = 20, seconds: float = 600) -> None:
        self._most = most
        self._seconds = seconds
        self._failed: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def take(self, address: str, name: str = "") -> bool:
        """Count an attempt before it is made, or many at once would all be the first.

        Args:
            address: Where it comes from.
            name: Whose name is tried, where it is counted by that as well.

        Returns:
            Whether it may be made.
        """
        key, now = (_household(address), name), time.monotonic()
        times = self._failed.setdefault(key, deque())
        self._failed.move_to_end(key)
        while times and now - times[0] > self._seconds:
            times.popleft()
        if len(self._failed) > _ADDRESSES:
            self._failed.popitem(last=False)
        if len(times) >= self._most:
            return False
        times.append(now)
        return True

    def give_back(self, address: str, name: str = "") -> None:
        """Count no longer an attempt that did not fail."""
        times = self._failed.get((_household(address), name))
        if times:
            times.pop()


def _household(address: str) -> str:
    """The address itself, or the network of an IPv6 address: one line has 2**64 of these."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped or ipaddress.ip_network((int(parsed), 64), strict=False))
