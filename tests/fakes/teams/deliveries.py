"""What happens in Teams, and what Teams tells the app of it: words, presses, edits, installs, rosters, meetings."""

import html
import json
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from tests.fakes.teams.connector import team_shown
from tests.fakes.teams.login import Login
from tests.fakes.teams.state import Conversation, State, Team, bot
from tests.fakes.teams.values import TENANT, Answer, Json, Message

_FILE = "application/vnd.microsoft.teams.file.download.info"
_WITH_ZONE = ("message", "messageUpdate", "messageDelete", "invoke")
_WITH_LOCALE = (*_WITH_ZONE, "installationUpdate")
"""Only these carry a zone or a locale (section 3 of the platform's facts)."""


class Deliveries(Login):
    """Every method is one thing that happens in Teams; it reaches the app with a genuine token."""

    def __init__(self, state: State, url: Callable[[], str]) -> None:
        super().__init__(url)
        self._state = state
        self.app_url = ""
        self._last: Json = {}
        self.sent: dict[str, bytes] = {}
        """The files that people sent."""

    # --- what people say --------------------------------------------------------------------------

    def activity(self, person: str = "mei-object-id", conversation: object = None, **more: Any) -> Json:
        """An activity as Teams makes it; `more` overrides or adds, None takes a part away.

        `conversation` is the id of one; anything else stands in the activity as it is.
        """
        where = conversation if isinstance(conversation, str) and conversation else f"a:{person}"
        if conversation is not None and not isinstance(conversation, str):
            more["conversation"] = conversation
        who = self._state.people[person]
        kind = more.get("type", "message")
        zone, locale = self._state.zones[person], self._state.locales[person]
        body: Json = {
            "type": "message",
            "id": self._state.new_id(),
            "timestamp": self._now(),
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": who["id"], "name": who["name"], "aadObjectId": who["aadObjectId"]},
            "conversation": self._state.shown(where),
            "recipient": bot(),
            "channelData": self._state.channel_data(where),
        }
        if kind in _WITH_ZONE:
            body["localTimezone"] = zone
            body["localTimestamp"] = self._state.clock.now().astimezone(ZoneInfo(zone)).isoformat()
            body["entities"] = [_client(zone, locale)]
        if kind in _WITH_LOCALE:
            body["locale"] = locale
        if kind == "message" and isinstance(more.get("text"), str):
            body |= {"textFormat": "plain", "attachments": [_as_html(more["text"])]}
        body |= more
        return {name: value for name, value in body.items() if value is not None}

    async def says(self, text: str, **more: Any) -> Answer:
        """Somebody writes to the bot; `person` and `conversation` in `more` say who, and where if not in their chat."""
        person = more.pop("person", "mei-object-id")
        body = self.activity(person, text=text, **more)
        self._keep(body, person)
        return await self.tell(body)

    async def sends_file(
        self, name: str, data: bytes, text: str = "", *, person: str = "mei-object-id", url: str | None = None
    ) -> Answer:
        """Somebody attaches a file in their personal chat: it lies in their OneDrive, and Teams tells where.

        `url` is told instead.
        """
        key = f"{len(self.sent)}"
        self.sent[key] = data
        told = {"downloadUrl": url or f"{self._url()}/onedrive/{key}?tempauth=pretend", "uniqueId": key}
        told["fileType"] = name.rpartition(".")[2]
        file = {"contentType": _FILE, "contentUrl": f"https://pretend.example/{name}", "name": name, "content": told}
        body = self.activity(person, text=text or None)
        body["attachments"] = [file, *([_as_html(text)] if text else [])]
        self._keep(body, person)
        return await self.tell(body)

    async def mentions(self, text: str, conversation: str, *, person: str = "mei-object-id", **more: Any) -> Answer:
        """Somebody names the bot in a channel or group chat.

        In a channel that begins a thread, unless `conversation` names one (`;messageid=`).
        """
        body = self.activity(person, conversation, text=f"<at>Okra</at> {text}")
        body["entities"] = [*body["entities"], {"type": "mention", "text": "<at>Okra</at>", "mentioned": bot()}]
        where = self._state.conversation(conversation)
        root = conversation.partition(";messageid=")[2]
        if where.kind == "channel" and not root:
            body["conversation"]["id"] = f"{conversation};messageid={body['id']}"
        elif root and where.message(root) is None:
            where.history.append(Message(root, {"text": "What began this thread."}, 0, where.id, None, person))
        body = {name: value for name, value in {**body, **more}.items() if value is not None}
        self._keep(body, person)
        return await self.tell(body)

    async def presses(
        self,
        message: Message,
        action: Mapping[str, Any],
        inputs: Mapping[str, str] | None = None,
        *,
        person: str = "mei-object-id",
        conversation: str | None = None,
        **more: Any,
    ) -> Answer:
        """Somebody presses a button of a message, with what they put into its inputs.

        Inputs that `inputs` does not name keep what they hold; an empty one is not sent, as in Teams. `conversation`
        is that of the message, if it is not said.
        """
        assert action.get("type") == "Action.Submit", f"{action.get('title')} unfolds or opens; Teams sends nothing."
        where = conversation or message.conversation or f"a:{person}"
        known = self._state.conversations.get(where)
        if known is not None and known.kind == "channel":
            where = f"{where};messageid={message.thread or message.id}"
        typed = {**_held(message, action), **(inputs or {})}
        value = {**action["data"], **{name: text for name, text in typed.items() if text != ""}}
        return await self.tell(self.activity(person, where, value=value, **{"replyToId": message.id, **more}))

    async def edits(self, message: Message, text: str) -> Answer:
        """Somebody changes what they wrote."""
        message.activity = {**message.activity, "text": text, "attachments": [_as_html(text)]}
        return await self._changed(message, "messageUpdate", "editMessage", text=text)

    async def takes_back(self, message: Message) -> Answer:
        """Somebody deletes what they wrote."""
        self._state.conversation(message.conversation).history.remove(message)
        return await self._changed(message, "messageDelete", "softDeleteMessage")

    async def reacts(self, message: Message, kind: str = "like", *, person: str = "mei-object-id") -> Answer:
        """Somebody puts a sign under a message of the bot."""
        more = {"reactionsAdded": [{"type": kind}], "replyToId": message.id}
        return await self.tell(self.activity(person, message.conversation, type="messageReaction", **more))

    async def again(self) -> Answer:
        """Teams sends the last activity once more, as it does when an answer took longer than 15 seconds."""
        return await self.post(self._last)

    async def _changed(self, message: Message, kind: str, event: str, **more: Any) -> Answer:
        assert message.person is not None, "Only what people wrote is changed by people."
        where = f"{message.conversation};messageid={message.thread}" if message.thread else message.conversation
        data = {**self._state.channel_data(where), "eventType": event}
        body = self.activity(message.person, where, type=kind, id=message.id, channelData=data, **more)
        return await self.tell(body)

    def _keep(self, body: Json, person: str) -> None:
        """What somebody wrote stands where they wrote it."""
        place = body.get("conversation")
        if not isinstance(place, dict):
            return  # A test took it away.
        name, _, root = str(place.get("id")).partition(";messageid=")
        known = self._state.conversations.get(name)
        if known is not None:
            thread = root if root and root != body["id"] else None
            known.history.append(Message(body["id"], body, 0, name, thread, person))

    # --- where the app is -------------------------------------------------------------------------

    async def installs(self, person: str) -> Answer:
        """Somebody installs the app for themselves, or takes it in again."""
        chat = self._state.chat_of(person)
        chat.installed, chat.blocked = True, False
        await self._update(person, chat.id, {}, membersAdded=[bot()])
        return await self._installation("add", person, chat)

    async def uninstalls(self, person: str) -> Answer:
        """Somebody takes the app away, or blocks it; nothing can be written to them from then on."""
        chat = self._state.chat_of(person)
        chat.installed, chat.blocked = False, True
        return await self._installation("remove", person, chat)

    async def upgrades(self, person: str, conversation: str | None = None) -> Answer:
        """The app has a new version where it is installed."""
        chat = self._state.conversation(conversation) if conversation else self._state.chat_of(person)
        return await self._installation("add-upgrade", person, chat)

    async def adds_to(self, conversation: str, *, person: str = "mei-object-id", channel: str | None = None) -> Answer:
        """Somebody adds the app to a team (by the id of any of its channels), group chat or meeting chat.

        `channel` is the one they chose while they added it to a team.
        """
        where = self._set_app(conversation, True)
        data = self._about(where, "teamMemberAdded")
        await self._update(person, where.id, data, membersAdded=[bot()])
        return await self._installation("add", person, where, channel)

    async def removes_from(self, conversation: str, *, person: str = "mei-object-id") -> Answer:
        """Somebody takes the app out of a team or chat."""
        where = self._set_app(conversation, False)
        await self._update(person, where.id, self._about(where, "teamMemberRemoved"), membersRemoved=[bot()])
        return await self._installation("remove", person, where)

    async def joins(self, person: str, conversation: str) -> Answer:
        """Somebody becomes a member of a team or chat that the app is in."""
        where = self._home(conversation)
        who = self._state.people[person]
        where.members.append(who)
        data = self._about(where, "teamMemberAdded")
        return await self._update(person, where.id, data, membersAdded=[_member(who)])

    async def leaves(self, person: str, conversation: str) -> Answer:
        """Somebody is a member no longer."""
        where = self._home(conversation)
        who = self._state.people[person]
        where.members.remove(who)
        data = self._about(where, "teamMemberRemoved")
        return await self._update(person, where.id, data, membersRemoved=[_member(who)])

    # --- teams, channels, meetings ------------------------------------------------------------------

    async def creates_channel(self, team: str, channel: str, name: str, *, person: str = "mei-object-id") -> Answer:
        """A team gets another channel."""
        where = self._state.add_channel(self._state.teams[team], channel, name)
        return await self._channel(where, "channelCreated", person)

    async def renames_channel(self, channel: str, name: str, *, person: str = "mei-object-id") -> Answer:
        """A channel is called otherwise."""
        where = self._state.conversation(channel)
        where.name = name
        return await self._channel(where, "channelRenamed", person)

    async def deletes_channel(self, channel: str, *, person: str = "mei-object-id") -> Answer:
        """A channel goes; whoever writes there gets 404."""
        where = self._state.conversation(channel)
        where.deleted = True
        return await self._channel(where, "channelDeleted", person)

    async def restores_channel(self, channel: str, *, person: str = "mei-object-id") -> Answer:
        """A deleted channel is there again."""
        where = self._state.conversation(channel)
        where.deleted = False
        return await self._channel(where, "channelRestored", person)

    async def renames_team(self, team: str, name: str, *, person: str = "mei-object-id") -> Answer:
        """A team is called otherwise."""
        self._state.teams[team].name = name
        return await self._team(team, "teamRenamed", person)

    async def archives_team(self, team: str, *, person: str = "mei-object-id") -> Answer:
        """A team can be read only."""
        self._state.teams[team].archived = True
        return await self._team(team, "teamArchived", person)

    async def unarchives_team(self, team: str, *, person: str = "mei-object-id") -> Answer:
        """A team can be written in again."""
        self._state.teams[team].archived = False
        return await self._team(team, "teamUnarchived", person)

    async def deletes_team(self, team: str, *, person: str = "mei-object-id") -> Answer:
        """A team goes, with its channels."""
        self._state.teams[team].deleted = True
        return await self._team(team, "teamDeleted", person)

    async def restores_team(self, team: str, *, person: str = "mei-object-id") -> Answer:
        """A deleted team is there again."""
        self._state.teams[team].deleted = False
        return await self._team(team, "teamRestored", person)

    async def meeting_starts(
        self, conversation: str, *, person: str = "mei-object-id", title: str = "Weekly", meeting: str = "meeting-1"
    ) -> Answer:
        """Somebody joins a meeting first; the chat is the meeting's own."""
        return await self._meeting("meetingStart", conversation, person, title, meeting)

    async def meeting_ends(
        self, conversation: str, *, person: str = "mei-object-id", title: str = "Weekly", meeting: str = "meeting-1"
    ) -> Answer:
        """The last one leaves a meeting."""
        return await self._meeting("meetingEnd", conversation, person, title, meeting)

    async def _meeting(self, event: str, conversation: str, person: str, title: str, meeting: str) -> Answer:
        when = {"meetingStart": "StartTime", "meetingEnd": "EndTime"}[event]
        value = {
            "MeetingType": "Scheduled",
            "Title": title,
            "Id": meeting,
            "JoinUrl": "https://teams.example/l/meetup-join/1",
            when: self._now(),
        }
        data = {**self._state.channel_data(conversation), "meeting": {"id": meeting}}
        name = f"application/vnd.microsoft.{event}"
        return await self.tell(
            self.activity(person, conversation, type="event", name=name, value=value, channelData=data)
        )

    async def _channel(self, where: Conversation, event: str, person: str) -> Answer:
        data = {**self._about(where, event), "channel": {"id": where.id, "name": where.name}}
        assert where.team is not None
        return await self._update(person, where.team.id, data)

    async def _team(self, team: str, event: str, person: str) -> Answer:
        return await self._update(person, team, self._about(self._state.conversation(team), event))

    async def _update(self, person: str, conversation: str, data: Json, **more: Any) -> Answer:
        whole = {"tenant": {"id": TENANT}, **data}
        return await self.tell(
            self.activity(person, conversation, type="conversationUpdate", channelData=whole, **more)
        )

    async def _installation(self, action: str, person: str, where: Conversation, channel: str | None = None) -> Answer:
        data: Json = {"tenant": {"id": TENANT}, "source": {"name": "message"}}
        data["settings"] = {"selectedChannel": {"id": channel or where.id}}
        if where.team is not None:
            data["team"] = team_shown(where.team)
        body = self.activity(person, where.id, type="installationUpdate", action=action, channelData=data)
        return await self.tell(body)

    def _set_app(self, conversation: str, has_app: bool) -> Conversation:
        where = self._home(conversation)
        if where.team is not None:
            where.team.has_app = has_app
        where.installed = has_app
        return where

    def _home(self, conversation: str) -> Conversation:
        """What has the members and the app: of a channel its team's General, else the chat itself."""
        where = self._state.conversation(conversation)
        return where if where.team is None else self._state.conversation(where.team.id)

    def _about(self, where: Conversation, event: str) -> Json:
        team: Team | None = where.team
        return {} if team is None else {"team": team_shown(team), "eventType": event}

    # --- the way to the app -----------------------------------------------------------------------

    async def tell(self, body: Json) -> Answer:
        """Send an activity as it is; `again` repeats it."""
        self._last = body
        return await self.post(body)

    async def post(self, body: object, *, authorization: str | None = "") -> Answer:
        """Post to the app with a genuine token, or with the `authorization` given, or with none."""
        headers = {"Content-Type": "application/json"}
        if authorization == "":
            authorization = f"Bearer {self.token()}"
        if authorization is not None:
            headers["Authorization"] = authorization
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.app_url}/api/messages", data=data, headers=headers) as answer,
        ):
            return Answer(answer.status, await answer.text())

    def _now(self) -> str:
        return self._state.clock.now().isoformat().replace("+00:00", "Z")


def _member(who: Mapping[str, Any]) -> Json:
    """Events name people by their ids alone."""
    return {"id": who["id"], "aadObjectId": who["aadObjectId"]}


def _client(zone: str, locale: str) -> Json:
    country = locale.partition("-")[2] or "US"
    return {"type": "clientInfo", "locale": locale, "country": country, "platform": "Windows", "timezone": zone}


def _as_html(text: str) -> Json:
    shown = html.escape(text, quote=False).replace("\n", "<br>")
    at = '<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">Okra</span>'
    shown = shown.replace("&lt;at&gt;Okra&lt;/at&gt;", at)
    return {"contentType": "text/html", "content": f"<p>{shown}</p>"}


def _held(message: Message, action: Mapping[str, Any]) -> Json:
    """What inputs hold that nobody touched, as Teams sends it: text, and nothing where there is nothing.

    A button sends the inputs of its own card and of those around it, not of one that unfolds beside it.
    """
    if action.get("associatedInputs") == "none":
        return {}
    held = {each["id"]: each.get("value", each.get("valueOff", "")) for each in message.inputs_of(action)}
    return {name: str(value) for name, value in held.items() if value not in ("", None)}
