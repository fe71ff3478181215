"""Teams' app package: `deploy/teams` filled in for one registration and host, checked, and packed."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.platforms.teams.config import is_loopback
from bot.platforms.teams.package_checks import PackageProblem, check_icon, check_manifest, check_words

TEMPLATES = Path(__file__).resolve().parents[3] / "deploy" / "teams"
MANIFEST = "manifest.json"
VERSION = "1.0.0"
_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NOBODY = "00000000-0000-0000-0000-000000000000"
_HOLE = re.compile(r"\$\{([a-z_]+)\}")
_NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same order makes the same bytes."""


@dataclass(frozen=True, slots=True)
class Order:
    """For whom a package is made. Links that are empty lead to the host itself."""

    app_id: str
    host: str
    """`okra.example.com`, or the whole address."""
    developer: str = "Okra"
    website: str = ""
    privacy: str = ""
    terms: str = ""
    version: str = VERSION

    @property
    def base_url(self) -> str:
        """The address, without a slash at its end."""
        return (self.host if "://" in self.host else f"https://{self.host}").rstrip("/")


def package(order: Order, templates: Path = TEMPLATES) -> bytes:
    """The zip. Raises `PackageProblem` with one sentence on what is wrong with the order or with the files."""
    _check_order(order)
    manifest = _filled(_json(templates, MANIFEST), _values(order))
    check_manifest(manifest)
    files = {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"}
    for kind, name in manifest["icons"].items():
        files[name] = _bytes(templates, name)
        check_icon(kind, name, files[name])
    for language in manifest.get("localizationInfo", {}).get("additionalLanguages", ()):
        name = language["file"]
        words = _json(templates, name)
        check_words(manifest, name, words)
        files[name] = json.dumps(words, ensure_ascii=False, indent=2).encode() + b"\n"
    return _packed(files)


def _check_order(order: Order) -> None:
    if not _GUID.fullmatch(order.app_id) or order.app_id == _NOBODY:
        raise PackageProblem(
            f"'{order.app_id}' is no app id; it is the application (client) id of your Azure Bot, such as "
            "1f2e3d4c-5b6a-4789-8abc-0123456789ab."
        )
    links = {"The host (--host or BASE_URL)": order.base_url}
    links |= {"--website": order.website, "--privacy": order.privacy, "--terms": order.terms}
    for option, link in links.items():
        if link and not _is_https(link):
            raise PackageProblem(f"{option} is '{link}', but Teams takes addresses that begin with https:// alone.")
    if is_loopback(urlsplit(order.base_url).hostname):
        raise PackageProblem(f"Teams cannot reach '{order.base_url}': the host is the public address of Okra.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", order.version):
        raise PackageProblem(f"'{order.version}' is no version; write three numbers, such as 1.0.1.")


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", link) and parts.port != 0
    except ValueError:
        return False


def _values(order: Order) -> dict[str, str]:
    return {
        "app_id": order.app_id.lower(),
        "base_url": order.base_url,
        "developer": order.developer,
        "website": order.website or order.base_url,
        "privacy": order.privacy or order.base_url,
        "terms": order.terms or order.base_url,
        "version": order.version,
    }


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """A piece of the manifest with every `${name}` in its texts filled in."""
    if isinstance(value, dict):
        return {key: _filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    if not isinstance(value, str):
        return value
    unknown = [name for name in _HOLE.findall(value) if name not in values]
    if unknown:
        raise PackageProblem(f"{MANIFEST} holds ${{{unknown[0]}}}, which nobody fills in.")
    return _HOLE.sub(lambda found: values[found[1]], value)


def _bytes(templates: Path, name: str) -> bytes:
    try:
        return (templates / name).read_bytes()
    except OSError as error:
        raise PackageProblem(f"deploy/teams/{name} cannot be read: {error.strerror}.") from error


def _json(templates: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(templates, name))
    except ValueError as error:
        raise PackageProblem(f"deploy/teams/{name} is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise PackageProblem(f"deploy/teams/{name} is no JSON object.")
    return found


def _packed(files: Mapping[str, bytes]) -> bytes:
    """Everything at the root of the zip, in the same order and with the same times whoever packs it."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NEVER)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return into.getvalue()
