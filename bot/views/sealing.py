"""Words for an address that say something for a while: sealed, so that nobody can read or make one."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

_SIGN = 16
"""Bytes of the seal: 128 bits."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sealed text says, and whether its time is over."""

    text: str
    is_over: bool


class Seal:
    """Makes such words with a secret, and reads them back. What is sealed for one purpose says nothing for another.

    The seal is an HMAC over what is said and until when; it is also what the text is hidden with, so that a word
    tells nothing (the construction of RFC 5297, with HMAC-SHA256 in place of AES).
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._sign_key = hmac.digest(secret.encode(), f"okra {purpose}: seal".encode(), "sha256")
        self._hide_key = hmac.digest(secret.encode(), f"okra {purpose}: hide".encode(), "sha256")

    def seal(self, text: str, until: datetime) -> str:
        """An opaque word for a URL."""
        plain = f"{int(until.timestamp())} {text}".encode()
        seal = hmac.digest(self._sign_key, plain, "sha256")[:_SIGN]
        return base64.urlsafe_b64encode(seal + self._hidden(plain, seal)).decode().rstrip("=")

    def open(self, word: str, now: datetime) -> Opened | None:
        """What a word was made of; None for one that this secret did not make for this purpose."""
        try:
            raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        seal, plain = raw[:_SIGN], self._hidden(raw[_SIGN:], raw[:_SIGN])
        if not hmac.compare_digest(hmac.digest(self._sign_key, plain, "sha256")[:_SIGN], seal):
            return None
        until, _, text = plain.decode().partition(" ")
        return Opened(text, is_over=now.timestamp() >= int(until))

    def _hidden(self, data: bytes, seal: bytes) -> bytes:
        """The data with a stream that follows from the seal laid over it; twice gives it back."""
        blocks = range(len(data) // hashlib.sha256().digest_size + 1)
        stream = b"".join(hmac.digest(self._hide_key, seal + block.to_bytes(4), "sha256") for block in blocks)
        return bytes(one ^ other for one, other in zip(data, stream, strict=False))
