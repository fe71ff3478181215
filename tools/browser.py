"""Finds the machine's own Chromium for the tests in tests/browser and the pictures; none is ever downloaded.

Run as `python -m tools.browser [--install]`; exits 1 with a sentence where there is none. `--install` installs
Debian's first, which needs root or a sudo that asks for no password.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NONE_HERE = "There is no Chromium here; on Debian and Ubuntu say 'apt-get install chromium'."
STEPS = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "chromium"))


def find() -> str | None:
    """Where Chromium is, or Chrome."""
    return next((path for name in (*NAMES, *ELSEWHERE) if (path := shutil.which(name)) is not None), None)


def install() -> None:
    """Install Debian's. Raises OSError and `subprocess.CalledProcessError`."""
    before: Sequence[str] = () if os.geteuid() == 0 else ("sudo", "-n")
    for step in STEPS:
        subprocess.run(  # noqa: S603 - two commands of our own
            [*before, *step],
            check=True,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )


def main(arguments: list[str]) -> int:
    """Say what is wrong, if anything is. Returns the exit code."""
    if find() is None and "--install" in arguments:
        try:
            install()
        except (OSError, subprocess.CalledProcessError) as error:
            sys.stdout.write(f"Chromium could not be installed: {error}\n")
    if find() is None:
        sys.stdout.write(f"{NONE_HERE}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
