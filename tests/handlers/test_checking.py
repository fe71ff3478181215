"""`/okr check`: whose advice it gives, how it is set aside and given again, and where its buttons lead (spec/04 §9)."""

from decimal import Decimal

import pytest
from sqlmodel import col, select

from bot.cards.model import Button
from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.topics import BUTTONS
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import Nothing
from bot.okr.model import KRState, KRType
from bot.views.advice import ADVICE
from storage import drafts
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import FIRST, LAST, Office
from tests.views.counting import statements

VANITY = "'Downloads' mostly goes up by itself."


@pytest.fixture
def talk(office: Office) -> Talk:
    """Mei is a member of the team as well, so she hears about all of it."""
    row = m.Membership(
        workspace_id=office.workspace.id, person_id=office.mei.id, team_id=office.team.id, role=m.TeamRole.MEMBER
    )
    office.session.add(row)
    office.session.flush()
    return Talk(office)


def press(talk: Talk, button: Button, by: m.Person | None = None) -> Reply:
    """What a button of a message does."""
    try:
        return BUTTONS[button.action](talk.turn(by or talk.office.mei), button.value)
    except NotOneError as error:
        return error.reply


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    talk.office.session.flush()
    return plain_text(talk.render(reply, by or talk.office.mei))


def button(talk: Talk, text: str, label: str) -> Button:
    """The first button of this label below an answer."""
    return next(one for one in talk.buttons(text) if one.label == label)


def dismissals(office: Office) -> list[tuple[str, str]]:
    return [(row.check, row.entity) for row in office.session.exec(select(m.DismissedCheck))]


@pytest.fixture
def downloads(talk: Talk) -> m.KeyResult:
    """KR1 of Mei, that mostly goes up by itself."""
    return talk.office.kr(1, "Downloads of the app", ends=("5000", "20000"))


def draft_kr(office: Office, title: str, number: int = 7, **values: object) -> m.KeyResult:
    """A key result that the team is writing."""
    of_team = select(m.Objective).where(m.Objective.team_id == office.team.id).order_by(col(m.Objective.id))
    objective = office.session.exec(of_team.limit(1)).one()
    row = m.KeyResult(
        workspace_id=office.workspace.id,
        objective_id=objective.id,
        team_id=office.team.id,
        cycle_id=office.cycle.id,
        number=number,
        title=title,
        short_title=title[:32],
        type=KRType.MILESTONE,
        start=FIRST,
        due=LAST,
        state=KRState.DRAFT,
        lead_owner_id=office.mei.id,
        drafted_by_id=office.mei.id,
    )
    for name, value in values.items():
        setattr(row, name, value)
    office.session.add(row)
    office.session.flush()
    return row


# --- what is told -------------------------------------------------------------------------------------------


def test_my_team_is_told_what_strikes_with_a_way_to_change_it(talk: Talk, downloads: m.KeyResult) -> None:
    said = talk.says("check")

    assert "Advice on Growth" in said
    assert f"KR1 {downloads.short_title} · {VANITY}" in said
    assert "Advice, not rules" in said
    assert [one.label for one in talk.buttons("check KR1")] == ["Change the wording", "Dismiss"]


def test_in_chinese(talk_zh: Talk) -> None:
    talk_zh.office.kr(1, "粉丝从 1万 到 3万", ends=("10000", "30000"))

    assert "“粉丝”多半会自己涨。" in talk_zh.says("检查 KR1")


def test_one_key_result_is_asked_about_alone(talk: Talk, downloads: m.KeyResult) -> None:
    talk.office.kr(2, "Logins per week", ends=("100", "200"))

    said = talk.says(f"check KR{downloads.number}")

    assert "Advice on KR1" in said
    assert "Logins" not in said


def test_what_is_well_written_is_told_so(talk: Talk) -> None:
    talk.office.renewals()

    assert "Nothing to add" in talk.says("check KR2")


def test_a_draft_gets_hints_and_is_checked_by_its_label(talk: Talk) -> None:
    draft_kr(talk.office, "Launch the shop in Spain")

    assert "This is yes or no" in talk.says("check KR7", by=talk.office.bea)
    assert "This is yes or no" in talk.says("check GRO-7", by=talk.office.bea)


def test_impossible_numbers_come_first_and_cannot_be_set_aside(talk: Talk, downloads: m.KeyResult) -> None:
    row = talk.office.kr(2, "Margin", ends=("30", "30"))
    talk.office.kr(3, "Renewals of cafés", ends=("20", "50"))

    said = talk.says("check")
    assert said.index("Start and target are the same") < said.index(VANITY)
    assert [one.label for one in talk.buttons("check KR2")] == ["Change the numbers"]

    refused = press(talk, Button("Dismiss", "advice_dismiss", f"K23:key_result:{row.token}"))
    assert "would never be scored" in told(talk, refused)
    assert dismissals(talk.office) == []


def test_a_long_list_is_cut_and_counted(talk: Talk) -> None:
    for number in range(1, 13):
        talk.office.kr(number, f"Downloads of app {'abcdefghijklm'[number]}", ends=("5", "20"))

    said = talk.says("check")
    assert said.count("💡") == 8
    assert "more, when these are settled" in said


def test_a_team_that_has_only_deliveries_is_told(talk: Talk) -> None:
    talk.office.sso()

    assert "Every key result here is a yes/no delivery." in talk.says("check team")


def test_an_agreement_that_is_open_on_the_fifth_day_is_told(talk: Talk) -> None:
    office = talk.office
    row, support = office.renewals(), office.found_team("SUP", "Support")
    office.session.add(
        m.Alignment(
            workspace_id=office.workspace.id,
            from_kr_id=row.id,
            to_team_id=support.id,
            kind=m.AlignmentKind.DEPENDS_ON,
            text="Phone script",
            asked_at=talk.now,
        )
    )
    office.session.flush()

    assert "This needs Support. Have you agreed on it together?" in talk.says("check KR2")
    assert "set aside" not in told(talk, press(talk, button(talk, "check KR2", "Not needed")))
    assert "This needs Support" not in talk.says("check KR2").split("Set aside:")[0]
    assert dismissals(office) == [("T06", "alignment")]


def test_two_teams_that_pull_at_one_number_are_told_unless_one_is_hidden(talk: Talk) -> None:
    office = talk.office
    office.kr(1, "Churn of new accounts", KRType.DECREASE, ends=("5", "3"), unit="%")
    sales = office.found_team("SAL", "Sales")
    office.kr(3, "Churn of new accounts", ends=("3", "6"), team=sales, unit="%")

    assert "GRO-1 and SAL-3 pull Churn of new accounts in opposite directions. Talk with Sales" in talk.says(
        "check GRO"
    )

    objective = office.session.exec(select(m.Objective).where(m.Objective.team_id == sales.id)).one()
    objective.visibility = m.Visibility.TEAM
    office.session.flush()
    assert "SAL-3" not in talk.says("check GRO")


# --- setting it aside ---------------------------------------------------------------------------------------


def test_what_is_set_aside_stays_so_for_that_item_until_it_is_taken_back(talk: Talk, downloads: m.KeyResult) -> None:
    talk.office.kr(2, "Downloads in Spain", ends=("5", "20"))
    dismiss = button(talk, "check KR1", "Dismiss")

    assert "Set aside" in told(talk, press(talk, dismiss))
    press(talk, dismiss)  # a second tap is as good as one
    assert dismissals(talk.office) == [("K05", "key_result")]
    assert f"Set aside: KR1 · {VANITY}" in talk.says("check KR1")
    assert "Nothing to add" in talk.says("check KR1")
    assert VANITY in talk.says("check KR2")

    undo = button(talk, "check KR1", "Undo")
    assert "given again" in told(talk, press(talk, undo))
    assert "given already" in told(talk, press(talk, undo))
    assert dismissals(talk.office) == []
    assert VANITY in talk.says("check KR1")


def test_advice_that_is_set_aside_on_the_list_is_gone_from_it_in_place(talk: Talk, downloads: m.KeyResult) -> None:
    value = f"K05:key_result:{downloads.token}"

    reply = press(talk, Button("Dismiss", "advice_dismiss", value))

    assert not isinstance(reply, Nothing)  # nothing of ours stands there in this conversation, so it is said
    assert [one.value for one in talk.buttons("check KR1")] == [value]


def test_a_button_of_something_that_is_gone_changes_nothing(talk: Talk) -> None:
    for value in ("", "K05", "K05:key_result:", "K05:key_result:none", "X99:team:GRO", "K05:moon:GRO", "T01:team:XYZ"):
        assert "something that is gone" in told(talk, press(talk, Button("x", "advice_dismiss", value))), value
    assert dismissals(talk.office) == []


# --- whose it is --------------------------------------------------------------------------------------------


def test_advice_stays_within_its_team(talk: Talk, downloads: m.KeyResult) -> None:
    stranger = talk.office.person("Noor")

    assert "Advice is for those of Growth." in talk.says("check GRO-1", by=stranger)
    assert "Advice is for those of Growth." in talk.says("check team GRO", by=stranger)
    assert "You are in no team yet" in talk.says("check", by=stranger)
    value = f"K05:key_result:{downloads.token}"
    assert "Only those who work in Growth" in told(
        talk, press(talk, Button("x", "advice_dismiss", value), stranger), stranger
    )
    assert dismissals(talk.office) == []


def test_whoever_left_the_team_hears_only_about_what_is_still_theirs(talk: Talk, downloads: m.KeyResult) -> None:
    draft_kr(talk.office, "Launch the shop in Spain")
    other = talk.office.kr(2, "Page views of the shop", ends=("5000", "20000"))
    noor = talk.office.person("Noor")
    downloads.lead_owner_id = noor.id
    talk.office.session.add(downloads)
    talk.office.session.flush()

    assert VANITY in talk.says("check GRO-1", by=noor)
    for text in ("check GRO", "check team GRO", "check GRO-2"):
        told_noor = talk.says(text, by=noor)
        assert "Advice is for those of Growth." in told_noor, (text, told_noor)
        assert "Spain" not in told_noor
    theirs = Button("x", "advice_dismiss", f"K05:key_result:{other.token}")
    assert "Only those who work in Growth" in told(talk, press(talk, theirs, noor), noor)
    assert dismissals(talk.office) == []
    press(talk, Button("x", "advice_dismiss", f"K05:key_result:{downloads.token}"), noor)
    assert dismissals(talk.office) == [("K05", "key_result")]


def test_a_viewer_reads_advice_without_buttons(talk: Talk, downloads: m.KeyResult) -> None:
    viewer = talk.office.person("Noor")
    row = m.Membership(
        workspace_id=talk.office.workspace.id, person_id=viewer.id, team_id=talk.office.team.id, role=m.TeamRole.VIEWER
    )
    talk.office.session.add(row)
    talk.office.session.flush()

    assert VANITY in talk.says("check GRO-1", by=viewer)
    assert talk.buttons("check GRO-1", by=viewer) == []


def test_a_draft_of_another_team_reads_like_one_that_is_not(talk: Talk) -> None:
    draft_kr(talk.office, "Launch the shop in Spain")
    stranger = talk.office.person("Noor")

    assert talk.says("check GRO-7", by=stranger).replace("GRO-7", "") == talk.says("check GRO-8", by=stranger).replace(
        "GRO-8", ""
    )


# --- where it leads -----------------------------------------------------------------------------------------


def test_every_ready_button_is_one_that_exists() -> None:
    actions = {one.action for advice in ADVICE.values() for one in advice.buttons}

    assert actions <= set(BUTTONS)


@pytest.mark.parametrize("check", [check for check, one in ADVICE.items() if check[0] == "K" and one.buttons])
@pytest.mark.parametrize("state", [KRState.DRAFT, KRState.ACTIVE])
def test_every_ready_button_of_a_key_result_leads_somewhere(talk: Talk, check: str, state: KRState) -> None:
    row = draft_kr(talk.office, "Launch the shop", state=state)
    row.published_on = None if state is KRState.DRAFT else FIRST
    office = talk.office
    objective = office.session.get_one(m.Objective, row.objective_id)
    objective.state = m.ObjectiveState.DRAFT if state is KRState.DRAFT else m.ObjectiveState.ACTIVE
    office.session.flush()
    token = {"objective": drafts.token_of(office.session, objective)}
    for one in ADVICE[check].buttons:
        of = "objective" if one.action in ("add_kr", "edit_objective") else ""
        value = one.value.format(token=token.get(of, row.token), team=office.team.key, objective=token["objective"])
        reply = press(talk, Button(one.label, one.action, value), office.bea)
        assert isinstance(reply, FormRequest | Answer), (check, reply)
        if one.action == "edit_kr":
            assert isinstance(reply, FormRequest), (check, reply)


def test_advice_on_a_team_takes_as_many_queries_however_large_it_is(talk: Talk) -> None:
    office = talk.office
    for number in range(1, 4):
        office.kr(number, f"Downloads {number}", ends=("5", "20"), baseline_at=FIRST)
    few = len(statements(office.session, lambda: talk.says("check")))
    for number in range(4, 40):
        office.kr(number, f"Downloads {number}", ends=("5", "20"), initial_confidence=Decimal(9))
    many = len(statements(office.session, lambda: talk.says("check")))

    assert many == few
    assert few < 60


# --- the digest ---------------------------------------------------------------------------------------------


def test_of_all_advice_a_digest_tells_only_that_all_are_deliveries_and_not_once_it_was_set_aside(talk: Talk) -> None:
    office = talk.office
    office.kr(1, "Downloads of the app asap", KRType.MILESTONE, ends=None)
    others = [one.msgid.partition("{")[0][:30] for check, one in ADVICE.items() if check not in ("T01", "T03")]

    preview = talk.says("digest preview")
    assert "yes/no" in preview
    assert [words for words in others if len(words) > 9 and words in preview] == []

    press(talk, button(talk, "check", "Keep as it is"))
    assert dismissals(office) == [("T03", "team")]
    assert "yes/no" not in talk.says("digest preview")


def test_what_was_just_changed_is_looked_at_again(talk: Talk) -> None:
    talk.office.kr(1, "Orders of cafés")

    said = talk.says('edit KR1 title "Downloads of the app" because it is easier to read', by=talk.office.bea)

    assert VANITY in said
