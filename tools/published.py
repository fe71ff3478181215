"""Fetches what others publish with npm and the tests hold us to; nothing of it is kept in this repository.

Run as `python -m tools.published [name ...]`; needs npm, and its registry within reach. Every package has one version
and one checksum, and lies in `.published/` afterwards. Exits 1 with one sentence where it cannot be had.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = ".published"


@dataclass(frozen=True, slots=True)
class Package:
    """One version of a package, and the SHA-512 of its archive as npm writes it down."""

    spec: str
    sha512: str


PACKAGES = {
    "app-manifest": Package(  # the schemas that Teams' app packages are held to
        "@microsoft/app-manifest@1.1.2",
        "uXdmYzhIcchi3Tc9Sh3pTDMe55zy7ge19bnYCGB1gzuyha85Ii7wfdTruwEhqseaX9pwsWDRB5Ot/ltv0rCONw==",
    ),
    "adaptivecards": Package(  # draws cards for the pictures of docs/teams.md
        "adaptivecards@3.0.6",
        "WDCIb2WXZ7cOHJ9HIHRNdhSt861HySVOdN2xPk2aKHAF3JvD8QGQ8/XcNFrDJxCteOog8MM7EBlXfSAR8JXKAg==",
    ),
}
"""What can be fetched, by the name of its folder."""


class NotFetched(Exception):
    """A package cannot be had; the text is one sentence."""


def place_of(root: Path, name: str) -> Path:
    """Where a package lies once it was fetched."""
    return root / FOLDER / name


def fetch(root: Path, name: str) -> Path:
    """Have a package in its place, from a former time or from npm. Raises `NotFetched`."""
    package, place = PACKAGES[name], place_of(root, name)
    mark = place / ".sha512"
    if mark.is_file() and mark.read_text(encoding="utf-8") == package.sha512:
        return place
    with tempfile.TemporaryDirectory() as folder:
        archive = _packed(package, Path(folder))
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != package.sha512:
            raise NotFetched(f"{package.spec} is not what it was: its SHA-512 is {found}, not {package.sha512}.")
        shutil.rmtree(place, ignore_errors=True)
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="data")
    mark.write_text(package.sha512, encoding="utf-8")
    return place


def _packed(package: Package, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched(f"There is no npm here, and {package.spec} comes from its registry; install Node.js with npm.")
    asked = [npm, "pack", "--json", "--ignore-scripts", "--pack-destination", str(folder), package.spec]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode != 0:
        last = next(
            (line for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit code {done.returncode}"
        )
        raise NotFetched(f"npm does not bring {package.spec}: {last.strip()}")
    return folder / str(json.loads(done.stdout)[0]["filename"]).replace("@", "").replace("/", "-")


def main() -> None:
    """Fetch what is named, or everything."""
    root = Path(__file__).resolve().parents[1]
    try:
        for name in sys.argv[1:] or PACKAGES:
            if name not in PACKAGES:
                raise NotFetched(f"{name} is not known here; there is {', '.join(PACKAGES)}.")
            fetch(root, name)
    except NotFetched as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
