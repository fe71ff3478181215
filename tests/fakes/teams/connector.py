"""The Bot Connector's operations: conversations, activities, members, teams."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.adaptive_cards import CARD_TYPE, MAX_BYTES, problems, size
from tests.fakes.teams.state import Conversation, State, Team, not_installed
from tests.fakes.teams.values import BOT, TENANT, Json, Message, Refusal

LARGEST = 100_000
"""A whole message, in bytes as UTF-16."""

_PAGES = (50, 500)
"""The least and the most members in a page, whatever is asked for."""

_WRONG_PARAMETERS = "Incorrect conversation creation parameters"


@dataclass(slots=True)
class Ask:
    """One call, on its way to the operation that does it. `faults` takes what Teams would show wrongly."""

    state: State
    body: Json
    query: Mapping[str, str]
    conversation: str = ""
    activity: str = ""
    member: str = ""
    team: str = ""
    page_size: int | None = None
    faults: list[str] = field(default_factory=list)

    def open_conversation(self) -> Conversation:
        """The conversation of the call, where the app may be."""
        found = self.state.conversation(self.conversation)
        self.state.check_open(found)
        return found


def create(ask: Ask) -> tuple[int, Any]:
    """POST v3/conversations: somebody's personal chat, or a new thread in a channel."""
    data = _part(ask.body, "channelData")
    sender = _part(ask.body, "bot").get("id")
    if sender not in (None, BOT):
        raise Refusal(400, "BadArgument", "The bot is another one.")
    channel = _part(data, "channel").get("id")
    if channel is not None:
        return _new_thread(ask, channel)
    members = ask.body.get("members")
    if ask.body.get("isGroup") or not isinstance(members, list) or len(members) != 1:
        raise Refusal(400, "BadSyntax", _WRONG_PARAMETERS)
    if (ask.body.get("tenantId") or _part(data, "tenant").get("id")) != TENANT:
        raise Refusal(400, "BadSyntax", "The tenant is missing or another one.")
    who = ask.state.person(str(_part({"member": members[0]}, "member").get("id", "")))
    if who is None:
        raise Refusal(400, "BadArgument", "Failed to decrypt pairwise id")
    chat = ask.state.chat_of(who["aadObjectId"])
    if chat.blocked:
        ask.state.check_open(chat)
    if not ask.state.is_reachable(who["aadObjectId"]):
        raise not_installed()
    answer: Json = {"id": chat.id}
    if ask.body.get("activity") is not None:
        answer["activityId"] = _stand(ask, chat, _part(ask.body, "activity")).id
    return 201, answer


def _new_thread(ask: Ask, channel: object) -> tuple[int, Any]:
    activity = ask.body.get("activity")
    if not isinstance(channel, str) or ask.body.get("isGroup") is not True or not isinstance(activity, dict):
        raise Refusal(400, "BadSyntax", _WRONG_PARAMETERS)
    where = ask.state.conversation(channel)
    if where.kind != "channel" or ";" in channel:
        raise Refusal(400, "BadArgument", "That is no channel.")
    ask.state.check_open(where)
    message = _stand(ask, where, activity)
    return 201, {"id": f"{where.id};messageid={message.id}", "activityId": message.id}


def send(ask: Ask) -> tuple[int, Any]:
    """POST .../activities: a message; in a channel a new thread, or a reply in the thread that the path names."""
    where = ask.open_conversation()
    return 201, {"id": _stand(ask, where, ask.body, _thread(ask, where)).id}


def reply(ask: Ask) -> tuple[int, Any]:
    """POST .../activities/{activity}: a reply to a message."""
    where = ask.open_conversation()
    message = where.message(ask.activity)
    if message is None:
        raise Refusal(404, "ActivityNotFoundInConversation")
    root = (message.thread or message.id) if where.kind == "channel" else None
    return 201, {"id": _stand(ask, where, ask.body, root).id}


def update(ask: Ask) -> tuple[int, Any]:
    """PUT .../activities/{activity}: something else in the place of a message."""
    message = _own(ask)
    _check(ask, ask.body)
    message.activity, message.edits = ask.body, message.edits + 1
    return 200, {"id": message.id}


def delete(ask: Ask) -> tuple[int, Any]:
    """DELETE .../activities/{activity}: a message goes."""
    message = _own(ask)
    ask.state.conversation(ask.conversation).history.remove(message)
    return 200, None


def members(ask: Ask) -> tuple[int, Any]:
    """GET .../pagedmembers: a page of a team's members; of a chat all at once."""
    where = ask.open_conversation()
    try:
        start, asked = int(ask.query.get("continuationToken") or 0), int(ask.query.get("pageSize") or _PAGES[1])
    except ValueError as error:
        raise Refusal(400, "BadArgument", "The continuation token or the page size is wrong.") from error
    least, most = _PAGES
    length = ask.page_size or min(max(asked, least), most)
    end = start + length if where.kind == "channel" else len(where.members)
    body: Json = {"members": where.members[start:end]}
    if end < len(where.members):
        body["continuationToken"] = str(end)
    return 200, body


def all_members(ask: Ask) -> tuple[int, Any]:
    """GET .../members: everybody at once, as it was done before there were pages."""
    return 200, ask.open_conversation().members


def member(ask: Ask) -> tuple[int, Any]:
    """GET .../members/{member}: one of them."""
    where = ask.open_conversation()
    found = [each for each in where.members if ask.member in (each["id"], each["aadObjectId"])]
    if not found:
        raise Refusal(404, "MemberNotFoundInConversation")
    return 200, found[0]


def channels(ask: Ask) -> tuple[int, Any]:
    """GET v3/teams/{team}/conversations: the channels of a team; General has no name there."""
    team = _team(ask)
    known = [ask.state.conversations[each] for each in team.channels]
    shown = [{"id": each.id, "name": None if each.id == team.id else each.name} for each in known if not each.deleted]
    return 200, {"conversations": shown}


def team_details(ask: Ask) -> tuple[int, Any]:
    """GET v3/teams/{team}: what a team is called."""
    team = _team(ask)
    return 200, team_shown(team) | {"channelCount": len(team.channels), "memberCount": len(team.members)}


def team_shown(team: Team) -> Json:
    """A team as activities have it."""
    return {"id": team.id, "name": team.name, "aadGroupId": f"group-of-{team.id}"}


def _team(ask: Ask) -> Team:
    team = ask.state.teams.get(ask.team)
    if team is None or team.deleted:
        raise Refusal(404, "NotFound", "No such team.")
    if not team.has_app:
        raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    return team


def _thread(ask: Ask, where: Conversation) -> str | None:
    _, named, root = ask.conversation.partition(";messageid=")
    if not named:
        return None
    if where.kind != "channel":
        raise Refusal(400, "BadArgument", "Only channels have threads.")
    message = where.message(root)
    if message is None or message.thread is not None:
        raise Refusal(404, "ActivityNotFoundInConversation", "No thread begins there.")
    return root


def _own(ask: Ask) -> Message:
    message = ask.open_conversation().message(ask.activity)
    if message is None:
        raise Refusal(404, "ActivityNotFoundInConversation")
    if message.person is not None:
        raise Refusal(403, "NotEnoughPermissions", "The message is somebody else's.")
    return message


def _stand(ask: Ask, where: Conversation, activity: Mapping[str, Any], thread: str | None = None) -> Message:
    _check(ask, activity)
    message = Message(ask.state.new_id(), dict(activity), conversation=where.id, thread=thread)
    if activity.get("type") != "typing":
        where.history.append(message)
    return message


def _check(ask: Ask, activity: Mapping[str, Any]) -> None:
    """Refuse what Teams refuses, and note what it would take and show wrongly."""
    if not isinstance(activity.get("type"), str):
        raise Refusal(400, "BadSyntax", "The activity has no type.")
    attachments = activity.get("attachments") or []
    if activity["type"] == "message" and not activity.get("text") and not attachments:
        raise Refusal(400, "BadSyntax", "Activities must have either text or attachments.")
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) > LARGEST:
        raise Refusal(413, "MessageSizeTooBig", "Message size too large.")
    for attachment in attachments:
        content = attachment.get("content") if attachment.get("contentType") == CARD_TYPE else {}
        if not isinstance(content, dict):
            raise Refusal(400, "BadSyntax", "The card is no object.")
        if content:
            ask.faults += [f"{ask.conversation}: {problem}" for problem in problems(content)]
        if size(content) > MAX_BYTES:
            raise Refusal(413, "MessageSizeTooBig", "Message size too large.")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name) or {}
    if not isinstance(part, dict):
        raise Refusal(400, "BadSyntax", f"{name} is no object.")
    return part


OPERATIONS: dict[str, Callable[[Ask], tuple[int, Any]]] = {
    "create": create,
    "send": send,
    "reply": reply,
    "update": update,
    "delete": delete,
    "members": members,
    "all_members": all_members,
    "member": member,
    "channels": channels,
    "team": team_details,
}

ROUTES = (
    ("POST", "/v3/conversations", "create"),
    ("POST", "/v3/conversations/{conversation}/activities", "send"),
    ("POST", "/v3/conversations/{conversation}/activities/{activity}", "reply"),
    ("PUT", "/v3/conversations/{conversation}/activities/{activity}", "update"),
    ("DELETE", "/v3/conversations/{conversation}/activities/{activity}", "delete"),
    ("GET", "/v3/conversations/{conversation}/pagedmembers", "members"),
    ("GET", "/v3/conversations/{conversation}/members", "all_members"),
    ("GET", "/v3/conversations/{conversation}/members/{member}", "member"),
    ("GET", "/v3/teams/{team}/conversations", "channels"),
    ("GET", "/v3/teams/{team}", "team"),
)
