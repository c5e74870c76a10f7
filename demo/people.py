"""Names for people: Chinese, each with a login in pinyin, no two alike."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

SURNAMES: Final = """
王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 吴:wu 徐:xu 孙:sun 胡:hu 朱:zhu 高:gao 林:lin
何:he 郭:guo 马:ma 罗:luo 梁:liang 宋:song 郑:zheng 谢:xie 韩:han 唐:tang 冯:feng 于:yu 董:dong 程:cheng 曹:cao 袁:yuan
邓:deng 许:xu 傅:fu 沈:shen 曾:zeng 彭:peng 苏:su 卢:lu 蒋:jiang 蔡:cai 贾:jia 丁:ding 魏:wei 薛:xue 叶:ye 余:yu 潘:pan
杜:du 戴:dai 夏:xia 钟:zhong 汪:wang 田:tian 任:ren 姜:jiang 范:fan 方:fang 石:shi 姚:yao 谭:tan 廖:liao 邹:zou
熊:xiong 金:jin 陆:lu 郝:hao 孔:kong 白:bai 崔:cui 康:kang 毛:mao 邱:qiu 秦:qin
"""
GIVEN: Final = """
伟:wei 芳:fang 娜:na 敏:min 静:jing 丽:li 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 艳:yan 杰:jie 娟:juan 涛:tao 明:ming
超:chao 霞:xia 平:ping 刚:gang 鹏:peng 婷:ting 建国:jianguo 志强:zhiqiang 秀英:xiuying 海燕:haiyan 晓东:xiaodong
文静:wenjing 俊杰:junjie 子涵:zihan 浩然:haoran 雨欣:yuxin 思远:siyuan 晨曦:chenxi 佳怡:jiayi 博文:bowen 立新:lixin
国庆:guoqing 春梅:chunmei 雪梅:xuemei 玉兰:yulan 志远:zhiyuan 宏伟:hongwei 丽娟:lijuan 海涛:haitao 晓燕:xiaoyan
建华:jianhua 少华:shaohua 永强:yongqiang 婷婷:tingting 家豪:jiahao 一鸣:yiming 梦瑶:mengyao 天宇:tianyu 欣然:xinran
泽宇:zeyu 若曦:ruoxi 明轩:mingxuan 嘉琪:jiaqi 诗涵:shihan
"""


def pinyin(listed: str) -> dict[str, str]:
    return dict(word.split(":") for word in listed.split())


def somebody(random: Random) -> str:
    """Any name; others may have it, too."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN)


def names(random: Random, taken: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Login and name of one person after another, none of them in `taken` (name by login), all different."""
    surnames, given_names = pinyin(SURNAMES), pinyin(GIVEN)
    logins, called = set(taken), set(taken.values())
    pairs = [(surname, given) for surname in surnames for given in given_names]
    for surname, given in random.sample(pairs, len(pairs)):
        login, name = surnames[surname] + given_names[given], surname + given
        if login not in logins and name not in called:
            logins.add(login)
            called.add(name)
            yield login, name


_SURNAMES: Final = tuple(pinyin(SURNAMES))
_GIVEN: Final = tuple(pinyin(GIVEN))
