"""All quality checks as one table: how grave each is, and when it is looked for (spec/04 §9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.okr.quality.facts import Finding, Moment, Severity

E, W, I = Severity.E, Severity.W, Severity.I  # noqa: E741 - the specification's own letters
ALWAYS = frozenset(Moment)
AT_PUBLISH = frozenset({Moment.PUBLISH})
LATER = frozenset({Moment.PUBLISH, Moment.CHECK})


@dataclass(frozen=True, slots=True)
class Check:
    severity: Severity
    moments: frozenset[Moment] = ALWAYS
    at_publish: Severity | None = None
    """How grave it is at publishing, where that differs."""
    over: str | None = None
    """The check that says the same better: where both strike, only that one is told."""


CHECKS: Mapping[str, Check] = {
    "O01": Check(W),
    "O02": Check(E),
    "O03": Check(W, LATER),
    "O04": Check(I),
    "O05": Check(W),
    "O06": Check(W),
    "O07": Check(W),
    "O08": Check(W),
    "O09": Check(I),
    "O10": Check(I),
    "O11": Check(I, AT_PUBLISH),
    "K01": Check(W, over="K08"),
    "K02": Check(W),
    "K03": Check(E),
    "K04": Check(W),
    "K05": Check(W),
    "K06": Check(I, over="K05"),
    "K06b": Check(I, AT_PUBLISH),
    "K07": Check(W),
    "K08": Check(W),
    "K09": Check(W, at_publish=E),
    "K10": Check(W),
    "K11": Check(W),
    "K12": Check(W),
    "K13": Check(I),
    "K14": Check(I, over="K01"),
    "K15": Check(W),
    "K16": Check(E),
    "K17": Check(I),
    "K18": Check(I),
    "K19": Check(I),
    "K20": Check(I),
    "K21": Check(I),
    "K22": Check(I, AT_PUBLISH),
    "K23": Check(E),
    "K24": Check(E),
    "K25": Check(W),
    "T01": Check(W, over="T02"),
    "T02": Check(W),
    "T03": Check(W),
    "T04": Check(I),
    "T05": Check(I),
    "T06": Check(W),
    "T07": Check(I),
    "T08": Check(W),
    "T09": Check(I),
    "C02": Check(W),
    "P01": Check(W),
}


def severity_of(check: str, moment: Moment) -> Severity:
    """How grave a finding is: K09 is advice while somebody writes, and holds a publishing."""
    found = CHECKS[check]
    return found.at_publish if moment is Moment.PUBLISH and found.at_publish is not None else found.severity


def is_looked_for(check: str, moment: Moment, *, is_draft: bool) -> bool:
    """True where a check belongs to the moment; a hint is given for drafts only."""
    found = CHECKS[check]
    return moment in found.moments and (is_draft or found.severity is not Severity.I)


def told_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without what another finding about the same says better: a total of page views is told as page views."""
    found = tuple(findings)
    struck = {(one.check, one.item_id) for one in found}
    return tuple(one for one in found if (CHECKS[one.check].over, one.item_id) not in struck)
