"""Entra's object ids are one id in capital letters and in small ones, by whichever way they come."""

from types import SimpleNamespace
from typing import Any

from bot.delivery.news import ChatNews, MemberNews
from bot.platforms.teams.inbound import read, said
from bot.platforms.teams.news import news_of
from bot.platforms.teams.people import profile_of
from storage.accounts import account_id
from storage.okr_files import OkrFile, read_okr_file
from tests.views.asked import ASKED_AT

MEI = "0f8fad5b-d9cb-469f-a165-70867728950e"
TYPED = MEI.upper()


def activity(kind: str, where: str = "personal", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "id": "in1",
        "serviceUrl": "https://teams.example/emea/",
        "from": {"id": "29:Mei", "aadObjectId": TYPED, "name": "Mei Lin"},
        "conversation": {"id": "19:team@thread.tacv2" if where == "channel" else "a:mei", "conversationType": where},
        "recipient": {"id": "28:okra", "name": "Okra"},
        "channelData": {"tenant": {"id": "tenant"}},
        **more,
    }


def test_what_is_no_object_id_keeps_its_letters() -> None:
    for name in ("29:1AbC", "U0ABC", "Mei", TYPED[1:], f"{TYPED}0", TYPED.replace("A", "Ａ")):
        assert account_id(name) == name


def test_who_writes_and_whom_they_name() -> None:
    named = {"type": "mention", "text": "<at>Li</at>", "mentioned": {"id": f"8:orgid:{TYPED}", "name": "Li"}}
    heard = read(activity("message", text="assign KR1 <at>Li</at>", entities=[named]))
    inbound = said(heard, ASKED_AT)

    assert inbound is not None
    assert inbound.person == MEI
    assert f"<@{MEI}|Li>" in str(inbound.what)


def test_whose_chat_it_is_and_who_left() -> None:
    (chat,) = news_of(read(activity("message", text="hello")))
    assert isinstance(chat, ChatNews)
    assert chat.person == MEI

    left = activity("conversationUpdate", "channel", membersRemoved=[{"id": "29:Mei", "aadObjectId": TYPED}])
    (gone,) = (one for one in news_of(read(left)) if isinstance(one, MemberNews))
    assert gone.left == (MEI,)


def test_a_member_on_a_roster() -> None:
    member = SimpleNamespace(id="29:Mei", name="Mei Lin", aad_object_id=TYPED, additional_properties={})
    profile = profile_of(member)
    assert profile is not None
    assert (profile.external_id, profile.ref) == (MEI, {"user_id": "29:Mei"})


def test_an_address_in_an_okr_file() -> None:
    file = read_okr_file(
        f"okra: 1\nworkspace: {{name: T}}\npeople:\n  - {{handle: mei, address: {{teams: {TYPED}}}}}\n".encode(), "f"
    )
    assert isinstance(file, OkrFile), file
    assert [one.external_id for person in file.people for one in person.addresses] == [MEI]
