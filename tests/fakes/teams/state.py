"""What the fake Teams remembers: people, teams with channels, chats, what stands in them, and where the app is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.clock import Clock
from tests.fakes.teams.values import BOT, TENANT, Json, Message, Refusal

Kind = Literal["personal", "groupChat", "channel"]

CHANNELS = ("@thread.tacv2", "@thread.skype")


@dataclass(slots=True)
class Team:
    """A team. Its id is that of its General channel, as in Teams; `members` are those of all its channels."""

    id: str
    name: str
    members: list[Json]
    channels: list[str] = field(default_factory=list)
    has_app: bool = True
    archived: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Conversation:
    """A channel, group chat, meeting chat or personal chat. `blocked`: nobody may write; the person took us away."""

    id: str
    kind: Kind
    members: list[Json] = field(default_factory=list)
    name: str = ""
    team: Team | None = None
    installed: bool = True
    blocked: bool = False
    deleted: bool = False
    history: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What the app posted and has not taken away."""
        return [message for message in self.history if message.person is None]

    @property
    def has_app(self) -> bool:
        """Whether the app is in here."""
        return self.installed if self.team is None else self.team.has_app

    @property
    def is_meeting(self) -> bool:
        return self.id.startswith("19:meeting_")

    def message(self, name: str) -> Message | None:
        """A message by its id."""
        return next((each for each in self.history if each.id == name), None)


class State:
    """One tenant. `zones` and `locales` are those of each person's own machine."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.people: dict[str, Json] = {}
        self.zones: dict[str, str] = {}
        self.locales: dict[str, str] = {}
        self.teams: dict[str, Team] = {}
        self.conversations: dict[str, Conversation] = {}
        self._newest = 0

    def new_id(self) -> str:
        """The milliseconds of now, as Teams names its messages; no two are the same."""
        self._newest = max(self._newest + 1, int(self.clock.now().timestamp() * 1000))
        return str(self._newest)

    def add_conversation(self, name: str, people: Iterable[str], **more: object) -> Conversation:
        """A chat with these people; an id like that of a channel makes a team of one channel."""
        members = [self.people[each] for each in people]
        if name.endswith(CHANNELS):
            return self.add_team(name, "", members, {})
        kind: Kind = "personal" if name.startswith("a:") else "groupChat"
        self.conversations[name] = Conversation(name, kind, members)
        return self.conversations[name]

    def add_team(self, name: str, called: str, members: list[Json], channels: dict[str, str]) -> Conversation:
        """A team with its General channel and others."""
        team = Team(name, called or "Team", members)
        self.teams[name] = team
        for channel, title in {name: "General", **channels}.items():
            self.add_channel(team, channel, title)
        return self.conversations[name]

    def add_channel(self, team: Team, channel: str, title: str) -> Conversation:
        """A channel of a team."""
        team.channels.append(channel)
        self.conversations[channel] = Conversation(channel, "channel", team.members, title, team)
        return self.conversations[channel]

    def conversation(self, name: str) -> Conversation:
        """A conversation by its id, with or without a thread."""
        found = self.conversations.get(name.partition(";messageid=")[0])
        if found is None:
            raise Refusal(404, "ConversationNotFound", "Conversation not found.")
        return found

    def person(self, name: str) -> Json | None:
        """Somebody by `29:` id or Entra object id."""
        return next((each for each in self.people.values() if name in (each["id"], each["aadObjectId"])), None)

    def chat_of(self, person: str) -> Conversation:
        """Somebody's personal chat with the app, which is always the same one."""
        name = f"a:{person}"
        if name not in self.conversations:
            self.conversations[name] = Conversation(name, "personal", [self.people[person]], installed=False)
        return self.conversations[name]

    def is_reachable(self, person: str) -> bool:
        """Whether the app is installed for somebody, or in a team that they are in."""
        chat = self.conversations.get(f"a:{person}")
        if chat is not None and chat.installed and not chat.blocked:
            return True
        who = self.people[person]
        return any(team.has_app and not team.deleted and who in team.members for team in self.teams.values())

    def check_open(self, conversation: Conversation) -> None:
        """Raise what Teams answers where the app may not write or look."""
        team = conversation.team
        if conversation.deleted or (team is not None and team.deleted):
            raise Refusal(404, "ConversationNotFound", "Conversation not found.")
        if conversation.blocked or (team is not None and team.archived):
            raise Refusal(403, "MessageWritesBlocked", '{"subCode":"MessageWritesBlocked"}')
        if conversation.kind == "personal" and not conversation.has_app:
            if not self.is_reachable(conversation.members[0]["aadObjectId"]):
                raise not_installed()
        elif not conversation.has_app:
            raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")

    def shown(self, conversation: str) -> Json:
        """A conversation as activities have it; `conversation` may name a thread."""
        known = self.conversations.get(conversation.partition(";messageid=")[0])
        kind = known.kind if known else "personal" if conversation.startswith("a:") else "channel"
        shown: Json = {"id": conversation, "conversationType": kind, "tenantId": TENANT}
        return shown if kind == "personal" else {**shown, "isGroup": True}

    def channel_data(self, conversation: str) -> Json:
        """The `channelData` of an activity from there."""
        data: Json = {"tenant": {"id": TENANT}}
        known = self.conversations.get(conversation.partition(";messageid=")[0])
        if known is not None and known.team is not None:
            data |= {"team": {"id": known.team.id}, "channel": {"id": known.id}}
            data |= {"teamsTeamId": known.team.id, "teamsChannelId": known.id}
        return data


def not_installed() -> Refusal:
    """What Teams says of somebody whom the app may not write to."""
    return Refusal(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope.")


def bot() -> Json:
    """The app as activities name it."""
    return {"id": BOT, "name": "Okra"}
