"""`chat.*`, and what is posted to a response_url."""

from typing import Any

from tests.fakes import block_kit
from tests.fakes.slack.pictures import pictures
from tests.fakes.slack.state import Ask, ResponseUrl, State, Workspace
from tests.fakes.slack.values import Channel, Json, Message, Refusal, faults

LONGEST_TEXT = 40_000


def post(ask: Ask) -> Json:
    """chat.postMessage"""
    channel = _writable(ask)
    content = _content(ask)
    message = Message(ask.state.new_ts(), metadata=_metadata(ask), thread_ts=ask.text("thread_ts") or None, **content)
    ask.workspace.add(channel.id, message)
    return {"channel": channel.id, "ts": message.ts, "message": shown(ask.workspace, message, with_metadata=False)}


def post_ephemeral(ask: Ask) -> Json:
    """chat.postEphemeral"""
    channel = _writable(ask)
    user = ask.text("user")
    if user not in channel.members and user != channel.user:
        raise Refusal("user_not_in_channel")
    message = Message(ask.state.new_ts(), thread_ts=ask.text("thread_ts") or None, only_for=user, **_content(ask))
    ask.workspace.add(channel.id, message)
    ask.workspace.ephemeral.append(ask.arguments)
    return {"message_ts": message.ts}


def update(ask: Ask) -> Json:
    """chat.update"""
    message = _own(ask, "cant_update_message")
    content = _content(ask)
    message.text, message.blocks, message.mrkdwn = content["text"], content["blocks"], content["mrkdwn"]
    message.metadata = _metadata(ask) or message.metadata
    message.edits += 1
    return {"channel": ask.text("channel"), "ts": message.ts, "text": message.text}


def delete(ask: Ask) -> Json:
    """chat.delete"""
    message = _own(ask, "cant_delete_message")
    ask.workspace.history[ask.text("channel")].remove(message)
    return {"channel": ask.text("channel"), "ts": message.ts}


def respond(state: State, url: ResponseUrl, body: Any) -> None:
    """A post to a response_url."""
    if len(url.uses) >= 5:
        raise Refusal("used_url")
    workspace = state.workspaces[url.team]
    if not isinstance(body, dict):
        raise Refusal("invalid_payload")
    content = {} if body.get("delete_original") else checked_content(state, workspace, body)
    url.uses.append(body)
    original = workspace.message(url.channel, url.message_ts or "")
    if body.get("delete_original") or body.get("replace_original"):
        if original is not None and body.get("delete_original"):
            workspace.history[url.channel].remove(original)
        elif original is not None:
            original.text, original.blocks, original.mrkdwn = content["text"], content["blocks"], content["mrkdwn"]
        return
    say(state, workspace, url.channel, url.user, body)


def say(state: State, workspace: Workspace, channel: str, user: str, body: Json) -> None:
    """Show what a command or a response_url was answered with: to its asker alone, or to the channel."""
    only_for = None if body.get("response_type") == "in_channel" else user
    content = checked_content(state, workspace, body)
    workspace.add(channel, Message(state.new_ts(), thread_ts=body.get("thread_ts"), only_for=only_for, **content))


def checked_content(state: State, workspace: Workspace, body: Json) -> Json:
    """The text and blocks of a message, as far as Slack takes them."""
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not isinstance(text, str) or not text:
        raise Refusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = block_kit.problems(blocks, block_kit.MESSAGE, pictures(state, workspace)) if blocks else []
    if problems:
        raise faults("invalid_blocks", problems)
    return {"text": text, "blocks": blocks, "mrkdwn": body.get("mrkdwn") is not False}


def shown(workspace: Workspace, message: Message, *, with_metadata: bool) -> Json:
    """A message as the Web API and events have it."""
    who = {"user": message.user} if message.user else {"user": workspace.bot_user, "bot_id": workspace.bot_id}
    found: Json = {"type": "message", "ts": message.ts, "team": workspace.team, **who, "text": message.text}
    if message.user is None:
        found["app_id"] = "A1"
    if message.blocks:
        found["blocks"] = message.blocks
    if message.thread_ts is not None:
        found["thread_ts"] = message.thread_ts
    if message.edited is not None:
        found["edited"] = message.edited
    if message.files:
        found |= {"files": message.files, "subtype": "file_share"}
    if message.metadata is not None:
        found["metadata"] = message.metadata if with_metadata else {"event_type": message.metadata["event_type"]}
    return found


def _content(ask: Ask) -> Json:
    return checked_content(ask.state, ask.workspace, ask.arguments)


def _writable(ask: Ask) -> Channel:
    channel = ask.workspace.channel(ask.text("channel"))
    if channel.user is not None:
        person = ask.workspace.people[channel.user]
        if person.get("deleted"):
            raise Refusal("user_disabled")
        if person.get("is_bot"):
            raise Refusal("cannot_dm_bot")
    if channel.is_archived:
        raise Refusal("is_archived")
    public = ask.token.scopes is not None and "chat:write.public" in ask.token.scopes and not channel.is_private
    if not channel.is_member and not public:
        raise Refusal("not_in_channel")
    return channel


def _own(ask: Ask, code: str) -> Message:
    channel = ask.text("channel")
    if channel not in ask.workspace.history and channel.startswith("U"):
        raise Refusal("channel_not_found")
    message = ask.workspace.message(ask.workspace.channel(channel).id, ask.text("ts"))
    if message is None or message.only_for is not None:
        raise Refusal("message_not_found")
    if message.user is not None:
        raise Refusal(code)
    return message


def _metadata(ask: Ask) -> Json | None:
    metadata = ask.arguments.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_schema")
    return metadata


METHODS = {
    "chat.postMessage": post,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
}
