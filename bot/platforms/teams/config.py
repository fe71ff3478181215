"""Who Okra is to Microsoft: one registration, and where its tokens and keys come from."""

import ipaddress
from dataclasses import dataclass

CHANNEL = "msteams"


@dataclass(frozen=True, slots=True)
class Cloud:
    """The addresses of Microsoft's public cloud; a test stands its own in their place."""

    login_url: str = "https://login.microsoftonline.com"
    """Where a token for sending comes from: `{login_url}/{tenant}/oauth2/v2.0/token`."""
    scope: str = "https://api.botframework.com/.default"
    issuer: str = "https://api.botframework.com"
    """Who signs the tokens of what comes in."""
    open_id_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """A single-tenant registration (new multi-tenant bots ended in July 2025), and the tenants that are let in."""

    app_id: str
    app_password: str
    tenant_id: str
    allowed_tenants: frozenset[str] = frozenset()
    """Tenants besides the bot's own whose people are heard."""
    cloud: Cloud = Cloud()
    timeout: float = 10.0
    """Seconds for one call to Microsoft."""

    @property
    def tenants(self) -> frozenset[str]:
        """Every tenant that is heard, in lower case."""
        return frozenset(tenant.lower() for tenant in {self.tenant_id, *self.allowed_tenants} if tenant)

    @property
    def is_open(self) -> bool:
        """Whether requests are believed without a token: in development alone."""
        return not self.app_id

    def check(self, host: str, development: bool) -> None:
        """Raise ValueError where this must not start: without an app id the SDK lets everyone in."""
        if self.is_open:
            if not development:
                raise ValueError("TEAMS_APP_ID is empty: without it nobody who posts to the bot is authenticated.")
            if not is_loopback(host):
                raise ValueError("Without TEAMS_APP_ID the bot may listen on 127.0.0.1 only; set HOST=127.0.0.1.")
            return
        if not self.app_password:
            raise ValueError("TEAMS_APP_PASSWORD is empty.")
        if not self.tenant_id:
            raise ValueError("TEAMS_TENANT_ID is empty.")


def is_loopback(host: str | None) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
