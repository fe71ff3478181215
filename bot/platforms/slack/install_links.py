"""Links that install Okra into a workspace which is here already, and the address of the page that they lead to."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.views.sealing import Opened, Seal

INSTALL_PATH = "/slack/install"
VALID_FOR = timedelta(hours=24)


class InstallLinks:
    """Makes and opens them. They hold for a day."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base = base_url.rstrip("/")
        self._seal = Seal(secret, "slack install link")

    def address(self, workspace_id: int, now: datetime) -> str:
        """A link for whoever may install in the Slack workspace."""
        return self.page(self._seal.seal(str(workspace_id), now + VALID_FOR))

    def page(self, word: str = "") -> str:
        """The installation page, with a link's word or without."""
        return f"{self._base}{INSTALL_PATH}" + (f"?{urlencode({'into': word})}" if word else "")

    def open(self, word: str, now: datetime) -> Opened | None:
        """The id of the workspace that a link is for; None for one that this Okra did not make."""
        return self._seal.open(word, now)
