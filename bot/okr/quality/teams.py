"""The checks of a team and of what lies between it and others: T01-T09 (spec/04 §9.4)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.okr.model import KRState, KRType
from bot.okr.quality import words
from bot.okr.quality.facts import Finding, Item, KRFacts, Moment, OtherKR, OtherTeam, TeamFacts
from bot.okr.quality.table import is_looked_for
from bot.okr.quality.text import content, one_line, overlap

DAYS_TO_AGREE = 5
NEAR_PERFECT = Decimal("0.9")
CYCLES = 2
SAME_METRIC = 0.99


def check_team(facts: TeamFacts, moment: Moment) -> tuple[Finding, ...]:
    """What strikes about a team in one cycle, in the order of the specification. Never raises."""
    return tuple(one for one in _findings(facts) if is_looked_for(one.check, moment, is_draft=facts.is_draft))


def _findings(facts: TeamFacts) -> Iterator[Finding]:
    active = [one for one in facts.key_results if one.state is not KRState.PAUSED]
    if facts.objectives > 1:
        yield Finding("T01")
    if facts.objectives > 3:
        yield Finding("T02")
    if active and all(one.draft.type is KRType.MILESTONE for one in active):
        yield Finding("T03")
    if facts.may_link and not facts.is_linked:
        yield Finding("T04")
    if _too_easy(facts.stretch_scores):
        yield Finding("T05")
    yield from _needs_others(facts)
    if _written_by_an_outsider(facts.key_results):
        yield Finding("T07")
    yield from _pulls(facts)
    yield from _as_before(facts)


def _too_easy(cycles: Sequence[Sequence[Decimal]]) -> bool:
    newest = cycles[:CYCLES]
    return len(newest) == CYCLES and all(scores and min(scores) >= NEAR_PERFECT for scores in newest)


def _needs_others(facts: TeamFacts) -> Iterator[Finding]:
    for kr in facts.key_results:
        for team in facts.others:
            if names_team(kr.draft.title, team) and (kr.id, team.name) not in facts.asked:
                yield Finding("T06", {"team": team.name, "kr": kr.number}, Item.KEY_RESULT, kr.id)
                break
    if facts.cycle_day >= DAYS_TO_AGREE:
        for one in facts.waiting:
            yield Finding("T06", {"team": one.team, "kr": one.kr}, Item.ALIGNMENT, one.alignment)


def names_team(title: str, team: OtherTeam) -> bool:
    """True where a text names a team. A name that is an everyday word must be called a team, or mentioned."""
    plain, name = one_line(title).casefold(), one_line(team.name).casefold()
    if not name:
        return False
    bare = name.removesuffix(" team").removesuffix("团队").removesuffix("组").strip() or name
    called = (f"@{bare}", f"{bare} team", f"team {bare}", f"{bare}团队", f"{bare}组", f"{bare}部")
    if any(_stands_alone(one, plain) for one in called):
        return True
    if team.key and _stands_alone(f"@{team.key.casefold()}", plain):
        return True
    return bare not in words.PLAIN_TEAM_NAMES and _long_enough(bare) and _stands_alone(bare, plain)


def _long_enough(name: str) -> bool:
    return len(name) > 3 or (not name.isascii() and len(name) > 1)


def _stands_alone(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        latin_before = before.isascii() and before.isalnum() and name[0].isascii() and name[0].isalnum()
        latin_after = after.isascii() and after.isalnum() and name[-1].isascii() and name[-1].isalnum()
        if not latin_before and not latin_after:
            return True
        at = text.find(name, at + 1)
    return False


def _written_by_an_outsider(krs: Sequence[KRFacts]) -> bool:
    writers = {one.drafted_by for one in krs}
    if len(krs) < 2 or len(writers) != 1 or None in writers:
        return False
    owners = {owner for one in krs for owner in (one.draft.lead_owner, *one.draft.co_owners)}
    return owners != {None} and writers.isdisjoint(owners)


def _pulls(facts: TeamFacts) -> Iterator[Finding]:
    for clash in facts.clashes:
        params = {"a": clash.ours, "b": clash.theirs, "metric": clash.metric, "team": clash.team}
        yield Finding("T08", params, Item.ALIGNMENT, clash.alignment)
    for kr in facts.key_results:
        other = next((one for one in facts.elsewhere if _opposite(kr, one)), None)
        if other is not None:
            metric = kr.draft.metric or other.draft.metric or kr.draft.short_title
            ours = f"{facts.key}-{kr.number}" if facts.key else f"KR{kr.number}"
            params = {"a": ours, "b": other.key, "metric": metric, "team": other.team}
            yield Finding("T08", params, Item.KEY_RESULT, kr.id)


def _opposite(kr: KRFacts, other: OtherKR) -> bool:
    ways = {kr.draft.type, other.draft.type}
    if ways != {KRType.INCREASE, KRType.DECREASE} or kr.draft.unit != other.draft.unit:
        return False
    one, two = one_line(kr.draft.metric).casefold(), one_line(other.draft.metric).casefold()
    if one and two:
        return one == two
    return overlap(content(one or kr.draft.title), content(two or other.draft.title)) >= SAME_METRIC


def _as_before(facts: TeamFacts) -> Iterator[Finding]:
    before = {(one_line(one.title).casefold(), one.goal) for one in facts.earlier}
    for kr in facts.key_results:
        if (one_line(kr.draft.title).casefold(), kr.draft.goal) in before:
            yield Finding("T09", {"kr": kr.number}, Item.KEY_RESULT, kr.id)
