"""What the sockets to the platforms are told, so that nothing arrives minutes after it was given up."""

import socket

from aiohttp import AddrInfoType

Option = tuple[int, int, int]

GIVE_UP_SECONDS = 20.0
"""How long the system goes on trying to bring out bytes that the other side does not confirm, closed or not.

Less than `Timing.grace`: what is absent for so long is sent anew. Where a system has no such option, the sweep of
second copies is left.
"""
SEND_BUFFER = 256 * 1024
"""Bytes that the system takes at once: a whole message. What stayed with us could leave late, after a freeze."""


def options() -> list[Option]:
    """The options of a connection to a platform."""
    found: list[Option] = [(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)]
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        found.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(GIVE_UP_SECONDS * 1000)))
    return found


def opened(address: AddrInfoType) -> socket.socket:
    """A socket for an address, not connected yet."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    try:
        for option in options():
            made.setsockopt(*option)
    except OSError:
        made.close()
        raise
    return made
