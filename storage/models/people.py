"""Tables of who: workspaces, installations, people, teams, absence."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.okr.model import Cadence, ScoreMode
from storage.models.base import OwnedRow, Row
from storage.models.drafting import ApprovalRule
from storage.types import BigId, Instant, closed


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


class Platform(StrEnum):
    SLACK = "slack"
    TEAMS = "teams"
    CONSOLE = "console"
    PLAYGROUND = "playground"


class InstallationState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


class ChatKind(StrEnum):
    PERSONAL = "personal"
    """One person and Okra."""
    CHANNEL = "channel"
    """A channel, whose messages have threads."""
    GROUP = "group"
    """A chat of several people, that of a meeting among them: it has no threads."""


class NumberStyle(StrEnum):
    DOT = "dot"
    COMMA = "comma"
    UNKNOWN = "unknown"


class PercentMeans(StrEnum):
    LANDING = "landing"
    WAY = "way"
    TARGET = "target"
    ASK = "ask"


class WorkspaceRole(StrEnum):
    MEMBER = "member"
    ADMIN = "admin"


class TeamKind(StrEnum):
    COMPANY = "company"
    TEAM = "team"
    PERSONAL = "personal"


class TeamRole(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    VIEWER = "viewer"


class HolidayKind(StrEnum):
    OFF = "off"
    WORKING = "working"


class Workspace(Row, table=True):
    """An organisation; it may live on several platforms (spec/02 §4.1)."""

    __tablename__ = "workspace"

    name: str = Field(max_length=80, unique=True)
    mission: str | None = Field(default=None, max_length=200)
    vision: str | None = Field(default=None, max_length=200)
    strategy: str | None = Field(default=None, max_length=200)
    timezone: str = Field(default="UTC", max_length=64)
    default_lang: Language = Field(default=Language.EN, sa_type=closed(Language, "default_lang"))
    score_mode: ScoreMode = Field(default=ScoreMode.FORECAST, sa_type=closed(ScoreMode, "score_mode"))
    thresholds: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    score_objectives: bool = Field(default=True)
    holiday_calendar: str | None = Field(default=None, max_length=16)
    quiet_from: time = Field(default=time(18, 0))
    quiet_to: time = Field(default=time(9, 0))
    freeze: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    personal_okrs: bool = Field(default=False)
    retention_days: int | None = Field(default=None)
    approval: ApprovalRule | None = Field(default=None, sa_type=closed(ApprovalRule, "approval_rule"))
    """Who else says yes before an objective is active; empty reads as notify."""


class Installation(OwnedRow, table=True):
    """A workspace on one platform. All sending goes through one; a revoked one sends nothing."""

    __tablename__ = "installation"
    __table_args__ = (sa.UniqueConstraint("platform", "external_id"),)

    platform: Platform = Field(sa_type=closed(Platform, "platform"))
    external_id: str = Field(max_length=128)
    """Slack's workspace or Teams' tenant; ids are unique over all organisations."""
    tokens: str | None = Field(default=None)
    """Encrypted; empty where the settings hold the token."""
    bot_id: str | None = Field(default=None, max_length=128)
    state: InstallationState = Field(
        default=InstallationState.ACTIVE, sa_type=closed(InstallationState, "installation_state")
    )
    installed_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    enterprise_id: str | None = Field(default=None, max_length=128)
    """Slack's organisation that the workspace belongs to, if it does."""
    name: str = Field(default="", max_length=200)
    """What the place calls itself."""
    scopes: str = Field(default="")
    """What the place allowed, with commas between; empty means unknown."""


class Person(OwnedRow, table=True):
    """Someone Okra talks with (spec/02 §4.2)."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "handle"),)

    handle: str = Field(max_length=80)
    """How files and `@` name this person; unique in the workspace."""
    e_mail: str | None = Field(default=None, max_length=254)
    display_name: str = Field(max_length=200)
    short_name: str = Field(max_length=20)
    holiday_calendar: str | None = Field(default=None, max_length=16)
    check_in_weekday: int | None = Field(default=None)
    check_in_time: time | None = Field(default=None)
    timezone: str | None = Field(default=None, max_length=64)
    """IANA name; empty means the workspace's."""
    lang: Language = Field(default=Language.EN, sa_type=closed(Language, "lang"))
    number_style: NumberStyle = Field(default=NumberStyle.DOT, sa_type=closed(NumberStyle, "number_style"))
    percent_means: PercentMeans = Field(default=PercentMeans.ASK, sa_type=closed(PercentMeans, "percent_means"))
    working_days: list[int] = Field(default_factory=lambda: [0, 1, 2, 3, 4], sa_type=sa.JSON)
    role: WorkspaceRole = Field(default=WorkspaceRole.MEMBER, sa_type=closed(WorkspaceRole, "workspace_role"))
    active: bool = Field(default=True)
    muted_until: date | None = Field(default=None)
    welcomed_at: datetime | None = Field(default=None, sa_type=Instant)
    away_from_status: bool = Field(default=False)
    """May Okra ask about an absence when the platform's status speaks of one? Off until the person says so."""
    from_directory: bool = Field(default=False)
    """Made of a platform's directory, and named by no file yet: the first file that means this human names them."""


class Address(OwnedRow, table=True):
    """Where a person can be written to. Several are possible; the one they answered from last is used."""

    __tablename__ = "address"
    __table_args__ = (sa.UniqueConstraint("installation_id", "external_id"),)

    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    installation_id: int = Field(foreign_key="installation.id", sa_type=BigId)
    external_id: str = Field(max_length=128)
    dm_ref: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    last_answer_at: datetime | None = Field(default=None, sa_type=Instant)
    reachable: bool = Field(default=True)
    profile: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """What the platform said last of this person: what it says anew is told from what was changed here."""


class Chat(OwnedRow, table=True):
    """A chat or channel that a platform let Okra into, where it lets nobody write who was not let in (Teams).

    It is kept for people nobody here knows yet, too: whoever is made known later can be written to at once.
    """

    __tablename__ = "chat"
    __table_args__ = (
        sa.UniqueConstraint("installation_id", "external_id"),
        sa.Index("ix_chat_person", "installation_id", "person"),
        sa.Index("ix_chat_updated_at", "installation_id", "updated_at"),
    )

    installation_id: int = Field(foreign_key="installation.id", sa_type=BigId)
    external_id: str = Field(max_length=255)
    """The conversation, without a thread."""
    kind: ChatKind = Field(sa_type=closed(ChatKind, "chat_kind"))
    person: str | None = Field(default=None, max_length=128)
    """Whose personal chat it is, by their id on the platform."""
    parent: str | None = Field(default=None, max_length=255)
    """What the channel is in, by the platform's id (a team of Teams)."""
    name: str = Field(default="", max_length=200)
    """What it calls itself, as far as the platform tells."""
    parent_name: str = Field(default="", max_length=200)
    ref: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """What it takes to write there, as the platform said it last."""
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    """When Okra was taken out of it; empty while it may write there."""
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was deleted, as the platform told; then it was left at that moment, too."""


class Team(OwnedRow, table=True):
    """Who shares objectives, a channel and a meeting (spec/02 §4.3)."""

    __tablename__ = "team"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "key"),)

    key: str = Field(max_length=5)
    name: str = Field(max_length=60)
    installation_id: int | None = Field(default=None, foreign_key="installation.id", sa_type=BigId)
    channel_ref: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    """Where digests go: `{"channel": platform id, ...}` on the team's installation; empty means nowhere yet."""
    parent_team_id: int | None = Field(default=None, foreign_key="team.id", sa_type=BigId)
    lang: Language = Field(default=Language.EN, sa_type=closed(Language, "lang"))
    timezone: str | None = Field(default=None, max_length=64)
    holiday_calendar: str | None = Field(default=None, max_length=16)
    cadence: Cadence = Field(default=Cadence.WEEKLY, sa_type=closed(Cadence, "cadence"))
    kind: TeamKind = Field(default=TeamKind.TEAM, sa_type=closed(TeamKind, "team_kind"))
    review_every_weeks: int = Field(default=6)
    reminders: int = Field(default=2)
    rituals: dict[str, bool] = Field(default_factory=dict, sa_type=sa.JSON)


class Membership(OwnedRow, table=True):
    """Who is in a team, and as what. Exactly one lead."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "team_id"),
        sa.Index(
            "uq_membership_lead",
            "team_id",
            unique=True,
            sqlite_where=sa.text("role = 'lead'"),
            postgresql_where=sa.text("role = 'lead'"),
        ),
    )

    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    team_id: int = Field(foreign_key="team.id", index=True, sa_type=BigId)
    role: TeamRole = Field(default=TeamRole.MEMBER, sa_type=closed(TeamRole, "team_role"))


class Away(OwnedRow, table=True):
    """A stretch of days on which a person is not asked. Both ends count."""

    __tablename__ = "away"
    __table_args__ = (sa.CheckConstraint("last_day >= first_day", name="order"),)

    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    first_day: date
    last_day: date
    delegate_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)


class Holiday(OwnedRow, table=True):
    """A day off, or a make-up working day, that a calendar's library does not know."""

    __tablename__ = "holiday"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "calendar", "day"),)

    calendar: str = Field(max_length=16)
    day: date
    kind: HolidayKind = Field(default=HolidayKind.OFF, sa_type=closed(HolidayKind, "holiday_kind"))
    name: str = Field(default="", max_length=80)
