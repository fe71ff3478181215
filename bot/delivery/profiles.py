"""What a platform says of a person, as it is kept, and what of it a person here takes over."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from sqlmodel import Session

from bot.cards.clean import clean
from bot.cards.graphemes import clip
from bot.delivery.port import Profile
from storage import models as m
from storage.zones import known_zone

SHORT_NAME = 20
_NAME = 200
_ZONE = 64
_E_MAIL = 254
_ID = 128
_HANDLE = 60
"""Shorter than its column, so that a number fits behind it."""
_NO_HANDLE = re.compile(r"[^\w.\-]+")
_TRIES = 6

Said = Mapping[str, Any]
"""What stands in `address.profile`: name, short, handle, email, tz, locale, guest, active, updated, and for those who
may be asked about it their status."""


def is_somebody(profile: Profile) -> bool:
    """Whether this is a person, under an id that can be kept."""
    return not profile.is_bot and 0 < len(profile.external_id) <= _ID and clean(profile.external_id).isprintable()


def said_of(profile: Profile, before: Said) -> dict[str, Any]:
    """What the platform says now. What it leaves out this time stays as it said it before.

    Of an account that is off it tells little that is true: the rest stays.
    """
    updated = max(profile.updated, before.get("updated", 0))
    if not profile.active:
        return {**before, "active": False, "updated": updated}
    status = profile.status
    told = {
        "name": _line(profile.display_name),
        "short": _line(profile.short_name),
        "handle": _line(profile.handle),
        "email": _line(profile.e_mail),
        "tz": _line(profile.timezone),
        "locale": _line(profile.locale),
        "guest": profile.is_guest,
        "active": True,
        "updated": updated,
        "status": None
        if status is None
        else {
            "text": _line(status.text),
            "sign": _line(status.sign),
            "until": None if status.until is None else status.until.isoformat(),
        },
    }
    return {**before, **{name: value for name, value in told.items() if value != ""}}


def flow_into(person: m.Person, before: Said, now: Said) -> set[str]:
    """Take over what the platform changed, except for what was changed here. Returns the columns that changed.

    What a person set for themselves differs from what the platform said before, and so it stays.
    """
    old, changed = columns_of(before), set()
    for name, value in columns_of(now).items():
        current = getattr(person, name)
        if old.get(name) == value or current == value:
            continue
        if current in (None, "") or current == old.get(name):
            setattr(person, name, value)
            changed.add(name)
    return changed


def learn(session: Session, address: m.Address, person: m.Person, locale: str, timezone: str) -> bool:
    """What somebody's client says of their language and time zone, and of nothing else. Returns whether plans change.

    A zone that the clock does not know and a language that Okra does not speak are not heard.
    """
    before = address.profile
    told = {"locale": _line(locale), "tz": _line(timezone)}
    heard = {name: value for name, value in told.items() if value and columns_of({name: value})}
    if not any(before.get(name) != value for name, value in heard.items()):
        return False
    if person.from_directory and "locale" in heard and not before.get("locale"):
        # Made of a directory that told no language: what stands there is a default and nobody's wish.
        before = {**before, "locale": person.lang.value}
    address.profile = {**address.profile, **heard}
    columns = flow_into(person, before, address.profile)
    session.add(address)
    session.add(person)
    return "timezone" in columns


def columns_of(said: Said) -> dict[str, Any]:
    """A person's columns as the platform's words fill them; those that it does not fill are not there."""
    found: dict[str, Any] = {}
    if name := said.get("name"):
        found["display_name"] = clip(name, _NAME)
        found["short_name"] = _short_name(said)
    zone = said.get("tz")
    if zone and len(zone) <= _ZONE and known_zone(zone) == zone:
        found["timezone"] = zone
    lang = lang_of(said.get("locale"))
    if lang is not None:
        found["lang"] = lang
    e_mail = said.get("email")
    if e_mail and "@" in e_mail and len(e_mail) <= _E_MAIL:
        found["e_mail"] = e_mail
    return found


def lang_of(locale: str | None) -> m.Language | None:
    """The language of a locale (`zh-CN`, `en-GB`), if it is one that Okra speaks."""
    word = re.split("[-_]", (locale or "").lower())[0]
    return m.Language(word) if word in tuple(m.Language) else None


def number_style_of(locale: str | None) -> m.NumberStyle:
    """How numbers are written where a locale is used; a dot where nobody knows."""
    try:
        symbols = Locale.parse((locale or "en").replace("-", "_")).number_symbols
        decimal = symbols.get("latn", symbols).get("decimal", ".")
    except (UnknownLocaleError, ValueError, TypeError, AttributeError):
        return m.NumberStyle.DOT
    return m.NumberStyle.COMMA if decimal == "," else m.NumberStyle.DOT


def handles_of(said: Said, external_id: str) -> Iterator[str]:
    """Names under which files and `@` may know a new person, the best first; the last one nobody else has."""
    mail = (said.get("email") or "").partition("@")[0]
    bases = (_as_handle(text) for text in (said.get("handle"), mail, said.get("name"), "person"))
    base = next(one for one in bases if one)
    yield base
    for number in range(2, _TRIES):
        yield f"{base}-{number}"
    yield f"{base[: _HANDLE - 20]}-{_as_handle(external_id[-30:])}"


def _as_handle(text: str | None) -> str:
    return _NO_HANDLE.sub("-", (text or "").lower()).strip("-.")[:_HANDLE].strip("-.")


def _short_name(said: Said) -> str:
    """The platform's own short name or name as it stands: it is cut only where all of them are too long."""
    names = [one for one in (said.get("short"), said.get("name"), said.get("handle")) if one]
    return next((one for one in names if len(one) <= SHORT_NAME), clip(names[0], SHORT_NAME))


def _line(text: str | None) -> str:
    """On one line, without what no card can hold; at most a name's length, since it is kept for each person."""
    return " ".join(clean(text or "").split())[: _E_MAIL + 1]
