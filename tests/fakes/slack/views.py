"""`views.*`: modals behind their triggers, home pages, hashes that conflict; and what a form holds when it is sent."""

import json
import time
from collections.abc import Mapping
from typing import Any

from tests.fakes import block_kit
from tests.fakes.slack.pictures import pictures
from tests.fakes.slack.state import Ask, State, Trigger, Workspace
from tests.fakes.slack.values import APP_ID, Json, Refusal, faults

DEEPEST = 3
"""How many modals stand on each other at most."""

_LARGEST = 250_000


def open_modal(ask: Ask) -> Json:
    """views.open"""
    trigger = _used(ask)
    view = _checked(ask, "modal")
    stored = _store(ask.state, ask.workspace, view, trigger.user)
    stored["root_view_id"] = stored["id"]
    return {"view": stored}


def push(ask: Ask) -> Json:
    """views.push"""
    trigger = _used(ask)
    below = find(ask.workspace, trigger.view or "")
    if below is None:
        raise Refusal("invalid_arguments")
    return {"view": put_on(ask.state, ask.workspace, below, _checked(ask, "modal"))}


def put_on(state: State, workspace: Workspace, below: Json, view: Json) -> Json:
    """Show a modal on top of another one."""
    stack = [each for each in _stack(workspace) if each["root_view_id"] == below["root_view_id"]]
    if len(stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    stored = _store(state, workspace, view, below["viewer"])
    stored |= {"root_view_id": below["root_view_id"], "previous_view_id": below["id"]}
    return stored


def update(ask: Ask) -> Json:
    """views.update"""
    known = find(ask.workspace, ask.text("view_id"), ask.text("external_id"))
    if known is None or known["closed"]:
        raise Refusal("not_found")
    view = _checked(ask, known["type"])
    if ask.text("hash") not in ("", known["hash"]):
        raise Refusal("hash_conflict")
    return {"view": replace(ask.state, known, view)}


def publish(ask: Ask) -> Json:
    """views.publish"""
    user = ask.text("user_id")
    if user not in ask.workspace.people:
        raise Refusal("invalid_arguments")
    view = _checked(ask, "home")
    known = ask.workspace.homes.get(user)
    if known is None:
        known = _stored(ask.state, ask.workspace, view, user)
        known["root_view_id"] = known["id"]
        ask.workspace.homes[user] = known
    elif ask.text("hash") not in ("", known["hash"]):
        raise Refusal("hash_conflict")
    else:
        replace(ask.state, known, view)
    return {"view": known}


def replace(state: State, known: Json, view: Json) -> Json:
    """Give a view that is shown new content, and with it a new hash."""
    for name in ("blocks", "title", "submit", "close", "callback_id", "private_metadata", "notify_on_close"):
        known.pop(name, None)
    known |= {**view, "blocks": _named(state, view["blocks"]), "hash": _hash(state)}
    return known


def find(workspace: Workspace, view_id: str, external_id: str = "") -> Json | None:
    """A modal or home page by its id."""
    for view in (*workspace.views, *workspace.homes.values()):
        if view_id == view["id"] or (external_id and external_id == view.get("external_id")):
            return view
    return None


def shown(view: Mapping[str, Any]) -> Json:
    """A view as payloads have it: without what this fake notes for itself."""
    return {name: value for name, value in view.items() if name not in ("viewer", "closed")}


def filled(view: Mapping[str, Any], typed: Mapping[str, Any]) -> Json:
    """The state of a form: what was typed, and for the other fields what stood in them, as Slack sends every field."""
    values: Json = {}
    for block in view.get("blocks", ()):
        if block.get("type") == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _untouched(element)}
    return {"values": values | {name: dict(value) for name, value in typed.items()}}


def checked_view(state: State, workspace: Workspace, view: Any, kind: str) -> Json:
    """A view as far as Slack takes it."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError as error:
            raise Refusal("invalid_arguments") from error
    if not isinstance(view, dict) or view.get("type") != kind or not isinstance(view.get("blocks"), list):
        raise faults("invalid_arguments", [f"view: no {kind} with blocks"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > _LARGEST:
        raise Refusal("view_too_large")
    problems = block_kit.view_problems(view, pictures(state, workspace))
    if problems:
        in_blocks = any(problem.startswith("block") for problem in problems)
        raise faults("invalid_blocks" if in_blocks else "invalid_arguments", problems)
    return view


def _checked(ask: Ask, kind: str) -> Json:
    return checked_view(ask.state, ask.workspace, ask.arguments.get("view"), kind)


def _used(ask: Ask) -> Trigger:
    trigger = ask.state.triggers.get(ask.text("trigger_id"))
    if trigger is None or trigger.team != ask.workspace.team:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    trigger.used = True
    if time.monotonic() - trigger.issued > ask.state.trigger_lifetime:
        raise Refusal("expired_trigger_id")
    return trigger


def _store(state: State, workspace: Workspace, view: Json, user: str) -> Json:
    workspace.views.append(_stored(state, workspace, view, user))
    return workspace.views[-1]


def _stored(state: State, workspace: Workspace, view: Json, user: str) -> Json:
    return {
        **view,
        "blocks": _named(state, view["blocks"]),
        "id": f"V{next(state.count)}",
        "team_id": workspace.team,
        "app_id": APP_ID,
        "bot_id": workspace.bot_id,
        "hash": _hash(state),
        "state": {"values": {}},
        "previous_view_id": None,
        "viewer": user,
        "closed": False,
    }


def _stack(workspace: Workspace) -> list[Json]:
    return [view for view in workspace.views if not view["closed"]]


def _named(state: State, blocks: list[Json]) -> list[Json]:
    """Slack gives every block a name that has none."""
    return [block if "block_id" in block else {**block, "block_id": f"b{next(state.count)}"} for block in blocks]


def _hash(state: State) -> str:
    return f"{next(state.count)}.h"


def _untouched(element: Mapping[str, Any]) -> Json:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "static_select" | "radio_buttons":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "multi_users_select":
            return {"type": kind, "selected_users": element.get("initial_users", [])}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user")}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case _:
            raise AssertionError(f"What does Slack send for an untouched {kind}?")


METHODS = {"views.open": open_modal, "views.push": push, "views.update": update, "views.publish": publish}
