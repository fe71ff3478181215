"""Advice on what a team writes and works on: the checks that strike, without what was set aside (spec/04 §9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.quality import (
    Amount,
    Finding,
    Item,
    Moment,
    Param,
    Severity,
    check_key_result,
    check_objective,
    check_team,
    severity_of,
    told_once,
)
from bot.views.advice_facts import CycleLoaded, Loaded, ObjectiveLoaded, loaded
from bot.views.advice_words import ADVICE, Advice, Ready
from storage import advice
from storage import models as m

__all__ = [
    "ADVICE",
    "Advice",
    "AdviceLine",
    "Ready",
    "Told",
    "advice_and_aside",
    "advice_on_all",
    "advice_on_key_result",
    "advice_on_objective",
    "advice_on_team",
    "lines_after_edit",
    "lines_of",
    "text_of",
    "told_of",
]
AFTER_EDIT = 2
"""So much is said below what was changed."""
_RANK = {Severity.E: 0, Severity.W: 1, Severity.I: 2}


@dataclass(frozen=True, slots=True)
class ShownButton:
    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of advice, about an item of which `token` is what buttons call it; empty where it has no row yet."""

    check: str
    severity: Severity
    params: Mapping[str, Param] = field(default_factory=dict)
    buttons: tuple[Ready, ...] = ()
    item: Item | None = None
    token: str = ""
    team: str = ""
    """The key of its team."""
    label: str = ""
    """`KR2`, where it is about a key result; empty for an objective and a team."""
    title: str = ""
    """What the key result or objective is called."""
    objective: str = ""
    """What buttons call the objective of a key result."""

    @property
    def blocks(self) -> bool:
        """True for impossible data."""
        return self.severity is Severity.E

    @property
    def value(self) -> str:
        """What buttons that set it aside and bring it back carry; empty where there is nothing to set aside."""
        return f"{self.check}:{self.item.value}:{self.token}" if self.item is not None and self.token else ""


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One piece of advice in somebody's language, with what stands under it."""

    check: str
    severity: str
    label: str
    title: str
    text: str
    buttons: tuple[ShownButton, ...]


@dataclass(frozen=True, slots=True)
class _About:
    """A finding with the item that it is about, by its id."""

    about: tuple[Item, int]
    told: Told

    @property
    def key(self) -> tuple[str, str, int]:
        """By what it is set aside: check, kind of item, key of the item."""
        return self.told.check, self.about[0].value, self.about[1]


def advice_on_key_result(session: Session, row: m.KeyResult, now: datetime, moment: Moment) -> tuple[Told, ...]:
    """What strikes about one key result, beside the others of its objective and beside other teams."""
    return _kept(session, _about_key_result(_loaded(session, row.team_id, now), row, moment))[0]


def advice_on_objective(session: Session, row: m.Objective, now: datetime, moment: Moment) -> tuple[Told, ...]:
    """What strikes about an objective as such; its key results are asked about one by one, or with `advice_on_all`."""
    found = _loaded(session, row.team_id, now)
    told = [one for each in found.objectives if each.row.id == row.id for one in _of_objective(found, each, moment)]
    return _kept(session, told)[0]


def advice_on_team(session: Session, team: m.Team, now: datetime, moment: Moment) -> tuple[Told, ...]:
    """What strikes about a team in its cycles, and about what lies between it and others."""
    found = loaded(session, team, now)
    return _kept(session, [one for cycle in found.cycles for one in _of_team(found, cycle, moment)])[0]


def advice_on_all(
    session: Session, team: m.Team, now: datetime, moment: Moment, objective: m.Objective | None = None
) -> tuple[Told, ...]:
    """Everything about a team: the team, its objectives and their key results, what is impossible first.

    With `objective` only what concerns that one, its key results and its team in its cycle.
    """
    return _kept(session, _about_all(loaded(session, team, now), moment, objective))[0]


def advice_and_aside(
    session: Session, team: m.Team, now: datetime, moment: Moment, row: m.KeyResult | None, since: datetime
) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """The advice on a team, or on one key result of it, and what of it was set aside after `since`."""
    found = loaded(session, team, now)
    told = _about_all(found, moment) if row is None else _about_key_result(found, row, moment)
    return _kept(session, told, since)


def _loaded(session: Session, team_id: int, now: datetime) -> Loaded:
    return loaded(session, session.get_one(m.Team, team_id), now)


def told_of(findings: Iterable[Finding], moment: Moment) -> tuple[Told, ...]:
    """Advice on what has no row yet, so without buttons."""
    return tuple(Told(one.check, severity_of(one.check, moment), one.params) for one in told_once(findings))


def _about_all(found: Loaded, moment: Moment, objective: m.Objective | None = None) -> list[_About]:
    told: list[_About] = []
    for cycle in found.cycles:
        if objective is None or objective.cycle_id == cycle.cycle.id:
            told += _of_team(found, cycle, moment)
    for one in found.objectives:
        if objective is None or objective.id == one.row.id:
            told += [*_of_objective(found, one, moment), *_of_key_results(found, one, moment)]
    if objective is None:
        return told
    others = [row.id for one in found.objectives for row, _ in one.key_results if one.row.id != objective.id]
    return [each for each in told if not any(_concerns(found, each.about, kr_id) for kr_id in others)]


def _about_key_result(found: Loaded, row: m.KeyResult, moment: Moment) -> list[_About]:
    told = [one for objective in found.objectives for one in _of_key_results(found, objective, moment)]
    told += [one for cycle in found.cycles for one in _of_team(found, cycle, moment)]
    return [one for one in told if _concerns(found, one.about, row.id)]


def _concerns(found: Loaded, about: tuple[Item, int], kr_id: int) -> bool:
    if about[0] is Item.ALIGNMENT:
        return kr_id in (found.links[about[1]].from_kr_id, found.links[about[1]].to_kr_id)
    return about == (Item.KEY_RESULT, kr_id)


# --- what is about what -------------------------------------------------------------------------------------


def _of_objective(found: Loaded, one: ObjectiveLoaded, moment: Moment) -> list[_About]:
    row = one.row
    return [
        _About(
            (Item.OBJECTIVE, row.id),
            _told(finding, moment, Item.OBJECTIVE, row.token or "", found.team.key, "", row.title),
        )
        for finding in told_once(check_objective(one.facts, moment))
    ]


def _of_key_results(found: Loaded, one: ObjectiveLoaded, moment: Moment) -> list[_About]:
    siblings = [facts for _row, facts in one.key_results]
    told = []
    for row, facts in one.key_results:
        for finding in told_once(check_key_result(facts, siblings, moment)):
            told.append(_About((Item.KEY_RESULT, row.id), _of_row(finding, moment, found, row)))
    return told


def _of_team(found: Loaded, one: CycleLoaded, moment: Moment) -> list[_About]:
    rows = {row.id: row for each in found.objectives for row, _facts in each.key_results}
    told = []
    for finding in told_once(check_team(one.facts, moment)):
        if finding.item is Item.KEY_RESULT:
            row = rows[finding.item_id]
            told.append(_About((Item.KEY_RESULT, row.id), _of_row(finding, moment, found, row)))
        elif finding.item is Item.ALIGNMENT:
            told.append(_About((Item.ALIGNMENT, finding.item_id), _of_link(finding, moment, found, rows)))
        else:
            team = found.team
            told.append(
                _About((Item.TEAM, team.id), _told(finding, moment, Item.TEAM, team.key, team.key, "", team.name))
            )
    return told


def _of_row(finding: Finding, moment: Moment, found: Loaded, row: m.KeyResult) -> Told:
    label = f"KR{row.number}"
    told = _told(finding, moment, Item.KEY_RESULT, row.token, found.team.key, label, row.short_title)
    aim = next((one.row.token for one in found.objectives if one.row.id == row.objective_id), None)
    return replace(told, objective=aim or "")


def _of_link(finding: Finding, moment: Moment, found: Loaded, rows: Mapping[int, m.KeyResult]) -> Told:
    link = found.links[finding.item_id]
    row = rows.get(link.from_kr_id or 0) or rows.get(link.to_kr_id or 0)
    label, title = ("", "") if row is None else (f"KR{row.number}", row.short_title)
    return _told(finding, moment, Item.ALIGNMENT, link.token or "", found.team.key, label, title)


def _told(finding: Finding, moment: Moment, item: Item, token: str, team: str, label: str, title: str) -> Told:
    words = ADVICE[finding.check]
    severity = severity_of(finding.check, moment)
    return Told(finding.check, severity, finding.params, words.buttons, item, token, team, label, title)


def _kept(
    session: Session, told: Sequence[_About], since: datetime | None = None
) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Without what was set aside, what is impossible first; and what was set aside after `since`, if it is asked."""
    items: dict[str, set[int]] = {}
    for one in told:
        items.setdefault(one.about[0].value, set()).add(one.about[1])
    aside = advice.dismissed(session, items)
    kept = [one.told for one in told if one.told.blocks or one.key not in aside]
    lately = [one.told for one in told if one.key in aside and since is not None and aside[one.key] > since]
    return tuple(sorted(kept, key=lambda one: _RANK[one.severity])), tuple(lately)


# --- in words -------------------------------------------------------------------------------------------------


def lines_of(cards: Cards, told: Iterable[Told], lang: Lang, *, may_write: bool = True) -> list[AdviceLine]:
    """The advice in a language, for the macro of `_advice.xml`; without `may_write` nothing to press."""
    return [
        AdviceLine(
            check=one.check,
            severity=one.severity.value,
            label=one.label,
            title=one.title,
            text=text_of(cards, one.check, one.params, lang),
            buttons=_buttons(cards, one, lang) if may_write and one.token else (),
        )
        for one in told
    ]


def lines_after_edit(
    session: Session, cards: Cards, lang: Lang, entity: str, item_id: int, now: datetime
) -> list[AdviceLine]:
    """What strikes about an objective or a key result that was just changed, the gravest two."""
    if entity == Item.OBJECTIVE:
        told = advice_on_objective(session, session.get_one(m.Objective, item_id), now, Moment.DRAFT)
    else:
        told = advice_on_key_result(session, session.get_one(m.KeyResult, item_id), now, Moment.DRAFT)
    return lines_of(cards, told[:AFTER_EDIT], lang)


def text_of(cards: Cards, check: str, params: Mapping[str, Param], lang: Lang) -> str:
    """The sentence of a check."""
    shown = {name: _shown(cards, check, value, lang) for name, value in params.items()}
    words = ADVICE[check]
    known, instead = words.with_more
    return cards.text(instead if known in params else words.msgid, lang, **shown)


def _shown(cards: Cards, check: str, value: Param, lang: Lang) -> str | int:
    if isinstance(value, Amount):
        return say.amount_exact(value.value, value.unit, lang)
    if isinstance(value, date):
        return say.day(value, lang)
    if check == "K16" and value in _VERBS:
        return cards.text(_VERBS[str(value)], lang)
    if value == "":
        return cards.text(N_("the metric"), lang) if check == "K14" else "…"
    return value


_VERBS = {"increase": N_("increase"), "decrease": N_("decrease")}


def _buttons(cards: Cards, one: Told, lang: Lang) -> tuple[ShownButton, ...]:
    shown = {name: _shown(cards, one.check, value, lang) for name, value in one.params.items()}
    ready = [
        ShownButton(
            cards.text(each.label, lang, **shown),
            each.action,
            each.value.format(token=one.token, team=one.team, objective=one.objective),
        )
        for each in one.buttons
        if each.item in (None, one.item)
        and (not each.needs or each.needs in one.params)
        and ("{objective}" not in each.value or one.objective)
    ]
    if not one.blocks and one.value:
        ready.append(ShownButton(cards.text(ADVICE[one.check].dismiss, lang), "advice_dismiss", one.value))
    return tuple(ready)
