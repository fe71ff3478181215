"""What people write, edit, quote, attach and press, in the shapes in which Teams sends it."""

import html
import json
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.news import ChatNews
from bot.intake.inbound import Command, Edited, Inbound, Place, Pressed, Submitted, Typed, What
from bot.intake.stored import fit, storage_key, to_json
from bot.platforms.teams import written as in_words
from bot.platforms.teams.inbound import NotAnActivity, read, said
from bot.platforms.teams.news import news_of
from bot.platforms.teams.page import LONGEST

Json = dict[str, Any]

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
TENANT = "aaaaaaaa-0000-0000-0000-0000000tenant"
MEI = "0f8fad5b-d9cb-469f-a165-70867728950e"
LI = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
OKRA = "28:11111111-0000-0000-0000-00000000okra"
CHAT = "a:1mei"
CHANNEL = "19:growth@thread.tacv2"
GROUP = "19:group@thread.v2"
MEETING = "19:meeting_MjA@thread.v2"
AT = datetime(2026, 11, 12, 8, 59, tzinfo=UTC)
ID = f"{int(AT.timestamp())}000"
"""One minute before `NOW`, as the ids of Teams tell it."""
NBSP = "\N{NO-BREAK SPACE}"

US = {"type": "mention", "mentioned": {"id": OKRA, "name": "Okra"}, "text": "<at>Okra</at>"}
RENAMED = {"type": "mention", "mentioned": {"id": OKRA, "name": "Okra"}, "text": "<at>Team Goals</at>"}
COLLEAGUE = {
    "type": "mention",
    "mentioned": {"id": "29:li", "aadObjectId": LI, "name": "Li Wei"},
    "text": "<at>Li Wei</at>",
}
UNKNOWN = {"type": "mention", "mentioned": {"id": "29:ann", "name": "Ann"}, "text": "<at>Ann</at>"}
CLIENT = {"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Mac", "timezone": "Europe/Madrid"}


def page(markup: str) -> Json:
    return {"contentType": "text/html", "content": markup}


def span(name: str, order: int = 0) -> str:
    return f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="{order}">{name}</span>'


def quote(of: str, words: str = "Weekly check-in") -> str:
    return (
        f'<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="{of}">\r\n'
        f'<strong itemprop="mri" itemid="{OKRA}">Okra</strong><span itemprop="time" itemid="{of}"></span>\r\n'
        f'<p itemprop="copy">{words}</p>\r\n</blockquote>\r\n'
    )


def dm(text: object = None, *attachments: Json, **more: Any) -> Json:
    """A message in the personal chat, as a desktop client sends it."""
    body: Json = {
        "type": "message",
        "id": ID,
        "timestamp": "2026-11-12T08:59:00.123Z",
        "localTimestamp": "2026-11-12T09:59:00.123+01:00",
        "localTimezone": "Europe/Madrid",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:mei", "name": "Mei Tan", "aadObjectId": MEI},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": CHAT},
        "recipient": {"id": OKRA, "name": "Okra"},
        "entities": [CLIENT],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-US",
        "textFormat": "plain",
        "text": text,
        "attachments": list(attachments),
        **more,
    }
    return {name: value for name, value in body.items() if value is not None}


def typed(text: str) -> Json:
    """The same beside its own HTML, as it comes every day."""
    return dm(html.escape(text, quote=False), page(f"<p>{html.escape(text, quote=False)}</p>"))


def there(conversation: str, kind: str, text: str, *entities: Json, **more: Any) -> Json:
    body = dm(text, **more)
    body["conversation"] = {"isGroup": True, "conversationType": kind, "tenantId": TENANT, "id": conversation}
    body["entities"] = [CLIENT, *entities]
    return body


def channel(text: str, *entities: Json, **more: Any) -> Json:
    return there(f"{CHANNEL};messageid={ID}", "channel", text, *(entities or (US,)), **more)


def heard(body: object) -> Inbound | None:
    assert isinstance(body, dict)
    return said(read(body), NOW)


def what(body: object) -> What | None:
    inbound = heard(body)
    return None if inbound is None else inbound.what


def words(text: str, *, quotes: str | None = None, has_files: bool = False) -> Typed:
    return Typed(text, quotes, ID, has_files)


# --- the frame ------------------------------------------------------------------------------------------


def test_what_is_typed_is_known_by_its_conversation_and_activity() -> None:
    inbound = heard(typed("KR2 31%"))
    assert inbound is not None
    assert inbound.what == words("KR2 31%")
    assert inbound.key == f"{CHAT}/{ID}"
    assert (inbound.platform, inbound.installation, inbound.person) == ("teams", TENANT, MEI)
    assert (inbound.place, inbound.channel, inbound.locale) == (Place.DM, CHAT, "en-US")
    assert (inbound.timezone, inbound.trigger) == ("Europe/Madrid", ID)
    assert inbound.at == AT + timedelta(milliseconds=123)


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        (f"{CHANNEL};messageid={ID}", "channel"),
        (f"{CHANNEL};messageid=1794380000000", "channel"),
        (GROUP, "groupChat"),
        (MEETING, "groupChat"),
    ],
)
def test_a_channel_its_threads_a_group_chat_and_a_meeting_are_no_personal_chat(conversation: str, kind: str) -> None:
    inbound = heard(there(conversation, kind, "<at>Okra</at> board\n", US))
    assert inbound is not None
    assert inbound.what == Command("board", ID)
    assert (inbound.place, inbound.channel) == (Place.CHANNEL, conversation.partition(";")[0])
    assert inbound.key == f"{conversation}/{ID}"


@pytest.mark.parametrize("told", [{}, {"conversationType": "personal"}, {"conversationType": 5, "isGroup": False}])
@pytest.mark.parametrize("conversation", [f"{CHANNEL};messageid={ID}", GROUP, MEETING, "19:old@thread.skype"])
def test_where_several_people_read_is_no_personal_chat_whatever_else_is_told(conversation: str, told: Json) -> None:
    body = dm("<at>Okra</at> board", entities=[US], conversation={"id": conversation, "tenantId": TENANT, **told})
    inbound = heard(body)
    assert inbound is not None
    assert (inbound.place, read(body).is_personal) == (Place.CHANNEL, False)
    assert [one.person for one in news_of(read(body)) if isinstance(one, ChatNews)] == [""]


@pytest.mark.parametrize("told", [{}, {"conversationType": "channel"}, {"isGroup": True}])
def test_a_personal_chat_is_one_whatever_else_is_told(told: Json) -> None:
    body = dm("KR2 31%", conversation={"id": CHAT, "tenantId": TENANT, **told})
    inbound = heard(body)
    assert inbound is not None
    assert (inbound.place, inbound.what) == (Place.DM, words("KR2 31%"))
    assert [one.person for one in news_of(read(body)) if isinstance(one, ChatNews)] == [MEI]


@pytest.mark.parametrize(
    "wrong",
    [
        {"conversation": None},
        {"conversation": "19:x"},
        {"conversation": {"id": 7}},
        {"conversation": {}},
        {"conversation": {"id": "a" * 256}},
        {"conversation": {"id": f"19:x;messageid={'1' * 600}"}},
        {"conversation": {"id": "a\x00b"}},
        {"from": None},
        {"from": []},
        {"from": {}},
        {"from": {"id": "29:" + "x" * 130}},
        {"from": {"id": "29:m", "aadObjectId": "\ud800"}},
        {"recipient": None},
        {"recipient": {"id": ""}},
        {"serviceUrl": None},
        {"serviceUrl": ["https://x"]},
        {"type": None},
        {"type": 3},
        {"id": None},
        {"id": 17},
        {"id": "1" * 600},
        {"id": "\u202e17"},
    ],
)
def test_a_frame_that_is_none_is_refused(wrong: Json) -> None:
    with pytest.raises(NotAnActivity):
        heard({**dm("KR2 31%"), **wrong})


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("2026-11-12T08:00:00.1234567Z", datetime(2026, 11, 12, 8, 0, 0, 123456, UTC)),
        ("2026-11-12T09:00:00+01:00", datetime(2026, 11, 12, 8, 0, tzinfo=UTC)),
        ("2026-11-12T08:00:00", datetime(2026, 11, 12, 8, 0, tzinfo=UTC)),
        ("2026-11-12T11:00:00Z", NOW),
        ("0001-01-01T00:00:00+23:59", NOW),
        ("1999-01-01T00:00:00Z", NOW),
        ("yesterday", NOW),
        (17, NOW),
        (None, NOW),
    ],
)
def test_it_was_said_when_it_was_written_and_never_in_the_future(timestamp: object, at: datetime) -> None:
    inbound = heard({**dm("KR2 31%"), "timestamp": timestamp})
    assert inbound is not None
    assert inbound.at == at


@pytest.mark.parametrize("odd", [17, "", "x" * 65, "en\x00", "\ud800", ["en"]])
def test_what_a_client_says_of_itself_is_kept_where_it_can_be(odd: object) -> None:
    inbound = heard({**dm("KR2 31%"), "locale": odd, "localTimezone": odd})
    assert inbound is not None
    assert (inbound.locale, inbound.timezone) == (None, None)


def test_somebody_without_an_account_is_heard_by_the_id_they_have() -> None:
    inbound = heard(dm("hello", **{"from": {"id": "29:anonymous", "name": "Ann (Guest)"}}))
    assert inbound is not None
    assert inbound.person == "29:anonymous"


# --- the personal chat ----------------------------------------------------------------------------------


def _name(one: object) -> str | None:
    return None if isinstance(one, dict) else str(one)[:60]


PICTURE = {"contentType": "image/png", "contentUrl": "https://smba.example/1"}
DOWNLOAD = {
    "contentType": "application/vnd.microsoft.teams.file.download.info",
    "content": {"fileType": "pdf"},
    "name": "q",
}
CARD = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
VOICE = {"contentType": "audio/mp4", "contentUrl": "https://smba.example/2"}
FORWARDED = {"contentType": "forwardedMessageReference", "id": "1", "content": "{}"}
EMOJI = '<img itemscope itemtype="http://schema.skype.com/Emoji" alt="🎉" src="x">'
GIF = '<img itemtype="http://schema.skype.com/Giphy" alt="Happy Dance GIF (GIF Image)" src="x">'
PASTED = '<p><img src="https://x" itemscope itemtype="http://schema.skype.com/AMSImage" alt="image"></p>'

DM: list[tuple[Json, What | None]] = [
    # As it is typed; what is a command is for the handlers to say.
    (typed("KR2 31%, waiting on legal"), words("KR2 31%, waiting on legal")),
    (typed("board"), words("board")),
    (typed("/okr board"), words("/okr board")),
    (typed("OKR is blocked"), words("OKR is blocked")),
    (typed("okrs are fine"), words("okrs are fine")),
    (typed("ｏｋｒ　ｂｏａｒｄ"), words("ｏｋｒ　ｂｏａｒｄ")),
    (dm("okr board"), words("okr board")),
    (dm(f"{NBSP}okr{NBSP}board "), words("okr board")),
    (dm("okr&nbsp;board"), words("okr board")),
    (dm("KR1 46k\r\nKR2 31%\n"), words("KR1 46k\r\nKR2 31%")),
    (dm("\u200bKR2\u2060 31%\ufeff"), words("KR2 31%")),
    (dm("\u200e46k\u200f"), words("46k")),
    (dm("👨\u200d👩\u200d👧 46k"), words("👨\u200d👩\u200d👧 46k")),
    (dm("已经完成，15200"), words("已经完成，15200")),
    # Entities are read once.
    (typed("R&D < 5 > 3"), words("R&D < 5 > 3")),
    (dm("R&amp;amp;D"), words("R&amp;D")),
    (dm("KR2 <31% & falling"), words("KR2 <31% & falling")),
    (dm("5 &lt; 6, &quot;ok&quot; &#128077;"), words('5 < 6, "ok" 👍')),
    (dm("a &lt;at&gt;b&lt;/at&gt;"), words("a <at>b</at>")),
    (dm("KR2 <at risk"), words("KR2 <at risk")),
    # Mentions.
    (dm("<at>Okra</at> board", entities=[US]), words("board")),
    (dm("board <at>Okra</at>", entities=[US]), words("board")),
    (dm("<at>Okra</at>", entities=[US]), Command("")),
    (dm("<at>Okra</at>"), Command("")),
    (dm(f"<at>Okra</at>{NBSP}KR2 31%", entities=[US]), words("KR2 31%")),
    (dm("thanks <at>Okra</at> for this", entities=[US]), words("thanks for this")),
    (dm("own KR2 <at>Li Wei</at>", entities=[COLLEAGUE]), words(f"own KR2 <@{LI}|Li Wei>")),
    (dm("own KR2 <at>Ann</at>", entities=[UNKNOWN]), words("own KR2 <at>Ann</at>")),
    (dm("own KR2 <at>Ann</at>"), words("own KR2 <at>Ann</at>")),
    (
        dm("next: call <at>Li</at> <at>Wei</at>", entities=[
            {**COLLEAGUE, "text": "<at>Li</at>"}, {**COLLEAGUE, "text": "<at>Wei</at>"}
        ]),
        words(f"next: call <@{LI}|Li Wei>"),
    ),
    (
        dm("ask <at>Ann</at> and <at>Ann</at>", entities=[
            {**UNKNOWN, "mentioned": {"id": "8:orgid:ann-1"}}, {**UNKNOWN, "mentioned": {"id": "8:orgid:ann-2"}}
        ]),
        words("ask <@ann-1|Ann> and <@ann-2|Ann>"),
    ),
    (
        dm("own KR2 <at>A&amp;B</at>", entities=[
            {"type": "mention", "text": "<at>A&amp;B</at>", "mentioned": {"id": "29:x", "aadObjectId": "ab|c>"}}
        ]),
        words("own KR2 <at>A&B</at>"),
    ),
    # Markup and Markdown in the text.
    (dm("<p>KR2 <b>31%</b></p><p>at risk</p>", textFormat="xml"), words("KR2 31%\nat risk")),
    (dm("<div>KR2 31%<br>R&amp;D</div>"), words("KR2 31%\nR&D")),
    (dm("<at>Okra</at> <b>board</b>", textFormat="xml", entities=[US]), words("board")),
    (dm("**KR2** 31\\%, [see](https://x.y/45) ~~no~~", textFormat="markdown"), words("KR2 31\\%, see no")),
    (dm("KR2 31\\_5", textFormat="markdown"), words("KR2 31_5")),
    (dm("KR2 **31%**"), words("KR2 **31%**")),
    # The HTML where it holds more.
    (
        dm("KR1 46k KR2 31%", page("<ol><li>46k</li><li>31%, R&amp;D</li></ol>")),
        words("1. 46k\n2. 31%, R&D"),
    ),
    (dm("KR1 46k KR2", page("<ul>\n<li>KR1 46k</li>\n<li>KR2 <b>31%</b></li>\n</ul>")), words("• KR1 46k\n• KR2 31%")),
    (
        dm("A B", page("<ul>\n<li>A\n<ol>\n<li>one</li>\n<li>two</li></ol></li>\n<li>B</li></ul>")),
        words("• A\n  1. one\n  2. two\n• B"),
    ),
    (dm("", page("<div>KR2&nbsp;<code>31%</code>, <a href='https://x.y'>it</a></div>")), words("KR2 31%, it")),
    (dm("", page("<pre>KR1 46k\n  KR2 31%</pre>")), words("KR1 46k\nKR2 31%")),
    (dm("KR2 31%", page("<p>KR2 31%")), words("KR2 31%")),
    (dm("KR2 31%", page("<![nonsense[")), words("KR2 31%")),
    (dm("KR2 31%", page("<p>" + "x" * LONGEST)), words("KR2 31%")),
    (dm("KR2 31%", {"contentType": "text/html", "content": 17}), words("KR2 31%")),
    (dm("", page("<p><emoji id='yes' alt='👍' title='Like'></emoji></p>")), words("👍")),
    (dm("KR2 31%", page(f"<p>KR2 31% {EMOJI}</p>")), words("KR2 31% 🎉")),
    (dm("", page(f"<p>{EMOJI}</p>")), words("🎉")),
    (dm("", page("<p>KR2 <script>alert(1)</script>31%<style>p{}</style></p>")), words("KR2 31%")),
    (dm(None, page(f"<p>{span('Li Wei')} owns KR2</p>"), entities=[COLLEAGUE]), words(f"<@{LI}|Li Wei> owns KR2")),
    # Quotes.
    (
        dm("Okra Weekly check-in\n\n0.7, two slipped", page(quote("1794300000000") + "<p>0.7, two slipped</p>")),
        words("0.7, two slipped", quotes="1794300000000"),
    ),
    (
        dm("x", page(quote("1", f"{quote('2', 'inner')} outer") + f"<p>{span('Okra')}&nbsp;46k</p>"), entities=[US]),
        words("46k", quotes="1"),
    ),
    (dm("46k", {"contentType": "messageReference", "id": "17", "content": "{}"}), words("46k", quotes="17")),
    (dm("46k", replyToId="1794300000000"), words("46k", quotes="1794300000000")),
    (dm("a", page("<blockquote>they said 12</blockquote><p>46k</p>")), words("a")),
    # Files, pictures, cards.
    (dm(None, PICTURE), words("", has_files=True)),
    (dm(None, PICTURE, page(PASTED)), words("", has_files=True)),
    (dm("KR2 31%", PICTURE, page(f"<p>KR2 31%</p>{PASTED}")), words("KR2 31%", has_files=True)),
    (dm("", DOWNLOAD, page("<div></div>")), words("", has_files=True)),
    (dm("see this: 31%", DOWNLOAD), words("see this: 31%", has_files=True)),
    (dm("", page('<attachment id="5f"></attachment>')), words("", has_files=True)),
    (dm("", CARD), words("", has_files=True)),
    (dm(None, VOICE), words("", has_files=True)),
    (dm("", page('<video itemtype="http://schema.skype.com/AMSVideo" src="x"></video>')), words("", has_files=True)),
    (dm("", page(GIF)), words("", has_files=True)),
    (dm(None, FORWARDED), words("", has_files=True)),
    (dm("", {"contentType": 5}), words("", has_files=True)),
    # Nothing.
    (dm(None), None),
    (dm(""), None),
    (dm(f" {NBSP}\n"), None),
    (dm("\u200b"), None),
    (dm(17), None),
    (dm(["KR2"]), None),
    (dm("", page("<p>&nbsp;</p>")), None),
    (dm("", "junk", None, 3), None),  # type: ignore[arg-type]
    (dm("KR2 31%", **{"from": {"id": OKRA, "name": "Okra"}}), None),
    (dm("KR2 31%", **{"from": {"id": "28:another", "name": "Bot"}}), None),
    (dm("KR2 31%", type="typing"), None),
    (dm(None, type="messageReaction", reactionsAdded=[{"type": "like"}], replyToId="1"), None),
    (dm("KR2 31%", type="messageDelete", channelData={"eventType": "softDeleteMessage"}), None),
    (dm("KR2 31%", type="event", name="application/vnd.microsoft.meetingStart"), None),
    (dm("KR2 31%", type="invoke", name="task/fetch"), None),
    (dm("KR2 31%", type="a kind of tomorrow"), None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), DM, ids=_name)
def test_in_the_personal_chat(body: Json, expected: What | None) -> None:
    assert what(body) == expected


def test_the_table_is_long() -> None:
    assert len(DM) + len(CHANNELS) >= 80


# --- channels, group chats, meetings --------------------------------------------------------------------

CHANNELS: list[tuple[Json, What | None]] = [
    (channel("<at>Okra</at> board\n"), Command("board", ID)),
    (channel(f"<at>Okra</at>{NBSP}board{NBSP}me"), Command("board me", ID)),
    (channel("<at>Okra</at>\nboard"), Command("board", ID)),
    (channel("<at>Okra</at>: board"), Command("board", ID)),
    (channel("<at>Okra</at>，看板"), Command("看板", ID)),
    (channel("<at>Okra</at> /okr board"), Command("/okr board", ID)),
    (channel("<at>Okra</at> ｏｋｒ　ｂｏａｒｄ!"), Command("ｏｋｒ　ｂｏａｒｄ!", ID)),
    (channel("<at>Okra</at>"), Command("", ID)),
    (channel("<at>Okra</at> <at>Okra</at> board", US, US), Command("board", ID)),
    (channel("<at>Okra</at> board <at>Okra</at>", US, US), Command("board", ID)),
    (channel("board <at>Okra</at>"), Command("board", ID, aside=True)),
    (channel("thanks <at>Okra</at> for the board!"), Command("thanks for the board!", ID, aside=True)),
    (channel("<at>Team Goals</at> board", RENAMED), Command("board", ID)),
    (channel("<at>okra</at> board", {**US, "text": "<at>okra</at>"}), Command("board", ID)),
    (channel("board", US), Command("board", ID)),
    (channel("<at>Okra</at> board", CLIENT), Command("board", ID)),
    (channel("<at>Okra</at> board <at>Li Wei</at>", US, COLLEAGUE), Command(f"board <@{LI}|Li Wei>", ID)),
    (channel("<at>Li Wei</at> <at>Okra</at> board", COLLEAGUE, US), Command(f"<@{LI}|Li Wei> board", ID, aside=True)),
    (channel("<at>Okra</at> KR1 46k, 0.7", replyToId="17"), Command("KR1 46k, 0.7", ID)),
    (
        channel("x", US, attachments=[page(f"{quote('17')}<p>{span('Okra')}&nbsp;KR1 46k</p>")]),
        Command("KR1 46k", ID),
    ),
    (
        channel("x", COLLEAGUE, US, attachments=[page(f"<ul><li>{span('Okra', 1)} KR1 46k</li></ul>")]),
        Command("• KR1 46k", ID, aside=True),
    ),
    # Said to others, where Okra may hear it.
    (channel("board", CLIENT), None),
    (channel("<at>Li Wei</at> board", COLLEAGUE), None),
    (channel("/okr board", CLIENT), Command("/okr board", ID)),
    (channel("/okra is nice", CLIENT), None),
    # Two colleagues called like Okra is called.
    (channel("<at>Okra</at> hello", {**COLLEAGUE, "text": "<at>Okra</at>"}), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"), CHANNELS, ids=lambda one: None if isinstance(one, dict) else str(one)[:60]
)
def test_where_others_read_along(body: Json, expected: What | None) -> None:
    assert what(body) == expected


# --- edits ----------------------------------------------------------------------------------------------


def edit(text: str = "KR2 32%", event: str | None = "editMessage", **more: Any) -> Json:
    data = {"tenant": {"id": TENANT}} | ({} if event is None else {"eventType": event})
    changed = {"type": "messageUpdate", "channelData": data, "timestamp": "2026-11-12T08:59:55Z"}
    return {**dm(text, page(f"<p>{text}</p>")), **changed, **more}


@pytest.mark.parametrize("event", ["editMessage", "undeleteMessage", None])
def test_an_edit_has_the_id_of_what_was_typed_and_when_that_was(event: str | None) -> None:
    inbound = heard(edit(event=event))
    assert inbound is not None
    assert inbound.what == Edited("KR2 32%", ID, AT)
    assert inbound.at == AT + timedelta(seconds=55)
    assert inbound.place is Place.DM


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (edit("", attachments=[]), Edited("", ID, AT)),
        (edit(id="f:opaque"), Edited("KR2 32%", "f:opaque", AT + timedelta(seconds=55))),
        (edit(id="9999999999999"), Edited("KR2 32%", "9999999999999", AT + timedelta(seconds=55))),
        (edit("x", attachments=[page(quote("17") + "<p>46k</p>")]), Edited("46k", ID, AT, "17")),
        (edit(event="renamed"), None),
        (edit(channelData=7), Edited("KR2 32%", ID, AT)),
        (edit(type="messageDelete", event="softDeleteMessage"), None),
        (channel("<at>Okra</at> KR1 47k", type="messageUpdate"), Edited("KR1 47k", ID, AT)),
        (channel("KR1 47k", CLIENT, type="messageUpdate"), None),
    ],
)  # fmt: skip
def test_what_was_edited(body: Json, expected: What | None) -> None:
    assert what(body) == expected


def test_each_edit_is_another_and_one_that_is_sent_again_is_the_same() -> None:
    bodies = [
        typed("KR2 31%"), edit("KR2 32%"), edit("KR2 33%"), edit("KR2 32%", timestamp="2026-11-12T08:59:57Z"),
        edit("KR2 32%"),
    ]  # fmt: skip
    keys = [inbound.key for inbound in map(heard, bodies) if inbound is not None]
    assert len(keys) == 5
    assert len(set(keys)) == 4
    assert keys[1] == keys[4]


# --- what is pressed ------------------------------------------------------------------------------------

PRESS = {"action": "same", "value": "token-7:41000"}
FORM = {"action": "submit_form", "value": "", "form": "update", "token": "t1", "field.value": "372"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (dm(None, value=PRESS, replyToId="m7"), Pressed("same", "token-7:41000", "m7")),
        (dm(None, value=PRESS), Pressed("same", "token-7:41000", None)),
        (dm("same", value=PRESS, replyToId="m7"), Pressed("same", "token-7:41000", "m7")),
        (dm(None, value={**PRESS, "person": LI, "from": LI}, replyToId="m7"), Pressed("same", "token-7:41000", "m7")),
        (dm(None, value=FORM, replyToId="m7"), Submitted("update", "t1", {"value": "372"})),
        (dm(None, value={"from": "another app"}), None),
        (dm(None, value={"action": {"action": "same", "value": "x"}, "value": "x"}), None),
        (dm(None, value={"action": "same", "value": {"nested": 1}}), None),
        (dm(None, value=[PRESS]), None),
        (dm(None, value="junk"), None),
        (dm(None, value={"msteams": {"type": "messageBack"}}), None),
        (dm("KR2 31%", value={"msteams": {"type": "messageBack"}}), words("KR2 31%")),
    ],
)  # fmt: skip
def test_what_is_pressed_is_ours_or_nothing(body: Json, expected: What | None) -> None:
    assert what(body) == expected


def test_whoever_presses_is_who_sent_it_and_a_form_is_a_form_anywhere() -> None:
    pressed = heard(there(GROUP, "groupChat", "", value=PRESS, replyToId="m7"))
    sent = heard(there(GROUP, "groupChat", "", value=FORM, replyToId="m7"))
    assert pressed is not None
    assert sent is not None
    assert (pressed.person, pressed.place, pressed.channel) == (MEI, Place.CHANNEL, GROUP)
    assert (sent.person, sent.place) == (MEI, Place.FORM)


def key_of(body: Json) -> str:
    inbound = heard(body)
    assert inbound is not None
    return inbound.key


def test_a_form_sent_again_from_its_card_is_the_same_and_a_corrected_one_is_not() -> None:
    def sent(activity: str, standing: str | None = "m7", **more: object) -> str:
        return key_of(dm(None, value={**FORM, **more}, replyToId=standing, id=activity))

    assert sent("1") == sent("2"), "two presses"
    assert sent("1", shown="the form") == sent("2"), "what travels along says nothing"
    others = [
        sent("1", "m8"),
        sent("1", token="t2"),
        sent("1", form="win"),
        sent("1", **{"field.value": "373"}),
        sent("1", **{"field.note": "x"}),
        sent("1", within="0."),
        sent("2", within="0."),
        sent("3", None),
        sent("4", None),
    ]
    assert len({sent("1"), *others}) == len(others) + 1


def test_a_form_in_a_group_chat_is_somebody_elses_if_somebody_else_sends_it() -> None:
    mine, theirs = (there(GROUP, "groupChat", "", value=FORM, replyToId="m7", id=each) for each in "12")
    assert key_of(mine) != key_of(theirs)


# --- too much, and anything -----------------------------------------------------------------------------


SIGNS = (
    "x", " ", "\n", NBSP, "<", "&", "<at>", "<a ", "<a x='", '<a x="', "<a =", "</", "</a ", "<!--", "<!", "<?",
    "<script></", "**a ", "[a](", "&#", "<blockquote>", "\ud800", "<li>", "<at>a</at>", "\\",
)  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("end", ["", ">", "'>", '">'])
def test_a_hundred_kilobytes_are_read_soon(sign: str, end: str) -> None:
    text = sign * (100_000 // len(sign)) + end
    markup = sign * (LONGEST // len(sign) - len(end)) + end
    started = process_time()
    for more in ({}, {"textFormat": "xml"}, {"textFormat": "markdown"}):
        heard(dm(text, page(markup), **more))
    heard(dm("", page(markup)))
    assert process_time() - started < 4


def test_a_message_of_thousands_of_mentions_is_read_name_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    read_names: list[str] = []
    name_of = in_words._name

    def counted(name: str) -> str:
        read_names.append(name)
        return name_of(name)

    monkeypatch.setattr(in_words, "_name", counted)
    people = [f"Person {number}" for number in range(8000)]
    entities = [
        {"type": "mention", "text": f"<at>{one}</at>", "mentioned": {"id": "29:x", "name": one}} for one in people
    ]
    text = "".join(f"<at>{one}</at>" for one in people)

    typed = what(dm(f"46k {text}", entities=entities))

    assert isinstance(typed, Typed)
    assert typed.text.startswith("46k <at>Person 0</at><at>Person 1</at>")
    assert len(read_names) <= len(people) + in_words.MOST_MENTIONS + 1, "each name once, not each for each"


def test_whoever_is_mentioned_after_many_others_is_a_name_alone() -> None:
    others = [{**COLLEAGUE, "text": f"<at>Person {number}</at>"} for number in range(in_words.MOST_MENTIONS)]
    told = what(dm("own KR2 <at>Li Wei</at>", entities=[*others[1:], COLLEAGUE]))
    assert told == words(f"own KR2 <@{LI}|Li Wei>")
    told = what(dm("own KR2 <at>Li Wei</at>", entities=[*others, COLLEAGUE]))
    assert told == words("own KR2 <at>Li Wei</at>")


def test_an_id_that_is_too_long_to_be_kept_whole_still_tells_two_messages_apart() -> None:
    thread = f"19:{'x' * 200}@thread.tacv2;messageid={ID}"
    one, two = (heard(there(thread, "channel", "<at>Okra</at> board", US, id=name)) for name in ("1" * 90, "2" * 90))
    assert one is not None
    assert two is not None
    assert len({storage_key(one), storage_key(two)}) == 2
    assert all(len(storage_key(each)) <= 255 for each in (one, two))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<at>", "</at>", "Okra", "KR2 31%", span("Li Wei"), quote("1"), "<![x[", "<!--", "<li>",
         "</blockquote>", "<img alt='👍'>", "\ud800", "\x00", "<ol>", "</ol>", "</span>", "<?", "<", '<span itemid="']
    ),
    max_size=12,
).map("".join)  # fmt: skip
_KNOWN = {
    "text": st.one_of(_JSON, _MARKUP),
    "value": st.one_of(_JSON, st.just(PRESS), st.just(FORM)),
    "textFormat": st.one_of(_JSON, st.sampled_from(["plain", "xml", "markdown"])),
    "type": st.one_of(_JSON, st.sampled_from(["message", "messageUpdate"])),
    "attachments": st.one_of(_JSON, st.lists(st.one_of(_JSON, _MARKUP.map(page)), max_size=3)),
    "entities": st.one_of(_JSON, st.lists(st.one_of(_JSON, st.sampled_from([US, COLLEAGUE, UNKNOWN])), max_size=3)),
    **dict.fromkeys(("from", "recipient", "conversation", "serviceUrl", "id", "timestamp", "channelData"), _JSON),
    **dict.fromkeys(("replyToId", "locale", "localTimezone"), _JSON),
}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries({}, optional=_KNOWN))
def test_nothing_that_is_json_breaks_it(changes: Json) -> None:
    try:
        inbound = heard({**dm("KR2 31%"), **changes})
    except NotAnActivity:
        return
    if inbound is not None:
        json.dumps(to_json(fit(inbound))).encode()


@given(_JSON)
def test_no_json_at_all_breaks_it(body: object) -> None:
    if isinstance(body, dict):
        with pytest.raises(NotAnActivity):
            heard(body)
