"""What Teams' ids tell: whether a conversation is somebody's own chat, a group chat or a channel."""

from storage import models as m

MOST_PERSON = 128
MOST_CONVERSATION = 255
"""As much as is kept of an id (`Address`, `Chat`); a longer one is none of Teams'."""

_PLACES = "19:"
"""How the ids of channels, group chats and meetings begin; a personal chat's begin otherwise."""
_CHANNELS = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels end; those of group chats and meetings end otherwise."""
_THREAD = ";messageid="


def without_thread(conversation: str) -> str:
    """The channel of a thread (`19:…;messageid=…`); any other conversation as it is."""
    return conversation.partition(_THREAD)[0]


def is_place(conversation: str) -> bool:
    """Whether several people may read it: a channel, a group chat or a meeting."""
    return conversation.startswith(_PLACES)


def kind_of(conversation: str) -> m.ChatKind:
    """What kind of chat it is. What an activity says besides may be missing or wrong; who reads it is in the id."""
    if not is_place(conversation):
        return m.ChatKind.PERSONAL
    return m.ChatKind.CHANNEL if without_thread(conversation).endswith(_CHANNELS) else m.ChatKind.GROUP
