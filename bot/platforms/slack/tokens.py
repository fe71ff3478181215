"""Slack's tokens as they are kept: encrypted with the secret of the settings, each for its own workspace."""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"okra slack tokens"
"""Another use of the same secret has another key (RFC 5869: info)."""


class TokenUnreadable(Exception):
    """A token was encrypted with another SECRET_KEY, or for another workspace. The text is one sentence."""


class Tokens:
    """Encrypts and decrypts with a key that follows from `secret`."""

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, team_id: str, bot_token: str) -> str:
        """What is kept of a workspace's token."""
        return self._fernet.encrypt(json.dumps({"team": team_id, "bot": bot_token}).encode()).decode()

    def open(self, team_id: str, sealed: str) -> str:
        """The token of a workspace. Raises `TokenUnreadable`; nothing of the token is in its text."""
        try:
            kept = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError) as error:
            raise TokenUnreadable(
                f"The token of the Slack workspace {team_id} cannot be read with this SECRET_KEY; set the one that it "
                "was kept with, or install Okra there again."
            ) from error
        if kept["team"] != team_id:
            raise TokenUnreadable(
                f"The token that is kept for the Slack workspace {team_id} is that of another one; "
                "install Okra there again."
            )
        return str(kept["bot"])
