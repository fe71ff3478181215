"""Settings: environment variables (and `.env`), read once at the front door, checked, never logged."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LEAST_SECRET = 32
"""Characters of SECRET_KEY."""
LEAST_PASSPHRASE = 12
"""Characters of PLAYGROUND_PASSPHRASE, which people type."""


LOOPBACK = ("127.0.0.1", "localhost", "::1")

SLACK_KINDS = {
    "xoxb-": "a bot token (xoxb-)",
    "xapp-": "an app-level token (xapp-)",
    "xoxp-": "a user's token (xoxp-)",
    "xoxe": "a token that is renewed all the time (xoxe), which Okra does not support",
}
SLACK_SHAPES = {
    "SLACK_BOT_TOKEN": "xoxb-",
    "SLACK_APP_TOKEN": "xapp-",
    "SLACK_SIGNING_SECRET": "",
    "SLACK_CLIENT_ID": "",
    "SLACK_CLIENT_SECRET": "",
}
"""How each begins; those with nothing are no tokens at all."""


class SettingsProblem(Exception):
    """A setting is missing or contradicts another; the text is one sentence that names the variable."""


class Settings(BaseSettings):
    """Every setting there is; each stands in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    database_url: str = "sqlite:///okra.db"
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_native_charts: bool = False
    slack_api_url: str = "https://slack.com/api/"
    teams_app_id: str | None = None
    teams_app_password: SecretStr | None = None
    teams_app_type: Literal["SingleTenant", "UserAssignedMSI", "MultiTenant"] = "SingleTenant"
    teams_tenant_id: str | None = None
    teams_allowed_tenants: str | None = None
    teams_development: bool = False
    base_url: str | None = None
    secret_key: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=1, le=65535)
    metrics_token: SecretStr | None = None
    playground_passphrase: SecretStr | None = None
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        self._slack_tokens_in_place()
        self._slack_goes_together()
        self._teams_goes_together()
        if self.base_url is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", self.base_url):
            raise ValueError("BASE_URL is an address such as https://okra.example.com, without a question mark.")
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"SECRET_KEY has fewer than {LEAST_SECRET} characters, so it could be guessed.")
        if self.metrics_token is not None and len(self.metrics_token.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"METRICS_TOKEN has fewer than {LEAST_SECRET} characters, so it could be guessed.")
        said = self.playground_passphrase
        if said is not None and len(said.get_secret_value().strip()) < LEAST_PASSPHRASE:
            raise ValueError(
                f"PLAYGROUND_PASSPHRASE has fewer than {LEAST_PASSPHRASE} characters, so it could be guessed."
            )
        self._installs_safely()
        return self

    def _slack_tokens_in_place(self) -> None:
        """Slack's tokens say by their first letters what they are, and are easily mixed up."""
        for name, wanted in SLACK_SHAPES.items():
            secret = getattr(self, name.lower())
            value = secret.get_secret_value() if isinstance(secret, SecretStr) else secret or ""
            kind = next((what for begin, what in SLACK_KINDS.items() if value.startswith(begin)), None)
            if value and wanted != "" and not value.startswith(wanted):
                what = "is no such token" if kind is None else f"holds {kind}"
                raise ValueError(f"{name} {what}; what belongs there begins with {wanted}.")
            if kind is not None and wanted == "":
                raise ValueError(f"{name} holds {kind}, which belongs elsewhere (docs/settings.md).")

    def _slack_goes_together(self) -> None:
        if self.slack_bot_token is not None and (self.slack_client_id or self.slack_client_secret):
            raise ValueError(
                "SLACK_BOT_TOKEN and SLACK_CLIENT_ID contradict each other: the token is for one workspace, the client "
                "for several; leave one of them out."
            )
        if bool(self.slack_client_id) != (self.slack_client_secret is not None):
            absent = "SLACK_CLIENT_SECRET" if self.slack_client_id else "SLACK_CLIENT_ID"
            raise ValueError(f"{absent} is not set; several workspaces need both SLACK_CLIENT_ID and its secret.")
        has_way_in = self.slack_app_token is not None or self.slack_signing_secret is not None
        if self.has_slack and not has_way_in:
            if self.slack_client_id and self.base_url is not None:
                raise ValueError(
                    "SLACK_SIGNING_SECRET is not set; Slack needs it, or SLACK_APP_TOKEN to reach Okra by Socket Mode."
                )
            raise ValueError(
                "SLACK_APP_TOKEN is not set; Slack needs it, or SLACK_SIGNING_SECRET where Okra has a public address."
            )
        if has_way_in and not self.has_slack:
            there = "SLACK_APP_TOKEN" if self.slack_app_token is not None else "SLACK_SIGNING_SECRET"
            raise ValueError(
                f"SLACK_BOT_TOKEN is not set; {there} needs it, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
                "for several workspaces."
            )
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", self.slack_api_url):
            raise ValueError(
                "SLACK_API_URL is an address that begins with https://, such as https://slack.com/api/, without a "
                "question mark."
            )

    def _teams_goes_together(self) -> None:
        if self.teams_development and self.teams_app_id:
            raise ValueError(
                "TEAMS_DEVELOPMENT and TEAMS_APP_ID contradict each other: without authentication there is no app id; "
                "leave one of them out."
            )
        if self.teams_development and self.host not in LOOPBACK:
            raise ValueError("TEAMS_DEVELOPMENT switches authentication off, so HOST must be 127.0.0.1.")
        self._tenants_are_ids()
        has_password = self.teams_app_password is not None
        if not self.teams_app_id:
            self._nothing_waits_for_an_app_id(has_password)
            return
        if not re.fullmatch(r"\w{8}(-\w{4}){3}-\w{12}", self.teams_app_id):
            raise ValueError(
                f"TEAMS_APP_ID holds {self.teams_app_id!r}, which is no app id; Azure shows it as Application (client) "
                "ID, such as 12345678-90ab-cdef-1234-567890abcdef."
            )
        if self.teams_app_type == "UserAssignedMSI" and has_password:
            raise ValueError(
                "TEAMS_APP_PASSWORD and TEAMS_APP_TYPE=UserAssignedMSI contradict each other: a managed identity has "
                "no password; leave it out."
            )
        if self.teams_app_type != "UserAssignedMSI" and not has_password:
            raise ValueError("TEAMS_APP_PASSWORD is not set; with TEAMS_APP_ID it is needed.")
        if self.teams_app_type != "MultiTenant" and not self.teams_tenant_id:
            raise ValueError("TEAMS_TENANT_ID is not set; Okra only talks with tenants it was told of.")
        if not self.teams_tenants:
            raise ValueError(
                "TEAMS_ALLOWED_TENANTS is not set; Okra only talks with tenants it was told of, here or by "
                "TEAMS_TENANT_ID."
            )

    def _nothing_waits_for_an_app_id(self, has_password: bool) -> None:
        there = {
            "TEAMS_APP_PASSWORD": has_password,
            "TEAMS_APP_TYPE": self.teams_app_type != "SingleTenant",
            "TEAMS_TENANT_ID": bool(self.teams_tenant_id),
            "TEAMS_ALLOWED_TENANTS": bool(self.teams_allowed_tenants),
        }
        for name, is_set in there.items():
            if is_set and not self.teams_development:
                raise ValueError(f"TEAMS_APP_ID is not set; {name} needs it.")

    def _tenants_are_ids(self) -> None:
        """What a tenant is called elsewhere (a domain, `common`) never stands in what Teams sends."""
        if self.teams_tenant_id is not None and "," in self.teams_tenant_id:
            raise ValueError("TEAMS_TENANT_ID is one tenant's id; further ones stand in TEAMS_ALLOWED_TENANTS.")
        named = {"TEAMS_TENANT_ID": [self.teams_tenant_id or ""], "TEAMS_ALLOWED_TENANTS": self._further_tenants()}
        for name, tenants in named.items():
            wrong = [tenant for tenant in tenants if tenant and not re.fullmatch(r"[\w-]*\d[\w-]*", tenant)]
            if wrong:
                raise ValueError(
                    f"{name} holds {wrong[0]!r}, which is no tenant's id; Microsoft Entra shows it as Tenant ID, such "
                    "as 12345678-90ab-cdef-1234-567890abcdef."
                )

    def _further_tenants(self) -> list[str]:
        return [tenant.strip() for tenant in (self.teams_allowed_tenants or "").split(",") if tenant.strip()]

    def _installs_safely(self) -> None:
        """An installation page is open to the world, and what it brings is kept encrypted."""
        if not self.slack_client_id:
            return
        if self.secret_key is None:
            raise ValueError("SECRET_KEY is not set; with SLACK_CLIENT_ID the tokens of workspaces are kept by it.")
        if self.base_url is None:
            raise ValueError("BASE_URL is not set; with SLACK_CLIENT_ID browsers come to BASE_URL/slack/install.")
        where = urlsplit(self.base_url)
        if where.scheme != "https" and where.hostname not in LOOPBACK:
            raise ValueError("BASE_URL must begin with https:// where SLACK_CLIENT_ID lets people install Okra.")

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None or bool(self.slack_client_id)

    @property
    def installs_slack(self) -> bool:
        """Whether workspaces come by OAuth, each with a token of its own."""
        return bool(self.slack_client_id)

    @property
    def teams_tenants(self) -> tuple[str, ...]:
        """The tenants whose people are heard, in lower case, the bot's own first."""
        named = [self.teams_tenant_id or "", *self._further_tenants()]
        return tuple(dict.fromkeys(tenant.lower() for tenant in named if tenant))

    @property
    def has_teams(self) -> bool:
        return bool(self.teams_app_id) or self.teams_development


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this run. Raises `SettingsProblem` with one sentence that names the variable."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings adds it to every class
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        text = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsProblem(f"{name}: {text}." if name else text) from None
