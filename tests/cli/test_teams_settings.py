"""Teams' settings: what goes together, what contradicts, and which tenants are let in."""

from pathlib import Path

import pytest

from bot.cli.connections import teams_connections
from bot.settings import Settings, SettingsProblem, read_settings
from tests.cli.conftest import Line

HOME = "12345678-90AB-cdef-1234-567890abcdef"
SISTER = "22222222-90ab-cdef-1234-567890abcdef"
APP = {"TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555"}
PASSWORD = {"TEAMS_APP_PASSWORD": "pretend-secret"}
TENANT = {"TEAMS_TENANT_ID": HOME}
MANY = {"TEAMS_ALLOWED_TENANTS": f"{SISTER}, {HOME},"}
IDENTITY = {"TEAMS_APP_TYPE": "UserAssignedMSI"}
MULTI = {"TEAMS_APP_TYPE": "MultiTenant"}
OPEN = {"TEAMS_DEVELOPMENT": "true"}


def read(line: Line, *parts: dict[str, str]) -> Settings:
    """The settings of an environment that holds `parts`."""
    for part in parts:
        line.set(**part)
    return read_settings(None)


@pytest.mark.parametrize(
    ("parts", "tenants"),
    [
        ((APP, PASSWORD, TENANT), [HOME.lower()]),
        ((APP, PASSWORD, TENANT, MANY), [HOME.lower(), SISTER]),
        ((APP, IDENTITY, TENANT), [HOME.lower()]),
        ((APP, IDENTITY, TENANT, MANY), [HOME.lower(), SISTER]),
        ((APP, PASSWORD, MULTI, TENANT), [HOME.lower()]),
        ((APP, PASSWORD, MULTI, MANY), [SISTER, HOME.lower()]),
        ((OPEN, TENANT), [HOME.lower()]),
    ],
)
def test_what_goes_together_and_who_is_let_in(
    line: Line, parts: tuple[dict[str, str], ...], tenants: list[str]
) -> None:
    settings = read(line, *parts)

    assert settings.has_teams
    assert [one.external_id for one in teams_connections(settings)] == tenants


NO_ID = (
    ", which is no tenant's id; Microsoft Entra shows it as Tenant ID, such as 12345678-90ab-cdef-1234-567890abcdef."
)
NO_PASSWORD = "TEAMS_APP_PASSWORD is not set; with TEAMS_APP_ID it is needed."
NO_TENANT = "TEAMS_TENANT_ID is not set; Okra only talks with tenants it was told of."


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            ({"TEAMS_APP_ID": "okra"}, PASSWORD, TENANT),
            "TEAMS_APP_ID holds 'okra', which is no app id; Azure shows it as Application (client) ID, such as "
            "12345678-90ab-cdef-1234-567890abcdef.",
        ),
        ((APP, TENANT), NO_PASSWORD),
        ((APP, MULTI, TENANT), NO_PASSWORD),
        ((APP, PASSWORD), NO_TENANT),
        ((APP, PASSWORD, MANY), NO_TENANT),
        ((APP, IDENTITY), NO_TENANT),
        (
            (APP, PASSWORD, MULTI),
            "TEAMS_ALLOWED_TENANTS is not set; Okra only talks with tenants it was told of, here or by "
            "TEAMS_TENANT_ID.",
        ),
        (
            (APP, PASSWORD, IDENTITY, TENANT),
            "TEAMS_APP_PASSWORD and TEAMS_APP_TYPE=UserAssignedMSI contradict each other: a managed identity has no "
            "password; leave it out.",
        ),
        ((PASSWORD, TENANT), "TEAMS_APP_ID is not set; TEAMS_APP_PASSWORD needs it."),
        ((IDENTITY, TENANT), "TEAMS_APP_ID is not set; TEAMS_APP_TYPE needs it."),
        ((TENANT,), "TEAMS_APP_ID is not set; TEAMS_TENANT_ID needs it."),
        ((MANY,), "TEAMS_APP_ID is not set; TEAMS_ALLOWED_TENANTS needs it."),
        (
            (APP, PASSWORD, TENANT, OPEN),
            "TEAMS_DEVELOPMENT and TEAMS_APP_ID contradict each other: without authentication there is no app id; "
            "leave one of them out.",
        ),
        (
            (OPEN, TENANT, {"HOST": "10.0.0.5"}),
            "TEAMS_DEVELOPMENT switches authentication off, so HOST must be 127.0.0.1.",
        ),
        ((APP, PASSWORD, {"TEAMS_TENANT_ID": "common"}), f"TEAMS_TENANT_ID holds 'common'{NO_ID}"),
        (
            (APP, PASSWORD, {"TEAMS_TENANT_ID": "contoso.example"}),
            f"TEAMS_TENANT_ID holds 'contoso.example'{NO_ID}",
        ),
        (
            (APP, PASSWORD, TENANT, {"TEAMS_ALLOWED_TENANTS": f"{SISTER},*"}),
            f"TEAMS_ALLOWED_TENANTS holds '*'{NO_ID}",
        ),
        (
            (APP, PASSWORD, {"TEAMS_TENANT_ID": f"{HOME},{SISTER}"}),
            "TEAMS_TENANT_ID is one tenant's id; further ones stand in TEAMS_ALLOWED_TENANTS.",
        ),
    ],
)
def test_what_is_missing_or_contradicts_is_one_sentence(
    line: Line, parts: tuple[dict[str, str], ...], sentence: str
) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read(line, *parts)

    assert str(problem.value) == sentence


def test_a_type_that_azure_does_not_have_is_named(line: Line) -> None:
    with pytest.raises(SettingsProblem, match=r"^TEAMS_APP_TYPE: .*'SingleTenant', 'UserAssignedMSI' or 'MultiTenant'"):
        read(line, APP, PASSWORD, TENANT, {"TEAMS_APP_TYPE": "Multitenant"})


def test_all_tenants_belong_to_the_workspace_that_is_imported(line: Line, tmp_path: Path) -> None:
    people = "people: [{handle: mei, name: Mei, address: {teams: mei-id}}]"
    team = "teams: [{key: GRO, name: Growth, lead: mei}]"
    (tmp_path / "okrs.yaml").write_text(f"workspace: {{name: TeeBee}}\n{people}\n{team}\n", encoding="utf-8")
    line.set(**APP, **PASSWORD, **TENANT, **MANY)

    ended = line.run("import", "okrs.yaml", "--yes")

    assert ended.code == 0, ended.complaint
    for tenant in (HOME.lower(), SISTER):
        assert f"Connects to Teams: the tenant {tenant}." in ended.out
