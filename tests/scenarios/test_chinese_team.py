"""The same week in Chinese: asked at ten in Shanghai, answered in Chinese, opened by a Chinese board."""

from decimal import Decimal

from tests.scenarios.week import Pretend, Week

SHANGHAI = "Asia/Shanghai"


async def test_the_question_comes_in_chinese_at_ten_in_shanghai(elsewhere: Week, lin: Pretend) -> None:
    await elsewhere.at("2026-11-13 09:59", SHANGHAI)
    assert lin.count() == 0

    await elsewhere.at("2026-11-13 10:00", SHANGHAI)
    lin.sees("每周更新 · 华东组 · 第 7/13 周", "KR1 · 新签约门店", "到 12月31日 会落在哪？", "👍 不变，还是 12家")


async def test_an_answer_in_chinese_is_read_and_echoed_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    await elsewhere.at("2026-11-13 10:00", SHANGHAI)

    await lin.types("13家，卡在装修")

    (row,) = elsewhere.said_of("TEA-1")
    assert (row.value, row.blocked) == (Decimal(13), True)
    lin.sees("✓ 已更新 KR1 12家 → 13家", "卡在装修", "[撤销]")


async def test_the_digest_opens_the_meeting_in_the_team_s_language(elsewhere: Week, lin: Pretend) -> None:
    await elsewhere.at("2026-11-13 10:00", SHANGHAI)
    await lin.taps("0.7")
    await elsewhere.at("2026-11-16 09:20", SHANGHAI)

    east = elsewhere.channel("#huadong")
    assert east.count() == 1
    east.sees("华东组 · OKR 看板", "KR1 新签约门店", "已更新 1/1")


async def test_a_reminder_comes_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    await elsewhere.at("2026-11-13 16:00", SHANGHAI)

    lin.sees("周一的看板还差一个：KR1")
