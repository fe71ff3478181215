"""A report to paste: complete, of one's own or of the team, of a week or the quarter, and never a total of a person."""

from datetime import date

import pytest
from sqlmodel import select

from bot.intake.conversation import Answer
from storage import models as m
from storage.pauses import Decision, drop
from tests.handlers.talk import Talk
from tests.views.asked import Office, at
from tests.views.counting import statements


@pytest.fixture
def told(talk: Talk) -> Talk:
    """KR2 of Mei moved this week, KR3 of Li is blocked, KR1 is silent."""
    office = talk.office
    mrr = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$")
    renewals = office.renewals()
    contracts = office.kr(3, "Contracts", owner=office.li)
    office.say(mrr, at(20, month=10), value="41000")
    office.say(renewals, at(30, month=10), value="28", note="An old note")
    office.say(renewals, at(10), value="31", note="Two large renewals")
    office.say(contracts, at(11), by=office.li, value="35", blocked=True, blocker="legal")
    for text, state, owner in (
        ("Call Acme", m.NextStepState.DONE, office.mei),
        ("Ask legal", m.NextStepState.OPEN, office.li),
    ):
        office.session.add(
            m.NextStep(
                workspace_id=office.workspace.id, team_id=office.team.id, text=text, state=state, owner_id=owner.id,
                kr_id=renewals.id if owner is office.mei else contracts.id, at=at(9), done_at=at(10),
                due=date(2026, 11, 20),
            )
        )  # fmt: skip
    office.session.add(
        m.Win(
            workspace_id=office.workspace.id, team_id=office.team.id, kr_id=renewals.id, text="Acme renewed",
            by_id=office.mei.id, at=at(11),
        )
    )  # fmt: skip
    office.session.flush()
    return talk


def test_my_week(told: Talk) -> None:
    assert told.says("report").splitlines() == [
        "Report · my KRs · 6 Nov - 12 Nov",
        "Grow",
        "KR1 Enterprise MRR: $41k / $60k · no recent number · Mei",
        "- KR1: no update in these days.",
        "KR2 Self-serve renewals: 31% / 50% · score 0.37 · heading for 0.83 · on track · Mei",
        "- KR2 went 28% → 31%.",
        "- KR2, Mei on 10 Nov: Two large renewals",
        "Wins",
        "- Acme renewed (KR2, Mei)",
        "Next steps done",
        "☑ Call Acme (KR2, Mei, by 20 Nov)",
    ]
    assert told.says("周报 我 周") == told.says("report me week") == told.says("report")


def test_the_team_s_week_has_everybody_s(told: Talk) -> None:
    text = told.says("report team")

    assert text.startswith("Report · Growth · 6 Nov - 12 Nov\n")
    assert "- KR3 is blocked on legal" in text
    assert "☐ Ask legal (KR3, Li, by 20 Nov)" in text
    assert "An old note" not in text
    assert told.says("report GRO") == told.says("report Team gro week") == text


def test_a_quarter_reaches_back_to_its_first_day(told: Talk) -> None:
    text = told.says("report team quarter")

    assert text.startswith("Report · Growth · 1 Oct - 12 Nov\n")
    assert "- KR2, Mei on 30 Oct: An old note" in text
    assert "no update in these days" not in text
    assert "- KR2 went" not in text  # nothing was known before


def test_a_change_and_a_dropped_key_result_are_told(told: Talk) -> None:
    office = told.office
    row = office.session.exec(select(m.KeyResult).where(m.KeyResult.number == 1)).one()
    drop(office.session, row, Decision(office.mei.id, at(11), "no more"))

    text = told.says("report")

    assert "KR1 Enterprise MRR: $41k / $60k · score 0.37 · dropped · Mei" in text
    assert "- KR1 changed, state active → dropped" in text


def test_a_private_objective_is_only_for_its_team(told: Talk) -> None:
    office = told.office
    objective = office.session.exec(select(m.Objective)).one()
    objective.visibility = m.Visibility.TEAM
    office.session.flush()
    ana = office.person("Ana")

    text = told.says("report team GRO", by=ana)

    assert "🔒 Private objective" in text or "Private objective" in text
    for word in ("Grow\n", "Renewals", "31%", "Acme", "legal", "KR2"):
        assert word not in text
    assert "31%" in told.says("report team GRO")


def test_an_empty_week_says_so(talk: Talk) -> None:
    talk.office.renewals()

    assert "Nothing new was said in these days; this is how it stands." in talk.says("report")
    assert talk.says("report", by=talk.office.li).endswith("You own no key results in this cycle.")
    assert talk.says("report team XYZ") == "I don't know a team called XYZ. Try its key, such as GRO."


def test_who_is_in_several_teams_chooses(told: Talk) -> None:
    office = told.office
    support = office.found_team("SUP", "Support")
    office.kr(1, "Agents", team=support)

    first = told.buttons("report team quarter")[0]

    assert (first.action, first.value) == ("report_quarter", "GRO")


def test_a_report_in_chinese(talk_zh: Talk) -> None:
    talk_zh.office.renewals()

    assert talk_zh.says("周报 团队 季度").splitlines()[0] == "周报 · 增长组 · 10月1日 - 11月12日"


def test_its_queries_do_not_grow_with_the_key_results(talk: Talk) -> None:
    def queries() -> int:
        answer = Answer("report", {"team": talk.office.team.id, "quarter": True})
        office = talk.office
        return len(statements(office.session, lambda: talk.render(answer, office.mei), (office.mei, office.team)))

    few = _fill(talk.office, 1)
    first = queries()
    _fill(talk.office, 30)

    assert few == 1
    assert queries() <= first + 1


def _fill(office: Office, many: int) -> int:
    for number in range(many * 10, many * 11):
        row = office.kr(number, f"Key result {number}")
        office.say(row, at(10), value="30", note="A note that is told")
    return many
