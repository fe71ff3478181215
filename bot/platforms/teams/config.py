"""Who Okra is to Microsoft: one registration, and where its tokens and keys come from."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

CHANNEL = "msteams"

Limit = tuple[int, float]
"""At most so many calls in any so many seconds."""


class AppType(StrEnum):
    """How a registration proves who it is, in Azure's words."""

    SINGLE_TENANT = "SingleTenant"
    """By a client secret, in the tenant it is registered in."""
    MANAGED_IDENTITY = "UserAssignedMSI"
    """By the identity that Azure gives the machine: there is no secret."""
    MULTI_TENANT = "MultiTenant"
    """By a client secret, in the tenant of the Bot Framework. Azure makes no new ones since July 2025."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast Teams may be spoken to, each a little below what it allows (Teams: rate limits)."""

    writing: tuple[Limit, ...] = ((6, 1.0), (7, 2.0), (50, 30.0), (1700, 3600.0))
    """New, changed and deleted messages in one conversation; Teams refuses from 7, 8, 60 and 1800 on."""
    reading: tuple[Limit, ...] = ((12, 1.0), (14, 2.0), (100, 30.0), (3400, 3600.0))
    """Members of one conversation; Teams allows twice as many."""
    together: tuple[Limit, ...] = ((10, 1.0),)
    """All calls to one service URL, which is one tenant's; Teams allows a bot 30 to 50 a second in a tenant."""


NO_LIMITS = Limits((), (), ())


@dataclass(frozen=True, slots=True)
class Cloud:
    """Microsoft's public cloud, its addresses and its limits; a test stands its own in their place."""

    login_url: str = "https://login.microsoftonline.com"
    """Where a token for sending comes from: `{login_url}/{tenant}/oauth2/v2.0/token`."""
    resource: str = "https://api.botframework.com"
    """What such a token is for."""
    issuer: str = "https://api.botframework.com"
    """Who signs the tokens of what comes in."""
    open_id_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    bots_tenant: str = "botframework.com"
    """Where a multi-tenant registration gets its token."""
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """A registration, and the tenants that are let in."""

    app_id: str
    app_password: str
    tenant_id: str
    allowed_tenants: frozenset[str] = frozenset()
    """Tenants besides the bot's own whose people are heard."""
    app_type: AppType = AppType.SINGLE_TENANT
    cloud: Cloud = Cloud()
    timeout: float = 10.0
    """Seconds for one call to Microsoft."""

    @property
    def tenants(self) -> frozenset[str]:
        """Every tenant that is heard, in lower case."""
        return frozenset(tenant.lower() for tenant in {self.tenant_id, *self.allowed_tenants} if tenant)

    @property
    def token_tenant(self) -> str:
        """The tenant whose login gives out our tokens."""
        return self.cloud.bots_tenant if self.app_type is AppType.MULTI_TENANT else self.tenant_id

    @property
    def is_open(self) -> bool:
        """Whether requests are believed without a token: in development alone."""
        return not self.app_id

    @property
    def is_on_this_machine(self) -> bool:
        """Whether Microsoft is one that stands on this machine, as in a test: then its files do too."""
        return self.is_open or is_loopback(urlsplit(self.cloud.login_url).hostname)

    def check(self, host: str, development: bool) -> None:
        """Raise ValueError where this must not start: without an app id the SDK lets everyone in."""
        if self.is_open:
            if not development:
                raise ValueError("TEAMS_APP_ID is empty: without it nobody who posts to the bot is authenticated.")
            if not is_loopback(host):
                raise ValueError("Without TEAMS_APP_ID the bot may listen on 127.0.0.1 only; set HOST=127.0.0.1.")
            return
        has_password = bool(self.app_password)
        if self.app_type is AppType.MANAGED_IDENTITY and has_password:
            raise ValueError("TEAMS_APP_PASSWORD and TEAMS_APP_TYPE=UserAssignedMSI contradict each other.")
        if self.app_type is not AppType.MANAGED_IDENTITY and not has_password:
            raise ValueError("TEAMS_APP_PASSWORD is empty.")
        if self.app_type is not AppType.MULTI_TENANT and not self.tenant_id:
            raise ValueError("TEAMS_TENANT_ID is empty.")
        if not self.tenants:
            raise ValueError("TEAMS_ALLOWED_TENANTS is empty: a bot of many tenants is told which ones to hear.")


def is_loopback(host: str | None) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
