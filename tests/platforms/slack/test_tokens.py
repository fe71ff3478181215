"""Tokens are kept so that only the same secret, and only for the same workspace, brings them back."""

import pytest

from bot.platforms.slack.tokens import Tokens, TokenUnreadable

TOKENS = Tokens("a secret of thirty-two characters")
OTHER = Tokens("another secret of the same length")
TOKEN = "xoxb-pretend-token"


def test_a_token_comes_back_as_it_was() -> None:
    sealed = TOKENS.seal("T1", TOKEN)

    assert TOKENS.open("T1", sealed) == TOKEN
    assert TOKEN not in sealed
    assert sealed != TOKENS.seal("T1", TOKEN)


@pytest.mark.parametrize(
    "sealed", [OTHER.seal("T1", TOKEN), "", "xoxb-in-the-clear", TOKENS.seal("T1", TOKEN)[:-4], "é"]
)
def test_another_key_or_something_else_is_one_sentence(sealed: str) -> None:
    with pytest.raises(TokenUnreadable) as problem:
        TOKENS.open("T1", sealed)

    assert str(problem.value) == (
        "The token of the Slack workspace T1 cannot be read with this SECRET_KEY; set the one that it was kept with, "
        "or install Okra there again."
    )


def test_what_was_kept_for_one_workspace_is_not_read_for_another() -> None:
    with pytest.raises(TokenUnreadable, match="is that of another one"):
        TOKENS.open("T2", TOKENS.seal("T1", TOKEN))
