"""`users.*`, `bots.info`, and who a token speaks for."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.state import Ask
from tests.fakes.slack.values import APP_ID, Json, Refusal


def user(ask: Ask) -> Json:
    """users.info"""
    found = _everybody(ask).get(ask.text("user"))
    if found is None:
        raise Refusal("user_not_found")
    return {"user": _shown(ask, found)}


def users(ask: Ask) -> Json:
    """users.list"""
    return ask.page("members", [_shown(ask, each) for each in _everybody(ask).values()])


def bot(ask: Ask) -> Json:
    """bots.info"""
    if ask.text("bot") not in ("", ask.workspace.bot_id):
        raise Refusal("bot_not_found")
    own = ask.workspace
    return {"bot": {"id": own.bot_id, "app_id": APP_ID, "user_id": own.bot_user, "name": "okra", "deleted": False}}


def test(ask: Ask) -> Json:
    """auth.test"""
    own = ask.workspace
    found: Json = {
        "url": f"{ask.state.base_url()}/",
        "team": own.name,
        "team_id": own.team,
        "user": "okra",
        "user_id": own.bot_user,
        "bot_id": own.bot_id,
        "is_enterprise_install": ask.token.team is None,
    }
    return found | ({"enterprise_id": own.enterprise} if own.enterprise else {})


def revoke(ask: Ask) -> Json:
    """auth.revoke"""
    if not ask.flag("test"):
        ask.token.lost = "token_revoked"
    return {"revoked": not ask.flag("test")}


def _everybody(ask: Ask) -> dict[str, Json]:
    return {**ask.workspace.people, ask.workspace.bot_user: ask.workspace.bot()}


def _shown(ask: Ask, person: Mapping[str, Any]) -> Json:
    shown = {**person, "profile": dict(person["profile"])}
    if not ask.flag("include_locale"):
        shown.pop("locale", None)
    if ask.token.scopes is not None and "users:read.email" not in ask.token.scopes:
        shown["profile"].pop("email", None)
    return shown


METHODS = {
    "users.info": user,
    "users.list": users,
    "bots.info": bot,
    "auth.test": test,
    "auth.revoke": revoke,
}
