"""All topics that have a module of their own, as one table of verbs, buttons and forms."""

from collections.abc import Callable, Mapping

from bot.handlers import (
    agreed,
    agreeing,
    asking_owner,
    away_asked,
    away_form,
    exporting,
    health,
    members,
    next_steps,
    owning,
    pausing,
    picking,
    publishing,
    remarks,
    reporting,
    setting_up,
    settings,
    sharing,
    snoozing,
    starting,
    wins,
)
from bot.handlers.order import Order, Topic
from bot.handlers.verbs import Verb
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Submitted

TOPICS: tuple[Topic, ...] = (
    agreed.TOPIC,
    agreeing.TOPIC,
    asking_owner.TOPIC,
    away_form.TOPIC,
    away_asked.TOPIC,
    exporting.TOPIC,
    health.TOPIC,
    members.TOPIC,
    next_steps.TOPIC,
    owning.TOPIC,
    pausing.TOPIC,
    picking.TOPIC,
    publishing.TOPIC,
    remarks.TOPIC,
    reporting.TOPIC,
    setting_up.TOPIC,
    settings.TOPIC,
    sharing.TOPIC,
    snoozing.TOPIC,
    starting.TOPIC,
    wins.TOPIC,
)
VERBS: Mapping[Verb, Callable[[Order], Reply]] = {verb: does for topic in TOPICS for verb, does in topic.verbs.items()}
BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    action: does for topic in TOPICS for action, does in topic.buttons.items()
}
FORMS: Mapping[str, Callable[[Turn, Submitted], Reply]] = {
    name: does for topic in TOPICS for name, does in topic.forms.items()
}
