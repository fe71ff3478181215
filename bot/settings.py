"""Settings: environment variables (and `.env`), read once at the front door, checked, never logged."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LEAST_SECRET = 32
"""Characters of SECRET_KEY."""


class SettingsProblem(Exception):
    """A setting is missing or contradicts another; the text is one sentence that names the variable."""


class Settings(BaseSettings):
    """Every setting there is; each stands in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    database_url: str = "sqlite:///okra.db"
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    teams_app_id: str | None = None
    teams_app_password: SecretStr | None = None
    teams_tenant_id: str | None = None
    teams_development: bool = False
    base_url: str | None = None
    secret_key: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=1, le=65535)
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if (self.slack_bot_token is None) != (self.slack_signing_secret is None):
            absent = "SLACK_SIGNING_SECRET" if self.slack_signing_secret is None else "SLACK_BOT_TOKEN"
            raise ValueError(f"{absent} is not set; Slack needs both SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.")
        if self.teams_app_id and self.teams_app_password is None:
            raise ValueError("TEAMS_APP_PASSWORD is not set; with TEAMS_APP_ID it is needed.")
        if self.teams_app_id and not self.teams_tenant_id:
            raise ValueError("TEAMS_TENANT_ID is not set; Okra only talks with tenants it was told of.")
        if self.base_url is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", self.base_url):
            raise ValueError("BASE_URL is an address such as https://okra.example.com, without a question mark.")
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"SECRET_KEY has fewer than {LEAST_SECRET} characters, so it could be guessed.")
        if self.teams_development and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("TEAMS_DEVELOPMENT switches authentication off, so HOST must be 127.0.0.1.")
        return self

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None

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
