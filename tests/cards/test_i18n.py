"""How a sentence is filled: a Latin name beside 汉字 gets its space, a Chinese one gets none."""

import pytest
from markupsafe import Markup

from bot.cards.i18n import fill


@pytest.mark.parametrize(
    ("message", "value", "told"),
    [
        ("联系不上{name}", "Ana", "联系不上 Ana"),
        ("联系不上{name}", "小林", "联系不上小林"),
        ("{name}把你设为负责人", "Mei", "Mei 把你设为负责人"),
        ("{name}把你设为负责人", "小林", "小林把你设为负责人"),
        ("现在由{name}负责", "Mei", "现在由 Mei 负责"),
        ("现在由 {name} 负责", "Mei", "现在由 Mei 负责"),
        ("卡在{name}", "the new order form", "卡在 the new order form"),
        ("{name}的看板", "GRO-2", "GRO-2 的看板"),
        ("{name}的看板", "华东 A组", "华东 A组的看板"),
        ("你的{name}：", "Ana", "你的 Ana："),
        ("问问{name}", "Łukasz", "问问 Łukasz"),
        ("共{name}个", "3", "共3个"),
        ("已到{name}了", "28%", "已到28%了"),
        ("{name} says so", "Ana", "Ana says so"),
        ("现在由{name}负责", "", "现在由负责"),
    ],
)  # fmt: skip
def test_a_latin_name_stands_apart_from_chinese_words(message: str, value: str, told: str) -> None:
    assert fill(message, {"name": value}) == told


def test_the_tags_around_a_name_are_no_part_of_it() -> None:
    assert fill("现在由{name}负责", {"name": Markup("<b>Mei</b>")}) == "现在由 <b>Mei</b> 负责"
