"""What is said about silence: to the owner, to the lead, and through the lead, as spec/07 §12.5 has it."""

from datetime import date, datetime

from bot.cards.plain import plain_text
from bot.okr.model import CheckInKind, KRState, KRType
from bot.views.prompt import dark_card, nudge_card, stale_card
from storage import models as m
from tests.views.asked import Office, at

TOLD_AT = at(11)
"""Wednesday: a word of Friday 30 October is eight working days old."""


def stale(office: Office, row: m.KeyResult, now: datetime = TOLD_AT) -> list[str]:
    return plain_text(stale_card(office.session, office.cards, office.mei, row.id, TOLD_AT, now)).splitlines()


def dark(office: Office, row: m.KeyResult, now: datetime) -> list[str]:
    return plain_text(dark_card(office.session, office.cards, office.bea, row.id, now)).splitlines()


def nudge(office: Office, row: m.KeyResult, now: datetime) -> list[str]:
    card = nudge_card(office.session, office.cards, office.mei, row.id, office.bea.id, now)
    return plain_text(card).splitlines()


def quiet(office: Office) -> m.KeyResult:
    row = office.renewals()
    office.say(row, at(30, 11, month=10), value="28")
    return row


# --- stale, to the owner -----------------------------------------------------------------------------------


def test_an_owner_is_asked_whether_the_number_still_holds(office: Office) -> None:
    row = quiet(office)
    office.session.flush()

    assert stale(office, row) == [
        "KR2 · Self-serve renewals",
        "KR2 was last updated 8 working days ago (28%). Is 28% still right?",
        "[👍 Still 28%] [Update] [Change owner] [Pause]",
    ]


def test_an_owner_is_asked_in_chinese(office_zh: Office) -> None:
    assert stale(office_zh, quiet(office_zh)) == [
        "KR2 · 自助续费率",
        "KR2 上次更新是 8 个工作日前（28%）。现在还是 28% 吗？",
        "[👍 还是 28%] [更新] [换负责人] [暂停]",
    ]


def test_without_a_number_there_is_no_thumb(office: Office) -> None:
    score, sso = office.kr(3, "Partners"), office.sso()
    office.say(score, at(30, 11, month=10), self_score="0.7")
    office.say(sso, at(30, 11, month=10), confidence="6")

    assert stale(office, score)[1:] == [
        "KR3 was last updated 8 working days ago. How does it stand?",
        "[Update] [Change owner] [Pause]",
    ]
    assert stale(office, sso)[1:] == [
        "KR5 was last updated 8 working days ago (6/10). How likely by 15 Dec now?",
        "[Update] [Change owner] [Pause]",
    ]


def test_one_that_never_had_a_word_waits_for_its_first(office: Office) -> None:
    row = office.renewals()
    row.published_on = at(30, month=10).date()

    assert stale(office, row)[1] == "KR2 has waited 8 working days for its first update. How does it stand?"


def test_the_answer_takes_the_place_of_the_notice(office: Office) -> None:
    row = quiet(office)
    office.confirm(row, at(11, 11), value="28")

    assert stale(office, row, at(11, 12)) == ["KR2 · Self-serve renewals", "✓ no change, 28%", "[Undo] [Update]"]


def test_a_skip_is_no_answer(office: Office) -> None:
    row = quiet(office)
    office.say(row, at(11, 11), kind=CheckInKind.SKIP)

    assert stale(office, row, at(11, 12))[-1] == "[👍 Still 28%] [Update] [Change owner] [Pause]"


def test_a_co_owners_answer_is_theirs_to_take_back(office: Office) -> None:
    row = quiet(office)
    office.say(row, at(11, 11), by=office.li, value="33")

    assert stale(office, row, at(11, 12))[1:] == ["Answered by Li: 28% → 33%.", "[Update]"]


def test_a_number_from_elsewhere_settles_it(office: Office) -> None:
    row = quiet(office)
    office.measure(row, at(11, 11), "33")

    assert stale(office, row, at(11, 12))[1:] == ["KR2 is up to date again.", "[Update]"]


# --- dark, to the lead -------------------------------------------------------------------------------------


def test_a_lead_is_told_what_is_greyed_out(office: Office) -> None:
    assert dark(office, quiet(office), at(16)) == [
        "KR2 · Self-serve renewals",
        "KR2 (Mei) has had no update for 11 working days, so its colour is greyed out.",
        "[Ask Mei] [Change owner] [Pause] [Drop]",
    ]


def test_a_lead_is_told_in_chinese(office_zh: Office) -> None:
    assert dark(office_zh, quiet(office_zh), at(16)) == [
        "KR2 · 自助续费率",
        "KR2（梅）已 11 个工作日没有更新，状态改为灰色。",
        "[问问梅] [换负责人] [暂停] [放弃]",
    ]


def test_a_lead_is_not_asked_to_ask_themselves(office: Office) -> None:
    row = quiet(office)
    row.lead_owner_id = office.bea.id

    assert dark(office, row, at(16))[1:] == [
        "KR2 has had no update for 11 working days, so its colour is greyed out.",
        "[👍 Still 28%] [Update] [Change owner] [Pause] [Drop]",
    ]


def test_a_lead_who_owns_it_is_told_in_chinese(office_zh: Office) -> None:
    row = quiet(office_zh)
    row.lead_owner_id = office_zh.bea.id

    assert dark(office_zh, row, at(16))[1:] == [
        "KR2 已 11 个工作日没有更新，状态改为灰色。",
        "[👍 还是 28%] [更新] [换负责人] [暂停] [放弃]",
    ]


def test_nobody_to_ask_is_said(office: Office) -> None:
    row = quiet(office)
    row.lead_owner_id = None

    assert dark(office, row, at(16))[1:] == [
        "KR2 has had no update for 11 working days, so its colour is greyed out. Nobody owns it yet.",
        "[Change owner] [Pause] [Drop]",
    ]


def test_who_was_asked_is_not_asked_again(office: Office) -> None:
    row = quiet(office)
    asked_at = at(16, 11)
    office.session.add(
        m.Delivery(
            workspace_id=office.workspace.id,
            kind="nudge",
            subject=f"kr:{row.id}",
            period="since:2026-10-30",
            person_id=office.mei.id,
            due_at=asked_at,
            created_at=asked_at,
        )
    )
    office.session.flush()

    assert dark(office, row, at(16, 12))[2:] == ["I asked Mei.", "[Change owner] [Pause] [Drop]"]


def test_one_that_came_back_is_not_called_grey(office: Office) -> None:
    row = quiet(office)
    office.say(row, at(16, 11), value="33")

    assert dark(office, row, at(16, 12))[1:] == ["KR2 is up to date again."]


# --- the lead asks -----------------------------------------------------------------------------------------


def test_a_lead_asks_through_okra(office: Office) -> None:
    assert nudge(office, quiet(office), at(16)) == [
        "KR2 · Self-serve renewals",
        "Bea would like to know how KR2 stands. A number or a line is enough.",
        "[👍 Still 28%] [Update]",
    ]


def test_a_lead_asks_through_okra_in_chinese(office_zh: Office) -> None:
    assert nudge(office_zh, quiet(office_zh), at(16)) == [
        "KR2 · 自助续费率",
        "贝娅想了解 KR2 的进展，一个数或一句话就够。",
        "[👍 还是 28%] [更新]",
    ]


def test_the_answer_takes_the_place_of_the_question(office: Office) -> None:
    row = quiet(office)
    office.say(row, at(16, 11), value="33")

    assert nudge(office, row, at(16, 12))[1:] == [
        "✓ 28% → 33% · score 0.43 · heading for 0.86 🟢",
        "[Undo] [Update]",
    ]


def test_one_that_is_no_number_is_asked_without_a_thumb(office: Office) -> None:
    row = office.kr(4, "Redemption", KRType.BASELINE, ends=None, unit="%")

    assert nudge(office, row, at(16))[-1] == "[Update]"


def test_one_that_rests_is_not_asked_about(office: Office) -> None:
    row = quiet(office)
    row.state, row.paused_until = KRState.PAUSED, date(2026, 12, 1)
    assert stale(office, row)[1:] == ["KR2 is paused until 1 Dec.", "[Resume]"]
    assert dark(office, row, at(16, 12))[1:] == ["KR2 is paused until 1 Dec.", "[Resume]"]

    row.state = KRState.DROPPED
    assert stale(office, row)[1:] == ["KR2 is dropped."]
    assert dark(office, row, at(16, 12))[1:] == ["KR2 is dropped."]
