"""Prints what an extra of `pyproject.toml` asks for, a line each: `python -m tools.extra NAME`."""

import sys
import tomllib
from pathlib import Path


def main(arguments: list[str]) -> int:
    """For `make lock`, which makes a lock of the extra alone. Returns the exit code."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    sys.stdout.write("".join(f"{line}\n" for line in project["optional-dependencies"][arguments[0]]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
