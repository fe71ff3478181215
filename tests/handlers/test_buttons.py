"""Every button in a message does something: no template offers what nobody handles."""

import re
from pathlib import Path

from bot.handlers.buttons import GONE
from bot.handlers.naming import NotOneError
from bot.handlers.notices import ACTIONS
from bot.handlers.pressed import pressed
from bot.handlers.topics import BUTTONS
from bot.intake.conversation import Answer
from bot.intake.inbound import Pressed
from tests.handlers.talk import Talk

TEMPLATES = Path(__file__).parents[2] / "bot" / "cards" / "templates"
NAMED_BY_HANDLERS = {"board", "digest_preview", "digest_now", "form_all", "form_kr", "next_step"}
"""What stands for `{{ action }}`: the choice of a team, and forms that could not be opened at once."""


def offered() -> set[str]:
    """The actions that the templates name."""
    found = {
        name for path in TEMPLATES.glob("*.xml") for name in re.findall(r'action="([a-z_]+)"', path.read_text("utf-8"))
    }
    return found | NAMED_BY_HANDLERS


def unknown(talk: Talk, action: str) -> bool:
    """True if no function stands behind the action: what it says is what a made-up one says.

    A button of a topic may say the same where its value leads nowhere, and is handled all the same.
    """
    talk.office.session.flush()
    source = Path(pressed.__code__.co_filename).read_text("utf-8")
    try:
        reply = pressed(talk.turn(talk.office.mei), Pressed(action, "mine"))
    except NotOneError:
        return False
    gone = isinstance(reply, Answer) and reply.data.get("msgid") == GONE
    return gone and f'"{action}"' not in source and action not in ACTIONS and action not in BUTTONS


def test_every_action_of_every_template_is_handled(talk: Talk) -> None:
    talk.office.renewals()
    actions = offered()

    assert len(actions) > 20
    assert {action for action in actions if unknown(talk, action)} == set()
    assert unknown(talk, "made_up")
