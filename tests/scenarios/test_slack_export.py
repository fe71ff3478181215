"""`/okr export` in Slack: the file itself, with the rights of whoever asks at that moment."""

from tests.fakes.slack import TOKEN, SlackFake
from tests.scenarios.running import Running
from tests.scenarios.test_slack_show import nobody_waits, okra, slack

__all__ = ["nobody_waits", "okra", "slack"]


async def test_the_file_lies_in_the_direct_messages_of_whoever_asked(okra: Running, slack: SlackFake) -> None:
    answer = await slack.command("export json", user="U3LI")
    await okra.settled()

    (file,) = slack.workspace.files.values()
    assert answer.text == ""
    assert (file.name, file.channel) == ("okrs-gro.json", "D3LI")
    assert file.data is not None
    assert b"Self-serve renewals" in file.data
    assert "with their history" in slack.texts("D3LI")[-1]
    assert [use["text"] for use in slack.responses] == ["The file is in your direct messages with me."]


async def test_without_leave_to_upload_the_answer_is_as_it_was(okra: Running, slack: SlackFake) -> None:
    slack.tokens[TOKEN].scopes = {"chat:write", "commands", "im:write", "users:read"}

    await slack.command("导出 csv", user="U3LI")
    await okra.settled()

    (said,) = slack.responses
    assert "app.py export --format csv" in said["text"]
    assert slack.workspace.files == {}
