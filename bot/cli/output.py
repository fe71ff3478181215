"""How commands speak: answers on stdout, one clear sentence on stderr where something is wrong."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.settings import SettingsProblem
from storage.problems import StorageProblem

WRONG = 2
"""The exit code of a command that could not do what it was asked."""


class CommandProblem(Exception):
    """A command cannot do what it was asked; the text is one sentence that says why and what to do.

    `lines` are shown before it, one each.
    """

    def __init__(self, sentence: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.lines = lines


def say(text: str = "") -> None:
    """A line of the answer."""
    typer.echo(text)


def complain(text: str) -> None:
    """A line about what is wrong."""
    typer.echo(text, err=True)


def is_terminal() -> bool:
    """Whether somebody looks at stdout; otherwise it goes into a pipe or a file."""
    return sys.stdout.isatty()


@contextmanager
def plainly() -> Iterator[None]:
    """Let a command end with one sentence on stderr and exit code 2, never with a traceback, for what people cause."""
    try:
        yield
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); nothing is left to be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except (SettingsProblem, StorageProblem, CommandProblem) as problem:
        for line in problem.lines if isinstance(problem, CommandProblem) else ():
            complain(line)
        complain(str(problem))
        raise typer.Exit(WRONG) from None
