"""A pretend company in week 6 of its quarter, as its people are asked and answer; once in English, once in Chinese."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.cards.model import Actions, Card, Control, Text
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import CheckInKind, CheckInSource, KRType, ReadingSource, Source
from bot.okr.replies import Ask, AskFacts, Code
from bot.views.person import PersonView, person_view
from bot.views.prompt import check_in_card
from bot.views.team import KRView
from storage import check_ins
from storage import models as m
from storage.check_ins import Origin, Said
from storage.okrs import definition, parts_of

R = TypeVar("R", bound=m.Row)

ZONE = "Europe/Madrid"
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    """A moment of autumn 2026 by the clock on the wall in Madrid."""
    return datetime.combine(date(2026, month, day), time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


ASKED_AT = at(12)
"""Thursday 12 November, 10:00: the moment of the samples in spec/07 §12.1."""
DIGEST_AT = at(13, 9, 50)


@dataclass(frozen=True, slots=True)
class Words:
    lang: m.Language
    team: str
    renewals: str
    sso: str
    people: tuple[str, str, str]


ENGLISH = Words(m.Language.EN, "Growth", "Self-serve renewals", "SSO live for all customers", ("Mei", "Li", "Bea"))
CHINESE = Words(m.Language.ZH, "增长组", "自助续费率", "单点登录全量上线", ("梅", "李", "贝娅"))


class Office:
    """One team with people, key results and questions, written to a session that nobody commits."""

    def __init__(self, session: Session, cards: Cards, words: Words = ENGLISH, **workspace: Any) -> None:
        self.session, self.cards, self.words = session, cards, words
        self._replies = 0
        self.workspace = m.Workspace(
            name="TeeBee", timezone=ZONE, created_at=at(1, month=10), updated_at=at(1, month=10)
        )
        for name, value in workspace.items():
            setattr(self.workspace, name, value)
        session.add(self.workspace)
        session.flush()
        self.installation = self._add(
            m.Installation(
                workspace_id=self.workspace.id,
                platform=m.Platform.CONSOLE,
                external_id="console",
                installed_at=at(1, month=10),
            )
        )
        self.cycle = self._add(self._of_workspace(m.Cycle, name="2026 Q4", first_day=FIRST, last_day=LAST))
        self.mei, self.li, self.bea = (self.person(name) for name in words.people)
        self.team = self.found_team("GRO", words.team)

    # --- who and what ------------------------------------------------------------------------------

    def person(self, name: str) -> m.Person:
        return self._add(
            self._of_workspace(
                m.Person, handle=f"{name}-{self.words.lang}", display_name=name, short_name=name, lang=self.words.lang
            )
        )

    def found_team(self, key: str, name: str, **more: Any) -> m.Team:
        """A team with a channel, led by Bea."""
        team = self._add(
            self._of_workspace(
                m.Team, key=key, name=name, channel_ref={"channel": key}, installation_id=self.installation.id, **more
            )
        )
        lead = {"person_id": self.bea.id, "team_id": team.id, "role": m.TeamRole.LEAD}
        self._add(self._of_workspace(m.Membership, **lead))
        self._add(self._of_workspace(m.Objective, team_id=team.id, cycle_id=self.cycle.id, title="Grow"))
        return team

    def kr(
        self,
        number: int,
        title: str = "A key result",
        type: KRType = KRType.INCREASE,
        *,
        ends: tuple[str, str] | None = ("20", "50"),
        owner: m.Person | None = None,
        team: m.Team | None = None,
        **more: Any,
    ) -> m.KeyResult:
        """A key result of Mei's, live since the cycle's first day."""
        team = team or self.team
        objective = self.session.exec(select(m.Objective).where(m.Objective.team_id == team.id)).one()
        if ends is not None:
            more |= {"baseline": Decimal(ends[0]), "target": Decimal(ends[1])}
        row = m.KeyResult(
            workspace_id=self.workspace.id,
            objective_id=objective.id,
            team_id=team.id,
            cycle_id=self.cycle.id,
            number=number,
            title=title,
            short_title=title[:32],
            type=type,
            start=FIRST,
            due=more.pop("due", LAST),
            lead_owner_id=(owner or self.mei).id,
            published_on=FIRST,
            **more,
        )
        return self._add(row)

    def renewals(self, number: int = 2) -> m.KeyResult:
        """20% → 50% by the end of the year."""
        return self.kr(number, self.words.renewals, unit="%")

    def sso(self, number: int = 5) -> m.KeyResult:
        """Done or not, by 15 December."""
        return self.kr(number, self.words.sso, KRType.MILESTONE, ends=None, due=date(2026, 12, 15))

    def nps(self, number: int = 6) -> m.KeyResult:
        """32 → 45, read by a machine."""
        return self.kr(number, "NPS", ends=("32", "45"), source=Source.AUTO)

    def steps(self, row: m.KeyResult, *titles: str) -> None:
        for number, title in enumerate(titles, 1):
            self._add(self._of_workspace(m.KRStep, kr_id=row.id, number=number, title=title))

    # --- what is said ------------------------------------------------------------------------------

    def reply(self) -> int:
        """What came in: the key that all check-ins of one reply share."""
        self._replies += 1
        row = m.Inbox(
            workspace_id=self.workspace.id,
            installation_id=self.installation.id,
            key=f"reply {self._replies}",
            body={},
            at=ASKED_AT,
        )
        return self._add(row).id

    def say(
        self,
        row: m.KeyResult,
        moment: datetime,
        *,
        by: m.Person | None = None,
        prompt: m.Prompt | None = None,
        inbox: int | None = None,
        supersedes: m.CheckIn | None = None,
        kind: CheckInKind = CheckInKind.UPDATE,
        **said: Any,
    ) -> m.CheckIn:
        """Mei (or `by`) says something; figures may be given as text. With `prompt` it answers that question."""
        exact: dict[str, Any] = {
            name: Decimal(value) if isinstance(value, str) and name in _FIGURES else value
            for name, value in said.items()
        }
        person = by or self.mei
        team = self.session.get_one(m.Team, row.team_id)
        stored = check_ins.record(
            self.session,
            row,
            definition(row, team, parts_of(self.session, [row.id])),
            Said(kind=kind, **exact),
            Origin(
                by_id=person.id,
                at=moment,
                source=CheckInSource.BUTTON,
                inbox_id=inbox or self.reply(),
                prompt_id=None if prompt is None else prompt.id,
            ),
            local_day(moment, ZONE),
            None if supersedes is None else supersedes.id,
        )
        if prompt is not None:
            for item in self.items(prompt):
                if item.kr_id == row.id:
                    skipped = kind is CheckInKind.SKIP
                    item.state = m.ItemState.SKIPPED if skipped else m.ItemState.ANSWERED
                    item.checkin_id = stored.id
        self.session.flush()
        return stored

    def confirm(self, row: m.KeyResult, moment: datetime, **said: Any) -> m.CheckIn:
        """👍."""
        return self.say(row, moment, kind=CheckInKind.CONFIRM, **said)

    def measure(self, row: m.KeyResult, moment: datetime, value: str) -> None:
        """A reading of a feed."""
        kr = definition(row, self.session.get_one(m.Team, row.team_id), parts_of(self.session, [row.id]))
        check_ins.record_reading(
            self.session,
            row,
            kr,
            value=Decimal(value),
            at=moment,
            day=local_day(moment, ZONE),
            source=ReadingSource.AUTO,
        )

    def answered_by(self, prompt: m.Prompt, answer: m.CheckIn) -> None:
        """Somebody else's answer closes the item."""
        for item in self.items(prompt):
            if item.kr_id == answer.kr_id:
                item.state, item.checkin_id = m.ItemState.ANSWERED_BY_OTHER, answer.id
        self.session.flush()

    # --- what is asked -----------------------------------------------------------------------------

    def ask(
        self,
        rows: Sequence[m.KeyResult],
        moment: datetime = ASKED_AT,
        *,
        digest_at: datetime | None = DIGEST_AT,
        person: m.Person | None = None,
        first_ever: bool = False,
    ) -> m.Prompt:
        """A weekly question that was sent to Mei at `moment`."""
        person = person or self.mei
        period = f"{local_day(moment, ZONE) + timedelta(days=1)}"
        prompt = self._add(
            self._of_workspace(
                m.Prompt, person_id=person.id, kind=m.RitualKind.WEEKLY_CHECK_IN, period=period, first_ever=first_ever
            )
        )
        for row in rows:
            run = self._run(row.team_id, period, digest_at)
            self._add(self._of_workspace(m.PromptItem, prompt_id=prompt.id, run_id=run.id, kr_id=row.id))
        sent = m.Delivery(
            workspace_id=self.workspace.id,
            kind="check_in",
            subject=f"person:{person.id}",
            period=period,
            person_id=person.id,
            prompt_id=prompt.id,
            state=m.DeliveryState.SENT,
            due_at=moment,
            sending_at=moment,
        )
        self._add(sent)
        return prompt

    def ask_back(
        self, row: m.KeyResult, code: Code, facts: AskFacts, *, prompt: m.Prompt | None = None, label: str | None = None
    ) -> m.Clarification:
        """A question back that is open; with `prompt` it stands inside the question's block."""
        item = None if prompt is None else next(one for one in self.items(prompt) if one.kr_id == row.id)
        return self._add(
            self._of_workspace(
                m.Clarification,
                person_id=self.mei.id,
                kr_id=row.id,
                prompt_item_id=None if item is None else item.id,
                code=code.value,
                ask=dict(Ask(code, label or f"KR{row.number}", facts).to_json()),
                in_prompt=item is not None,
                asked_at=ASKED_AT,
                expires_at=ASKED_AT + timedelta(days=7),
            )
        )

    def items(self, prompt: m.Prompt) -> list[m.PromptItem]:
        query = select(m.PromptItem).where(m.PromptItem.prompt_id == prompt.id).order_by(col(m.PromptItem.id))
        return list(self.session.exec(query))

    def view(self, row: m.KeyResult, now: datetime = ASKED_AT) -> KRView:
        """A key result as Mei sees it."""
        return self.seen_by_mei(now).by_id[row.id]

    def seen_by_mei(self, now: datetime = ASKED_AT) -> PersonView:
        return person_view(self.session, self.mei, now)

    def _run(self, team_id: int, period: str, digest_at: datetime | None) -> m.RitualRun:
        kind = m.RitualKind.WEEKLY_CHECK_IN
        known = self.session.exec(
            select(m.RitualRun).where(m.RitualRun.team_id == team_id, m.RitualRun.period == period)
        ).first()
        return known or self._add(
            self._of_workspace(m.RitualRun, team_id=team_id, kind=kind, period=period, digest_at=digest_at)
        )

    def _of_workspace(self, table: Callable[..., R], **fields: Any) -> R:
        return table(workspace_id=self.workspace.id, **fields)

    def _add(self, row: R) -> R:
        since = at(12, 10) if isinstance(row, m.Prompt) else at(1, month=10)
        row.created_at = row.created_at or since
        row.updated_at = row.updated_at or at(1, month=10)
        self.session.add(row)
        self.session.flush()
        return row


_FIGURES = ("value", "self_score", "confidence")


def controls(card: Card) -> list[Control]:
    """Everything that can be pressed, in order."""
    found: list[Control] = []
    for block in card.blocks:
        if isinstance(block, Actions):
            found += block.controls
        elif isinstance(block, Text) and block.control is not None:
            found.append(block.control)
    return found


# --- the sample of the specification --------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """The three key results of the specification's sample, and the question about them."""

    renewals: m.KeyResult
    sso: m.KeyResult
    nps: m.KeyResult
    prompt: m.Prompt


def sample(office: Office) -> Sample:
    renewals, sso, nps = office.renewals(), office.sso(), office.nps()
    office.say(renewals, at(5, 11), value="31", self_score="0.7")
    office.say(sso, at(5, 11), confidence="6")
    office.measure(nps, at(12, 7), "41")
    return Sample(renewals, sso, nps, office.ask([nps, sso, renewals]))


def shown(office: Office, prompt: m.Prompt, now: datetime = ASKED_AT) -> str:
    """The question as it stands in Mei's DM."""
    return plain_text(check_in_card(office.session, office.cards, prompt, now))
