"""All topics that have a module of their own, as one table of verbs, buttons and forms."""

from collections.abc import Callable, Mapping

from bot.handlers import (
    adding,
    agreed,
    agreeing,
    asking_owner,
    away_asked,
    away_form,
    changing,
    changing_objectives,
    checking,
    dropping,
    dropping_objectives,
    exporting,
    filling_in,
    health,
    importing,
    members,
    merging,
    next_steps,
    owning,
    pasting,
    pausing,
    picking,
    publishing,
    publishing_one,
    remarks,
    replacing,
    reporting,
    saving,
    setting_up,
    settings,
    sharing,
    snoozing,
    starting,
    taking_back,
    telling,
    wins,
    workspace_settings,
)
from bot.handlers.order import Order, Topic
from bot.handlers.verbs import Verb
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Submitted

TOPICS: tuple[Topic, ...] = (
    adding.TOPIC,
    filling_in.TOPIC,
    saving.TOPIC,
    agreed.TOPIC,
    agreeing.TOPIC,
    asking_owner.TOPIC,
    away_form.TOPIC,
    away_asked.TOPIC,
    changing.TOPIC,
    changing_objectives.TOPIC,
    checking.TOPIC,
    dropping.TOPIC,
    dropping_objectives.TOPIC,
    exporting.TOPIC,
    health.TOPIC,
    importing.TOPIC,
    members.TOPIC,
    merging.TOPIC,
    next_steps.TOPIC,
    owning.TOPIC,
    pasting.TOPIC,
    pausing.TOPIC,
    picking.TOPIC,
    publishing.TOPIC,
    publishing_one.TOPIC,
    remarks.TOPIC,
    replacing.TOPIC,
    reporting.TOPIC,
    setting_up.TOPIC,
    settings.TOPIC,
    sharing.TOPIC,
    snoozing.TOPIC,
    starting.TOPIC,
    taking_back.TOPIC,
    telling.TOPIC,
    wins.TOPIC,
    workspace_settings.TOPIC,
)
VERBS: Mapping[Verb, Callable[[Order], Reply]] = {verb: does for topic in TOPICS for verb, does in topic.verbs.items()}
BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    action: does for topic in TOPICS for action, does in topic.buttons.items()
}
FORMS: Mapping[str, Callable[[Turn, Submitted], Reply]] = {
    name: does for topic in TOPICS for name, does in topic.forms.items()
}
