"""Names that are the same customer, and names that only look so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.domain.likeness import SAME, SHOWN, at_most, likeness, sought, sounds
from services.customer.domain.names import Name, taken_apart

names = st.text(
    st.sampled_from("河南省郑州市仁和堂大药房有限公司（二七路店）第一人民医院县 Ab1.号"), max_size=20
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("仁和堂大药房", "仁和堂大药房"),
        ("河南省郑州市仁和堂大药房有限公司", "仁和堂大药房"),
        ("仁和堂大药房有限公司", "仁和堂大药房有限责任公司"),
        ("仁和堂 大药房（有限公司）", "仁和堂大药房"),
        ("郑州市人民医院", "郑州人民医院"),
        ("九州通医药（河南）有限公司", "河南九州通医药有限公司"),
        ("老百姓大药房三分店", "老百姓大药房第3分店"),
        ("仁和堂（二七路店）", "仁和堂（二七路分店）"),
        ("ＡＢＣ医药", "abc医药"),
        ("杞县官渡镇卫生院", "杞县官渡卫生院"),
    ],
)
def test_names_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert likeness(one, other) >= SAME + 0.1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("仁和堂大药房", "仁合堂大药房"),
        ("张仲景大药房", "张仲锦大药房"),
        ("康复医院", "康福医院"),
        ("同仁堂药店", "同仁堂连锁药店"),
        ("仁和堂大药房", "仁和堂药房"),
        ("郑州九州通医药", "河南九州通医药"),
    ],
)
def test_names_that_sound_the_same_or_leave_something_out_are_nearly_the_same(one: str, other: str) -> None:
    assert SAME <= likeness(one, other) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("仁和堂大药房", "益寿堂大药房"),
        ("郑州仁和堂大药房", "洛阳仁和堂大药房"),
        ("郑州市第一人民医院", "郑州市第二人民医院"),
        ("中牟县人民医院", "新郑市人民医院"),
        ("北京朝阳区中医院", "北京海淀区中医院"),
        ("老百姓大药房一分店", "老百姓大药房二分店"),
        ("仁和堂（二七路店）", "仁和堂（建设路店）"),
        ("郑州市人民医院", "郑州市中医院"),
        ("官渡镇卫生院", "官渡乡卫生院"),
        ("官渡镇仁和诊所", "城关镇仁和诊所"),
    ],
)
def test_another_place_another_branch_and_another_number_make_another_customer(one: str, other: str) -> None:
    assert likeness(one, other) < SHOWN


@given(names, names)
def test_likeness_is_mutual_and_between_nothing_and_one(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= at_most(one, other) <= 1


@given(names)
def test_whatever_has_a_name_is_like_itself_and_found_under_its_own_sound(name: str) -> None:
    if taken_apart(name).own:
        assert likeness(name, name) == 1
        assert {pair for pairs in sought(name) for pair in pairs} <= set(sounds([name]))
        assert sought(name)


@given(
    names,
    names,
    st.dictionaries(st.sampled_from(sounds(["仁和堂", "二七仁和", "某某堂"])), st.floats(1, 5000)),
)
def test_whoever_has_half_of_a_names_pairs_is_found_by_those_that_are_sought(
    one: str, other: str, common: dict[str, float]
) -> None:
    mine, theirs = set(sounds([one])), set(sounds([other]))
    if mine and len(mine & theirs) * 2 >= len(mine):
        assert any(theirs.issuperset(pairs) for pairs in sought(one, common))


def test_pairs_that_few_have_are_sought_by_themselves_and_those_that_many_have_by_twos() -> None:
    common = {"^ ren": 2_000.0, "ren he": 90.0, "he $": 1_900.0}
    assert sought("仁和诊所", common) == [("ren he", "he $"), ("ren he", "^ ren"), ("he $", "^ ren")]
    assert sought("仁和诊所", common | {"he $": 100}) == [("ren he",), ("he $",)]


@pytest.mark.parametrize(("one", "other"), [("明恒", "民恒"), ("生源", "森源"), ("知安", "资安")])
def test_what_half_of_the_country_says_alike_is_looked_up_together(one: str, other: str) -> None:
    assert sounds([one]) == sounds([other])


# Words that end as places do.
@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("徐州市恩康社区卫生服务中心", "恩康"),
        ("鼓楼区幸福社区卫生服务站", "幸福"),
        ("好又多超市药店", "好又多超市"),
        ("恒生城市药房", "恒生城市"),
        ("红旗大药房", "红旗"),
        ("故乡缘大药房", "故乡缘"),
        ("仁和门市部", "仁和"),
        ("上海市上海市龙春诊所", "龙春"),
        ("沙依巴克区仁和大药房", "仁和"),
        ("大通回族土族自治县仁和诊所", "仁和"),
        ("科尔沁左翼中旗仁和药店", "仁和"),
        ("郑州高新技术产业开发区仁和诊所", "仁和"),
        ("中牟县官渡镇仁和诊所", "仁和"),
        ("武昌区水果湖街道办事处放鹰台社区卫生服务中心", "放鹰台"),
        ("官渡镇李庄村卫生室", "李庄村"),
    ],
)
def test_only_places_are_taken_off_a_name(name: str, own: str) -> None:
    assert taken_apart(name).own == own


def test_health_centres_of_one_city_are_not_alike_for_being_health_centres() -> None:
    assert likeness("徐州市恩康社区卫生服务中心", "徐州市德源社区卫生服务中心") < SHOWN


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "河南省郑州市仁和堂大药房有限公司（二七路店）",
            Name("仁和堂", "大药房", "河南", "郑州", branch="二七路"),
        ),
        ("老百姓大药房连锁（河南）有限公司第三分店", Name("老百姓", "大药房连锁", "河南", branch="3")),
        ("益丰大药房黄河路店", Name("益丰", "大药房", branch="黄河路")),
        ("吉林省吉林市华康药业", Name("华康", "药业", "吉林", "吉林")),
        ("北京市朝阳区中医院", Name("中医院", province="北京", county="朝阳")),
        ("二七区京广路社区卫生服务中心", Name("京广路", "社区卫生服务中心", county="二七")),
        ("荆州市沙市区仁和诊所", Name("仁和", "诊所", "湖北", "荆州", "沙市")),
        ("新乡市红旗区仁和诊所", Name("仁和", "诊所", "河南", "新乡", "红旗")),
        ("杞县官渡镇卫生院", Name("官渡", "卫生院", county="杞", town="官渡镇")),
        ("上海医药集团", Name("医药", province="上海")),
        ("", Name("")),
    ],
)
def test_a_name_says_who_what_where_and_which_branch(name: str, parts: Name) -> None:
    assert taken_apart(name) == parts
