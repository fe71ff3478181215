"""Where everything that comes in goes: typed, commanded, pressed or submitted."""

from bot.handlers.editing import edited, is_overtaken
from bot.handlers.forms import submitted
from bot.handlers.home import opened, shown_on_page
from bot.handlers.naming import NotOneError
from bot.handlers.picking import picked
from bot.handlers.pressed import pressed
from bot.handlers.recording import NotAllowedError
from bot.handlers.saying import not_allowed, with_what_was_said
from bot.handlers.words import mentioned, typed
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Command, Edited, Nothing, Opened, Pressed, Shortcut, Submitted, Typed


def handle(turn: Turn) -> Reply:
    """The conversation behind one thing that one person did. A refusal says who may, and records nothing."""
    return shown_on_page(turn, with_what_was_said(_handled(turn), turn.inbox.id))


def _handled(turn: Turn) -> Reply:
    try:
        match turn.inbound.what:
            case Typed() as what:
                return Nothing() if is_overtaken(turn) else typed(turn, what)
            case Edited() as what:
                return edited(turn, what)
            case Command() as what:
                return Nothing() if is_overtaken(turn) else mentioned(turn, what)
            case Pressed() as what:
                return pressed(turn, what)
            case Submitted() as what:
                return submitted(turn, what)
            case Opened():
                return opened(turn)
            case Shortcut() as what:
                return picked(turn, what)
    except NotAllowedError as error:
        return not_allowed(error)
    except NotOneError as error:
        return error.reply
