"""Queries of the directory: whom a platform lists, who they are here, and which teams a channel belongs to.

Each takes many people at once: a page of a directory is a handful of statements, however many people are on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import chats, platforms
from storage import models as m
from storage.platforms import Traits

AWAY_ASKED = "away_asked"
"""The kind of message that asks whether a status means an absence."""
MOST_CHATS = 90
"""That a form offers: what it has besides fits in as well."""


# --- people -------------------------------------------------------------------------------------------


def known(
    session: Session, installation_id: int, external_ids: Collection[str]
) -> dict[str, tuple[m.Address, m.Person]]:
    """Who of these is known on an installation, by the platform's id."""
    rows = session.exec(
        select(m.Address, m.Person)
        .join(m.Person, col(m.Person.id) == col(m.Address.person_id))
        .where(m.Address.installation_id == installation_id, col(m.Address.external_id).in_(list(external_ids)))
    )
    return {address.external_id: (address, person) for address, person in rows}


def without_account(
    session: Session, installation: m.Installation, e_mails: Collection[str]
) -> dict[str, list[tuple[m.Person, bool]]]:
    """The people of the installation's workspace with these e-mails (small letters) who have no account there now.

    Each with whether they had one that was switched off. Who is active comes first.
    """
    if not e_mails:
        return {}
    people = session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == installation.workspace_id)
        .where(sa.func.lower(col(m.Person.e_mail)).in_(list(e_mails)))
        .order_by(col(m.Person.active).desc(), col(m.Person.id))
    ).all()
    accounts: dict[int, list[bool]] = {}
    for address in session.exec(
        select(m.Address)
        .where(m.Address.installation_id == installation.id)
        .where(col(m.Address.person_id).in_([one.id for one in people]))
    ):
        accounts.setdefault(address.person_id, []).append(address.profile.get("active", True))
    found: dict[str, list[tuple[m.Person, bool]]] = {}
    for person in people:
        had = accounts.get(person.id, [])
        if person.e_mail is not None and not any(had):
            found.setdefault(person.e_mail.lower(), []).append((person, bool(had)))
    return found


def taken_handles(session: Session, workspace_id: int, handles: Collection[str]) -> set[str]:
    """Which of these (small letters) name somebody already."""
    if not handles:
        return set()
    wanted = list(handles)
    rows = session.exec(
        select(m.Person.handle)
        .where(m.Person.workspace_id == workspace_id)
        .where(or_(sa.func.lower(col(m.Person.handle)).in_(wanted), col(m.Person.handle).in_(wanted)))
    )
    return {handle.lower() for handle in rows}


def add_people(session: Session, people: Sequence[m.Person], now: datetime) -> dict[str, int]:
    """Write down new people. Returns their keys by their handles."""
    if not people:
        return {}
    _add(session, m.Person, people, now)
    rows = session.exec(
        select(m.Person.handle, m.Person.id)
        .where(m.Person.workspace_id == people[0].workspace_id)
        .where(col(m.Person.handle).in_([one.handle for one in people]))
    )
    return dict(rows.all())


def add_addresses(session: Session, addresses: Sequence[m.Address], now: datetime) -> None:
    """Write down where people can be written to."""
    if addresses:
        _add(session, m.Address, addresses, now)


def _add(session: Session, table: type[m.Row], rows: Sequence[m.Row], now: datetime) -> None:
    """One statement for all: SQLite would take one for each where it is asked for their keys."""
    values = [{**row.model_dump(exclude={"id"}), "created_at": now, "updated_at": now} for row in rows]
    session.execute(sa.insert(table), values)


def ways_to(session: Session, person_ids: Collection[int]) -> dict[int, set[int]]:
    """The addresses, by key, at which these people can be written to now."""
    if not person_ids:
        return {}
    rows = session.exec(
        select(m.Address.person_id, m.Address.id)
        .join(m.Installation, col(m.Installation.id) == col(m.Address.installation_id))
        .where(col(m.Address.person_id).in_(list(person_ids)), col(m.Address.reachable).is_(True))
        .where(m.Installation.state == m.InstallationState.ACTIVE)
    )
    found: dict[int, set[int]] = {}
    for person_id, address_id in rows:
        found.setdefault(person_id, set()).add(address_id)
    return found


def teams_of(session: Session, person_ids: Collection[int]) -> set[int]:
    """The teams whose plans depend on any of these people."""
    if not person_ids:
        return set()
    ids = list(person_ids)
    shared = select(m.CoOwner.kr_id).where(col(m.CoOwner.person_id).in_(ids))
    queries = (
        select(m.KeyResult.team_id).where(
            or_(col(m.KeyResult.lead_owner_id).in_(ids), col(m.KeyResult.id).in_(shared))
        ),
        select(m.Membership.team_id).where(col(m.Membership.person_id).in_(ids)),
        select(m.HealthMetric.team_id).where(col(m.HealthMetric.owner_id).in_(ids)),
    )
    return {team_id for query in queries for team_id in session.exec(query)}


def questions(session: Session, subject: str) -> Sequence[m.Delivery]:
    """What a person was asked, or is to be asked, about what their platform said of them."""
    return session.exec(
        select(m.Delivery)
        .where(
            m.Delivery.kind == AWAY_ASKED, m.Delivery.subject == subject, m.Delivery.state != m.DeliveryState.SKIPPED
        )
        .order_by(col(m.Delivery.id))
    ).all()


def traits_of(session: Session, person_id: int) -> list[Traits]:
    """What the platforms in use are like on which a person has an account."""
    found = session.exec(
        select(m.Installation.platform)
        .join(m.Address, col(m.Installation.id) == col(m.Address.installation_id))
        .where(m.Address.person_id == person_id, m.Installation.state == m.InstallationState.ACTIVE)
        .distinct()
    )
    return platforms.of_platforms(m.Platform(one) for one in found)


def has_status(session: Session, person_id: int) -> bool:
    """Whether a person has an account where people say that they are away."""
    return any(one.has_status for one in traits_of(session, person_id))


def lets_people_in(session: Session, person_id: int) -> bool:
    """Whether a person has an account where it is for everybody to say whether Okra may write to them."""
    return any(one.lets_in for one in traits_of(session, person_id))


# --- channels -----------------------------------------------------------------------------------------


def teams_with_channel(session: Session, installation_id: int, channel: str) -> Sequence[m.Team]:
    """The teams whose boards go to a channel."""
    return session.exec(
        select(m.Team)
        .where(m.Team.installation_id == installation_id)
        .where(col(m.Team.channel_ref)["channel"].as_string() == channel)
        .order_by(col(m.Team.id))
    ).all()


def places_for_channels(session: Session, team: m.Team) -> list[m.Installation]:
    """Where a lead can choose the team's channel: its own place first, then the others of the workspace.

    Empty for a team that is where nobody chooses one.
    """
    with_channels = [platform for platform, one in platforms.TRAITS.items() if one.has_channels]
    rows = session.exec(
        select(m.Installation)
        .where(m.Installation.workspace_id == team.workspace_id, col(m.Installation.platform).in_(with_channels))
        .where(or_(m.Installation.state == m.InstallationState.ACTIVE, m.Installation.id == team.installation_id))
        .order_by(col(m.Installation.id))
    ).all()
    if team.installation_id is not None and team.installation_id not in {one.id for one in rows}:
        return []
    return sorted(rows, key=lambda one: one.id != team.installation_id)


def is_let_in(session: Session, installation_id: int | None) -> bool:
    """Whether this is where Okra writes only in what it was let into: nobody else's channel is open to it."""
    return installation_id is not None and _traits(session, installation_id).lets_in


def has_guests(session: Session, installation_id: int | None) -> bool:
    """Whether this is where guests may read a channel, and are looked for."""
    return installation_id is not None and _traits(session, installation_id).has_guests


def _traits(session: Session, installation_id: int) -> Traits:
    return platforms.TRAITS[session.get_one(m.Installation, installation_id).platform]


def chats_to_choose(
    session: Session, team: m.Team, places: Sequence[m.Installation], named: Iterable[tuple[int, str]]
) -> tuple[Sequence[m.Chat], bool]:
    """The channels that Okra is in, as many as a form offers, the `named` places, and whether there are more.

    First come those that are called like the team, then those beside channels that its people use already, then those
    of which something new was written down last. What a group chat is called is for those who are in it: of them only
    what is named (installation, chat) is there.
    """
    here = _places_of(places)
    is_alike = or_(
        col(m.Chat.name).icontains(team.name, autoescape=True),
        col(m.Chat.parent_name).icontains(team.name, autoescape=True),
    )
    is_near = col(m.Chat.parent).in_(_parents_in_use(team))
    first = sa.case((is_alike, 0), (is_near, 1), else_=2)
    found = session.exec(
        here.where(m.Chat.kind == m.ChatKind.CHANNEL)
        .order_by(first, col(m.Chat.updated_at).desc(), col(m.Chat.id))
        .limit(MOST_CHATS + 1)
    ).all()
    channels = found[:MOST_CHATS]
    wanted = set(named) - {(one.installation_id, one.external_id) for one in channels}
    others = session.exec(here.where(col(m.Chat.external_id).in_([chat for _, chat in wanted]))).all() if wanted else ()
    chosen = [one for one in others if (one.installation_id, one.external_id) in wanted]
    return [*chosen, *channels], len(found) > MOST_CHATS


def _parents_in_use(team: m.Team) -> SelectOfScalar[str | None]:
    """What the channels are in to which the boards of these people's teams go."""
    people = select(m.Membership.person_id).where(m.Membership.team_id == team.id)
    theirs = select(m.Membership.team_id).where(col(m.Membership.person_id).in_(people))
    used = aliased(m.Chat)
    is_used = sa.and_(
        col(m.Team.installation_id) == col(used.installation_id),
        col(m.Team.channel_ref)["channel"].as_string() == col(used.external_id),
    )
    return (
        select(col(used.parent))
        .join(m.Team, is_used)
        .where(or_(m.Team.id == team.id, col(m.Team.id).in_(theirs)), col(used.parent).is_not(None))
    )


def _places_of(places: Sequence[m.Installation]) -> SelectOfScalar[m.Chat]:
    """All that Okra is in, but for personal chats."""
    return (
        select(m.Chat)
        .where(col(m.Chat.installation_id).in_([one.id for one in places]), m.Chat.kind != m.ChatKind.PERSONAL)
        .where(col(m.Chat.left_at).is_(None))
    )


def mark_of_chat(chat: m.Chat) -> str:
    """What a form calls a chat: no key of ours, and none that can be guessed."""
    return sha256(f"chat {chat.id} of {chat.installation_id}: {chat.external_id}".encode()).hexdigest()[:16]


def chat_by_mark(session: Session, places: Sequence[m.Installation], mark: str) -> m.Chat | None:
    """The chat of these places that a form calls so, as long as Okra is in it."""
    return next((one for one in session.exec(_places_of(places)) if mark_of_chat(one) == mark), None)


def name_of_chat(chat: m.Chat) -> str:
    """`Growth › Board`, as far as the platform told; empty where it told nothing."""
    return " › ".join(one for one in (chat.parent_name, chat.name) if one)


def name_of_channel(session: Session, installation_id: int | None, channel: str) -> str:
    """What people call a channel; its id where nobody told its name."""
    told = "" if installation_id is None else told_name_of_channel(session, installation_id, channel)
    return told or channel


def told_name_of_channel(session: Session, installation_id: int, channel: str) -> str:
    """What people call a channel; empty where nobody told."""
    row = chats.chat(session, installation_id, channel)
    return "" if row is None else name_of_chat(row)


def give_new_id(session: Session, installation_id: int, old: str, new: str) -> int:
    """A channel is called otherwise from now on: where boards go, and what stands there and is brought up to date.

    Returns how many teams are concerned.
    """
    teams = teams_with_channel(session, installation_id, old)
    for team in teams:
        team.channel_ref = {**(team.channel_ref or {}), "channel": new}
        session.add(team)
    standing = session.exec(
        select(m.Delivery)
        .where(col(m.Delivery.team_id).in_([team.id for team in teams]))
        .where(col(m.Delivery.address)["external_id"].as_string() == old)
    )
    for row in standing:
        row.address = _named(row.address, "external_id", old, new)
        row.message = _named(row.message, "channel", old, new)
        session.add(row)
    session.flush()
    return len(teams)


def _named(ref: Mapping[str, object] | None, key: str, old: str, new: str) -> dict[str, object] | None:
    if ref is None:
        return None
    inner = ref.get("ref")
    inside = {**inner, "channel": new} if isinstance(inner, dict) and inner.get("channel") == old else inner
    return {**ref, "ref": inside, key: new if ref.get(key) == old else ref.get(key)}


def send_after_all(session: Session, row: m.Delivery, now: datetime) -> None:
    """What was refused for a reason that is gone goes out now: it certainly was not posted."""
    row.state = m.DeliveryState.PLANNED
    row.reason = None
    row.due_at = now
    session.add(row)
    session.flush()
