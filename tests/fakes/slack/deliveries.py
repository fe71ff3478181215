"""What people do in Slack, and what Slack tells the app of it: commands, messages, presses, forms, shortcuts, homes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import chat, views
from tests.fakes.slack.pictures import sent
from tests.fakes.slack.state import State, Workspace, dm_of
from tests.fakes.slack.values import APP_ID, TEAM, Answer, File, Json, Message, Refusal
from tests.fakes.slack.wire import Wire

MOST_RETRIES = 3
"""How often Slack sends an event again (docs.slack.dev/apis/events-api#retries)."""

_SPOKEN = (None, "file_share", "me_message", "thread_broadcast")


@dataclass(slots=True)
class Unacknowledged:
    """An event that Slack will send again."""

    body: Json
    attempts: int
    reason: str


class Deliveries:
    """Every method is one thing that happens in Slack. It reaches the app as `wire` is set up to."""

    def __init__(self, state: State, wire: Wire) -> None:
        self._state = state
        self._wire = wire
        self.unacknowledged: list[Unacknowledged] = []

    # --- commands ---------------------------------------------------------------------------------

    async def command(
        self, text: str, *, user: str = "U1MEI", channel: str = "C1SALES", name: str = "/okr", team: str = TEAM
    ) -> Answer:
        """Somebody types a slash command. What it is answered with stands in the channel, for them or for all."""
        workspace = self._state.workspaces[team]
        form = {
            "command": name,
            "text": text,
            "team_id": team,
            "user_id": user,
            "channel_id": channel,
            "trigger_id": self._state.new_trigger(team, user),
            "response_url": self._state.new_response_url(team, channel, user, None),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            **({"enterprise_id": workspace.enterprise} if workspace.enterprise else {}),
        }
        answer = await self._wire.deliver("slash_commands", form)
        if answer.acknowledged and answer.text:
            _accepted(lambda: chat.say(self._state, workspace, channel, user, answer.body))
        return answer

    # --- messages ---------------------------------------------------------------------------------

    async def message(
        self,
        text: str,
        *,
        user: str = "U1MEI",
        event_id: str | None = None,
        thread_ts: str | None = None,
        team: str = TEAM,
        **more: Any,
    ) -> Answer:
        """Somebody writes to the bot; `more` goes into the event (subtype, bot_id, channel_type, ...)."""
        event = {
            "type": "message",
            "channel": dm_of(user),
            "channel_type": "im",
            "user": user,
            "text": text,
            "ts": self._state.new_ts(),
            **({"thread_ts": thread_ts} if thread_ts else {}),
            **more,
        }
        event.setdefault("event_ts", event["ts"])
        self._keep(event, team)
        return await self.event({name: value for name, value in event.items() if value is not None}, event_id, team)

    async def mention(
        self,
        text: str,
        *,
        user: str = "U1MEI",
        channel: str = "C1SALES",
        team: str = TEAM,
        **more: Any,
    ) -> Answer:
        """Somebody names the bot in a channel; `more` goes into the event (thread_ts, bot_id, ...)."""
        ts = self._state.new_ts()
        named = f"<@{self._state.workspaces[team].bot_user}> {text}"
        event = {"type": "app_mention", "channel": channel, "user": user, "ts": ts, "event_ts": ts, "text": named}
        self._keep(event | more, team)
        return await self.event(event | more, team=team)

    async def edit_message(
        self, user: str, ts: str, text: str, *, channel: str | None = None, team: str = TEAM
    ) -> Answer:
        """Somebody changes what they wrote."""
        workspace, where = self._state.workspaces[team], channel or dm_of(user)
        message = _theirs(workspace, where, user, ts)
        before = chat.shown(workspace, message, with_metadata=False)
        now = self._state.new_ts()
        message.text, message.edited = text, {"user": user, "ts": now}
        after = chat.shown(workspace, message, with_metadata=False)
        return await self._changed("message_changed", where, now, team, message=after, previous_message=before)

    async def unfurl_message(self, user: str, ts: str, *, channel: str | None = None, team: str = TEAM) -> Answer:
        """Slack shows a preview of a link in what somebody wrote: a change that nobody made."""
        workspace, where = self._state.workspaces[team], channel or dm_of(user)
        before = chat.shown(workspace, _theirs(workspace, where, user, ts), with_metadata=False)
        after = {**before, "attachments": [{"id": 1, "title": "A page", "title_link": "https://example.com"}]}
        now = self._state.new_ts()
        return await self._changed("message_changed", where, now, team, message=after, previous_message=before)

    async def delete_message(self, user: str, ts: str, *, channel: str | None = None, team: str = TEAM) -> Answer:
        """Somebody takes away what they wrote; where others answered it, a tombstone stays."""
        workspace, where = self._state.workspaces[team], channel or dm_of(user)
        message = _theirs(workspace, where, user, ts)
        before = chat.shown(workspace, message, with_metadata=False)
        now = self._state.new_ts()
        if any(each.thread_ts == ts and each.ts != ts for each in workspace.history[where]):
            message.text, message.user = "This message was deleted.", "USLACKBOT"
            tomb = chat.shown(workspace, message, with_metadata=False) | {"subtype": "tombstone", "hidden": True}
            return await self._changed("message_changed", where, now, team, message=tomb, previous_message=before)
        workspace.history[where].remove(message)
        return await self._changed("message_deleted", where, now, team, deleted_ts=ts, previous_message=before)

    async def share_file(
        self,
        name: str,
        data: bytes = b"A picture",
        *,
        text: str = "",
        user: str = "U1MEI",
        team: str = TEAM,
        by_id: bool = False,
        leads_to: str | None = None,
        **more: Any,
    ) -> Answer:
        """Somebody sends a file to the bot, with or without words.

        `by_id`: the event has no more than its id, as for one of another workspace. `leads_to`: its address sends on.
        """
        file = File(f"F{next(self._state.count)}", name, len(data), data=data, complete=True, user=user)
        file.leads_to = leads_to
        self._state.workspaces[team].files[file.id] = file
        told = sent(self._state.base_url(), team, file)
        if by_id:
            told = {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
        return await self.message(
            text, user=user, team=team, **{"subtype": "file_share", "files": [told], "upload": False, **more}
        )

    # --- presses, forms, shortcuts ------------------------------------------------------------------

    async def press(
        self,
        element: Mapping[str, Any],
        *,
        user: str = "U1MEI",
        channel: str = "D1MEI",
        message_ts: str = "1.000001",
        ephemeral: bool = False,
        view: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] | None = None,
        team: str = TEAM,
    ) -> Answer:
        """Somebody presses a button or picks a menu entry; `element` is the action as Block Kit sends it.

        With `view` (a modal or a home page) it stands there and not in a message; `values` is what is typed in it.
        """
        action = {"block_id": "b", "action_ts": self._state.new_ts(), **element}
        payload = self._payload("block_actions", user, team) | {"actions": [action]}
        if view is not None:
            shown = views.shown(view) | {"state": views.filled(view, values or {})}
            payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": shown}
            payload["trigger_id"] = self._state.new_trigger(team, user, view["id"])
            return await self.interaction(payload)
        workspace = self._state.workspaces[team]
        payload |= {
            "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else channel.lower()},
            "container": {
                "type": "message",
                "message_ts": message_ts,
                "channel_id": channel,
                "is_ephemeral": ephemeral,
            },
            "trigger_id": self._state.new_trigger(team, user),
            "response_url": self._state.new_response_url(team, channel, user, message_ts),
        }
        pressed = workspace.message(channel, message_ts)
        if pressed is not None and not ephemeral:
            shown = chat.shown(workspace, pressed, with_metadata=False)
            shown.pop("metadata", None)
            payload["message"] = shown
        return await self.interaction(payload)

    async def submit(
        self,
        view: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        user: str = "U1MEI",
        team: str = TEAM,
        forged: bool = False,
    ) -> Answer:
        """Somebody sends the modal `view`; `values` is what was typed, by block and action id.

        Slack lets only its viewer do that: `forged` sends it all the same. The answer changes what is shown.
        """
        assert forged or view.get("viewer", user) == user, f"{user} does not see this form."
        workspace = self._state.workspaces[team]
        known = views.find(workspace, view["id"])
        sent = views.shown(view) | {"team_id": team, "state": views.filled(view, values)}
        payload = self._payload("view_submission", user, team) | {"view": sent, "response_urls": []}
        payload["trigger_id"] = self._state.new_trigger(team, user, view["id"])
        answer = await self.interaction(payload)
        if answer.acknowledged:
            _accepted(lambda: self._answered(workspace, known, view, answer.body))
        return answer

    async def close_view(self, view: Mapping[str, Any], *, user: str = "U1MEI", team: str = TEAM) -> Answer | None:
        """Somebody closes a modal; the app hears of it only where it asked for that (`notify_on_close`)."""
        known = views.find(self._state.workspaces[team], view["id"])
        if known is not None:
            known["closed"] = True
        if not view.get("notify_on_close"):
            return None
        payload = self._payload("view_closed", user, team) | {"view": views.shown(view), "is_cleared": False}
        return await self.interaction(payload)

    async def shortcut(
        self, callback_id: str, ts: str, *, user: str = "U1MEI", channel: str = "C1SALES", team: str = TEAM
    ) -> Answer:
        """Somebody picks one of the app's entries in a message's menu; the message is anybody's."""
        workspace = self._state.workspaces[team]
        message = workspace.message(channel, ts)
        assert message is not None, f"No message {ts} stands in {channel}."
        shown = chat.shown(workspace, message, with_metadata=False)
        shown.pop("metadata", None)
        payload = self._payload("message_action", user, team) | {
            "callback_id": callback_id,
            "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else channel.lower()},
            "message": shown,
            "message_ts": ts,
            "action_ts": self._state.new_ts(),
            "trigger_id": self._state.new_trigger(team, user),
            "response_url": self._state.new_response_url(team, channel, user, ts),
        }
        return await self.interaction(payload)

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Any interactive payload."""
        return await self._wire.deliver("interactive", dict(payload))

    # --- events -----------------------------------------------------------------------------------

    async def open_home(self, user: str = "U1MEI", *, tab: str = "home", team: str = TEAM) -> Answer:
        """Somebody opens the app's page, at its home or messages tab."""
        ts = self._state.new_ts()
        event: Json = {"type": "app_home_opened", "user": user, "channel": dm_of(user), "tab": tab, "event_ts": ts}
        home = self._state.workspaces[team].homes.get(user)
        if home is not None and tab == "home":
            event["view"] = views.shown(home)
        return await self.event(event, team=team)

    async def change_person(self, user: str, *, team: str = TEAM, **more: Any) -> Answer:
        """Something about a member changes (deleted, tz, locale, real_name, profile, ...)."""
        person = self._state.workspaces[team].people[user]
        person["profile"] |= more.pop("profile", {})
        person |= more
        return await self.event(
            {"type": "user_change", "user": {**person}, "cache_ts": 1, "event_ts": self._state.new_ts()}, team=team
        )

    async def archive_channel(self, channel: str, *, user: str = "U1MEI", team: str = TEAM) -> Answer:
        """Somebody archives a channel."""
        own = self._state.workspaces[team].channels[channel]
        own.is_archived = True
        kind = "group_archive" if own.is_private else "channel_archive"
        return await self.event({"type": kind, "channel": channel, "user": user, **self._now()}, team=team)

    async def rename_channel(self, channel: str, name: str, *, team: str = TEAM) -> Answer:
        """Somebody renames a channel."""
        own = self._state.workspaces[team].channels[channel]
        own.name = name
        kind = "group_rename" if own.is_private else "channel_rename"
        changed = {"id": channel, "name": name, "name_normalized": name, "created": 1, "is_channel": True}
        return await self.event({"type": kind, "channel": changed, **self._now()}, team=team)

    async def remove_from_channel(self, channel: str, *, user: str = "U1MEI", team: str = TEAM) -> Answer:
        """Somebody removes the app from a channel."""
        own = self._state.workspaces[team].channels[channel]
        own.is_member = False
        kind = "group_left" if own.is_private else "channel_left"
        return await self.event({"type": kind, "channel": channel, "actor_id": user, **self._now()}, team=team)

    async def uninstall(
        self, *, team: str = TEAM, order: tuple[str, ...] = ("tokens_revoked", "app_uninstalled")
    ) -> list[Answer]:
        """Somebody uninstalls the app: its token is dead at once, and the events tell of it in any order."""
        workspace = self._state.workspaces[team]
        for token in self._state.tokens.values():
            if token.team == team:
                token.lost = "account_inactive"
        tokens = {"oauth": [], "bot": [workspace.bot_user]}
        return [
            await self.event({"type": kind, **({"tokens": tokens} if kind == "tokens_revoked" else {})}, team=team)
            for kind in order
        ]

    async def event(self, event: Mapping[str, Any], event_id: str | None = None, team: str = TEAM) -> Answer:
        """Any event of the Events API."""
        workspace = self._state.workspaces.get(team)
        bot_user = workspace.bot_user if workspace else "U0ELSE"
        enterprise = workspace.enterprise if workspace else None
        body = {
            "type": "event_callback",
            "team_id": team,
            **({"enterprise_id": enterprise} if enterprise else {}),
            "api_app_id": APP_ID,
            "event_id": event_id or f"Ev{next(self._state.count)}",
            "event_time": int(self._state.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": enterprise,
                    "team_id": team,
                    "user_id": bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "event": dict(event),
        }
        return await self._event(Unacknowledged(body, 0, ""))

    async def retry(self) -> list[Answer]:
        """Send every event again that was not acknowledged: at once here; in Slack at once, after 1 and 5 minutes."""
        again, self.unacknowledged = self.unacknowledged, []
        return [await self._event(each) for each in again]

    # --- steps ------------------------------------------------------------------------------------

    async def _event(self, event: Unacknowledged) -> Answer:
        answer = await self._wire.deliver("events_api", event.body, event.attempts, event.reason)
        forbidden = answer.headers.get("x-slack-no-retry") == "1"
        if not answer.acknowledged and not forbidden and event.attempts < MOST_RETRIES:
            event.reason = "http_error" if answer.status else "http_timeout"
            event.attempts += 1
            self.unacknowledged.append(event)
        return answer

    async def _changed(self, subtype: str, channel: str, ts: str, team: str, **what: Any) -> Answer:
        event = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "ts": ts,
            "event_ts": ts,
            **what,
        }
        return await self.event(event, team=team)

    def _keep(self, event: Json, team: str) -> None:
        """Let what a person wrote stand in its channel."""
        workspace = self._state.workspaces.get(team)
        spoken = event.get("subtype") in _SPOKEN and event.get("user") and not event.get("bot_id")
        if workspace is None or not spoken or workspace.message(event["channel"], event["ts"]) is not None:
            return
        message = Message(event["ts"], event.get("text") or "", [], user=event["user"])
        message.thread_ts, message.files = event.get("thread_ts"), list(event.get("files", ()))
        workspace.add(event["channel"], message)

    def _answered(self, workspace: Workspace, known: Json | None, view: Mapping[str, Any], said: Json) -> None:
        """Do with a form what its acknowledgement says; Slack shows people an error where it cannot."""
        action = said.get("response_action")
        if action == "errors":
            fields = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
            wrong = [name for name in said["errors"] if name not in fields]
            assert said["errors"], "Slack refuses an empty list of errors."
            assert not wrong, f"Errors for what is no field: {wrong}"
            assert all(isinstance(text, str) and text for text in said["errors"].values()), said["errors"]
            return
        assert action in (None, "clear", "update", "push"), f"Unknown response_action {action!r}"
        new = (
            views.checked_view(self._state, workspace, said["view"], "modal") if action in ("update", "push") else None
        )
        if known is None:
            return
        if new is not None and action == "update":
            views.replace(self._state, known, new)
        elif new is not None:
            views.put_on(self._state, workspace, known, new)
        else:
            known["closed"] = True

    def _payload(self, kind: str, user: str, team: str) -> Json:
        workspace = self._state.workspaces.get(team)
        enterprise = workspace.enterprise if workspace else None
        return {
            "type": kind,
            "api_app_id": APP_ID,
            "team": {"id": team, "domain": "pretend"},
            "enterprise": {"id": enterprise, "name": "Pretend Org"} if enterprise else None,
            "is_enterprise_install": False,
            "user": {"id": user, "team_id": team},
        }

    def _now(self) -> Json:
        return {"event_ts": self._state.new_ts()}


def _theirs(workspace: Workspace, channel: str, user: str, ts: str) -> Message:
    message = workspace.message(channel, ts)
    assert message is not None, f"No message {ts} stands in {channel}."
    assert message.user == user, f"{user} did not write {ts}."
    return message


def _accepted(show: Any) -> None:
    """Slack shows what an acknowledgement says, or tells the person that the app is broken: then the test must fail."""
    try:
        show()
    except Refusal as refusal:
        raise AssertionError(f"Slack cannot show this acknowledgement: {refusal} {refusal.more}") from refusal
