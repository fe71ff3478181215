"""The app package: what Teams publishes about it, what Okra really does, and every way to get it wrong."""

import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.handlers.verbs import CHINESE, Verb, is_plain, split, without_prefix
from bot.platforms.teams.news import MEETING_START
from bot.platforms.teams.package import TEMPLATES, Order, package
from bot.platforms.teams.package_checks import PackageProblem
from tools.published import place_of

ROOT = Path(__file__).resolve().parents[3]
DOCS = (ROOT / "docs" / "teams.md").read_text(encoding="utf-8")
SCHEMAS = place_of(ROOT, "app-manifest") / "package" / "build" / "json-schemas" / "teams" / "v1.22"
APP = "1f2e3d4c-5b6a-4789-8abc-0123456789ab"
ORDER = Order(APP, "okra.example.com")

needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="Teams' published schema is not here: python -m tools.published app-manifest"
)


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def manifest() -> dict[str, Any]:
    found = json.loads(files(package(ORDER))["manifest.json"])
    assert isinstance(found, dict)
    return found


def words() -> dict[str, str]:
    found = json.loads(files(package(ORDER))["zh.json"])
    assert isinstance(found, dict)
    return found


def problems(document: Any, schema: str) -> list[str]:
    """What Teams' own schema says against a document."""
    validator = jsonschema.Draft4Validator(json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))
    return [f"{error.json_path}: {error.message[:60]}" for error in validator.iter_errors(document)]


# --- the published schema -------------------------------------------------------------------------


@needs_schemas
def test_the_manifest_fits_the_published_schema() -> None:
    assert problems(manifest(), "MicrosoftTeams.schema.json") == []


@needs_schemas
def test_the_other_language_fits_the_published_schema() -> None:
    assert problems(words(), "MicrosoftTeams.Localization.schema.json") == []


@needs_schemas
@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda one: one.update(id="okra"), "$.id"),
        (lambda one: one.pop("icons"), "$"),
        (lambda one: one["name"].update(short="Okra" * 8), "$.name.short"),
        (lambda one: one["bots"][0].update(scopes=["personal", "everywhere"]), "$.bots[0].scopes[1]"),
        (lambda one: one["bots"][0].update(speaks=True), "$.bots[0]"),
        (lambda one: one["bots"][0]["commandLists"][0]["commands"].append({"title": "a", "description": "b"}), ""),
        (lambda one: one.update(accentColor="green"), "$.accentColor"),
    ],
)
def test_the_published_schema_notices_what_is_wrong(spoil: Callable[[dict[str, Any]], object], where: str) -> None:
    spoilt = manifest()
    spoil(spoilt)

    assert any(one.startswith(where) for one in problems(spoilt, "MicrosoftTeams.schema.json"))


# --- what it says, and what Okra does ---------------------------------------------------------------


def test_everything_lies_at_the_root_and_carries_the_id_of_the_registration() -> None:
    assert sorted(files(package(ORDER))) == ["color.png", "manifest.json", "outline.png", "zh.json"]
    found = manifest()
    assert (found["id"], found["bots"][0]["botId"], found["webApplicationInfo"]["id"]) == (APP, APP, APP)


def test_the_same_order_makes_the_same_bytes() -> None:
    assert package(ORDER) == package(Order(APP.upper(), "https://okra.example.com/"))


def test_links_lead_to_the_host_unless_something_else_is_said() -> None:
    assert manifest()["developer"] == {
        "name": "Okra",
        "websiteUrl": "https://okra.example.com",
        "privacyUrl": "https://okra.example.com",
        "termsOfUseUrl": "https://okra.example.com",
    }
    order = Order(APP, "okra.example.com", developer='Blue "bird"', privacy="https://bluebird.example/privacy")
    told = json.loads(files(package(order))["manifest.json"])["developer"]
    assert (told["name"], told["privacyUrl"]) == ('Blue "bird"', "https://bluebird.example/privacy")


def test_it_is_met_in_personal_chats_teams_and_group_chats_and_does_nothing_that_is_not_built() -> None:
    (bot,) = manifest()["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert (bot["isNotificationOnly"], bot["supportsFiles"]) == (False, True)
    assert "validDomains" not in manifest(), "no page of ours is shown within Teams"
    assert "permissions" not in manifest()
    assert "composeExtensions" not in manifest()


def titles() -> list[tuple[str, str]]:
    """Every command that is offered, in English and Chinese."""
    found = []
    for first, one in enumerate(manifest()["bots"][0]["commandLists"]):
        for second, command in enumerate(one["commands"]):
            path = f"bots[0].commandLists[{first}].commands[{second}].title"
            found.append((command["title"], words()[path]))
    return found


@pytest.mark.parametrize(("english", "chinese"), titles())
def test_every_offered_command_is_one_of_okra_s_in_both_languages(english: str, chinese: str) -> None:
    assert is_plain(english)
    assert is_plain(chinese)
    if english == "okr":
        assert (chinese, without_prefix(english)) == ("okr", "")
        return
    verb = split(english).verb
    assert isinstance(verb, Verb)
    assert split(chinese).verb is verb
    assert chinese.split()[0] == CHINESE[verb]


def test_every_scope_has_one_list_of_commands() -> None:
    lists = manifest()["bots"][0]["commandLists"]
    assert sorted(scope for one in lists for scope in one["scopes"]) == ["groupChat", "personal", "team"]


def test_every_permission_is_justified_in_the_docs_and_no_other() -> None:
    asked = manifest()["authorization"]["permissions"]["resourceSpecific"]
    assert {one["type"] for one in asked} == {"Application"}
    table = DOCS.partition("## What an admin consents to, and why")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    assert [row[1].strip().strip("`") for row in rows] == [one["name"] for one in asked]
    assert all(len(row[3].split()) >= 4 for row in rows), "each with its reason"


def test_what_the_permissions_are_for_is_listened_to() -> None:
    assert MEETING_START == "application/vnd.microsoft.meetingStart"


# --- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (Order("", "okra.example.com"), "'' is no app id; it is the application (client) id of your Azure Bot"),
        (Order("okra", "okra.example.com"), "'okra' is no app id"),
        (Order("00000000-0000-0000-0000-000000000000", "okra.example.com"), "is no app id"),
        (
            Order(APP, "http://okra.example.com"),
            "The host (--host or BASE_URL) is 'http://okra.example.com', but Teams takes addresses that",
        ),
        (Order(APP, "okra example com"), "The host (--host or BASE_URL) is 'https://okra example com', but"),
        (Order(APP, "https://localhost:3978"), "Teams cannot reach 'https://localhost:3978': the host is the public"),
        (Order(APP, "https://"), "The host (--host or BASE_URL) is 'https:', but"),
        (Order(APP, "okra.example.com", privacy="bluebird.example"), "--privacy is 'bluebird.example', but"),
        (Order(APP, "okra.example.com", version="2"), "'2' is no version; write three numbers"),
        (Order(APP, "okra.example.com", developer=""), "developer.name is empty in manifest.json."),
        (Order(APP, "okra.example.com", developer="B" * 33), "developer.name has 33 characters; Teams takes 32."),
    ],
)
def test_an_order_that_teams_would_not_take(order: Order, sentence: str) -> None:
    with pytest.raises(PackageProblem, match=re.escape(sentence)):
        package(order)


def png(width: int, height: int, pixel: bytes, colour: int = 6, scramble: int | None = None) -> bytes:
    """A picture of one colour, its first row as `pixel` says and the rest clear."""
    rows = b"\0" + pixel * width + (b"\0" + bytes(len(pixel)) * width) * (height - 1)
    if scramble is not None:
        rows = bytes([scramble]) + rows[1:]

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


WHITE = b"\xff\xff\xff\xff"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("color.png", png(100, 100, WHITE), "deploy/teams/color.png is 100x100; Teams wants 192x192."),
        ("color.png", b"GIF89a", "deploy/teams/color.png cannot be used: it is no PNG."),
        ("color.png", png(1, 1, WHITE)[:8], "deploy/teams/color.png cannot be used: it is a PNG without a head."),
        ("outline.png", png(192, 192, WHITE), "deploy/teams/outline.png is 192x192; Teams wants 32x32."),
        ("outline.png", png(32, 32, b"\xff\0\0\xff"), "deploy/teams/outline.png must be white on a transparent"),
        ("outline.png", png(32, 1, WHITE) + b"", "deploy/teams/outline.png is 32x1; Teams wants 32x32."),
        ("outline.png", png(32, 32, bytes(4)), "deploy/teams/outline.png must be white on a transparent"),
        ("outline.png", png(32, 32, b"\xff\xff\xff", 2), "outline.png cannot be used: its pixels are not 8-bit RGBA."),
        ("outline.png", png(32, 32, WHITE, scramble=9), "one of its rows is kept in an unknown way."),
        ("manifest.json", b"{", "deploy/teams/manifest.json is no JSON: "),
        ("manifest.json", b"[]", "deploy/teams/manifest.json is no JSON object."),
        ("zh.json", b'{"name.short": "Okra"}', "deploy/teams/zh.json says nothing of bots[0].commandLists[0]"),
    ],
)
def test_files_that_teams_would_not_take(tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "teams")
    (tmp_path / "teams" / name).write_bytes(data)

    with pytest.raises(PackageProblem, match=re.escape(sentence)):
        package(ORDER, tmp_path / "teams")


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "teams")
    (tmp_path / "teams" / "outline.png").unlink()

    with pytest.raises(
        PackageProblem, match=r"^deploy/teams/outline\.png cannot be read: No such file or directory\.$"
    ):
        package(ORDER, tmp_path / "teams")


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("manifest.json", '"short": "Okra"', '"short": "${team}"', "manifest.json holds ${team}, which nobody fills"),
        ("manifest.json", '"title": "okr"', f'"title": "{"okr" * 11}"', "commands[0].title has 33 characters; Teams t"),
        ("manifest.json", '"outline"', '"line"', "manifest.json names no icons, or others than color and outline."),
        ("zh.json", '"name.short"', '"name.tiny"', "deploy/teams/zh.json says nothing of name.short."),
        ("zh.json", '"name.short"', '"extra": "x", "name.short"', "zh.json speaks of what is not there: extra."),
        ("zh.json", '"看板"', '" "', "commands[1].title is empty in deploy/teams/zh.json."),
        ("zh.json", '"看板"', f'"{"看板" * 17}"', "commands[1].title in zh.json has 34 characters; Teams takes 32."),
    ],
)
def test_words_that_teams_would_not_take(tmp_path: Path, name: str, old: str, new: str, sentence: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "teams")
    text = (tmp_path / "teams" / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "teams" / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackageProblem, match=re.escape(sentence)):
        package(ORDER, tmp_path / "teams")
