"""Where Slack's own chart block is tried, and what ends that."""

import pytest

from bot.delivery.port import Rejected
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.chart_blocks import NATIVE
from bot.platforms.slack.grants import Grant
from bot.platforms.slack.showing import Content, Showing, Way
from tests.fakes.slack import SlackFake
from tests.fakes.slack.values import TOKEN
from tests.platforms.slack.test_files import ANSWER

HERE, THERE = Grant("T1", TOKEN, scopes=frozenset()), Grant("T2", TOKEN, scopes=frozenset())


class Slack:
    """Takes what is said, unless it is set to refuse the next."""

    def __init__(self) -> None:
        self.refusal: Rejected | None = None
        self.heard: list[bool] = []
        """Of each that was said, whether it had Slack's own chart block."""

    async def say(self, content: Content) -> None:
        self.heard.append(any(block["type"] == NATIVE for block in content["blocks"]))
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal


async def said(showing: Showing, slack: Slack, grant: Grant) -> None:
    await showing.say(SlackApi(TOKEN), grant, ANSWER, slack.say, lambda _: Way(slack.say, replaces=True))


@pytest.mark.parametrize("refusal", ["Slack: invalid_blocks", 'Slack answered 400: {"error": "invalid_blocks"}'])
async def test_a_workspace_that_refuses_the_block_gets_it_no_more_and_the_others_do(refusal: str) -> None:
    showing, slack = Showing(native=True), Slack()
    slack.refusal = Rejected(refusal)

    for grant in (HERE, HERE, THERE):
        await said(showing, slack, grant)

    assert slack.heard == [True, False, False, True]
    assert not showing.must_be_heard(HERE, ANSWER)
    assert showing.must_be_heard(THERE, ANSWER)


async def test_any_other_refusal_says_nothing_about_the_chart() -> None:
    showing, slack = Showing(native=True), Slack()
    slack.refusal = Rejected('Slack answered 404: {"error": "expired_url"}')

    with pytest.raises(Rejected):
        await said(showing, slack, HERE)
    await said(showing, slack, HERE)

    assert slack.heard == [True, True]


async def test_what_slack_says_at_a_response_url_is_kept(slack: SlackFake) -> None:
    api, url = SlackApi(TOKEN, slack.api_url), slack.response_url("C1SALES")

    with pytest.raises(Rejected, match=r"400.*invalid_blocks"):
        await api.respond(url, {"text": "chart", "blocks": [{"type": "no_such_block"}]})
    with pytest.raises(Rejected, match=r"404.*expired_url"):
        await api.respond(f"{url}-of-yesterday", {"text": "chart"})

    await api.close()
