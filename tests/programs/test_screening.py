"""What citizens type: numbers are hidden in whatever spelling, everything else stays as it was typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.screening import digit, screen

PHONES, IDENTITIES, CARDS = r"1[3-9][0-9]{9}", r"6[23]0[12][0-9]{2}(19|20)[0-9]{9}[0-9X]", r"62[0-9]{14,17}"
NUMBERS = st.one_of(*(st.from_regex(one, fullmatch=True, alphabet="0123456789X") for one in (PHONES, IDENTITIES, CARDS)))
SCRIPTS = ["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "⓪①②③④⑤⑥⑦⑧⑨", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
           "٠١٢٣٤٥٦٧٨٩"]
WORDS = st.sampled_from(["", "请打", "电话：", "我的号码是", "tel ", "找他（", "！", "谢谢。", "，办事员态度好"])
JOINTS = st.sampled_from(["", " ", "-", "·", "\u200b", "\u200d", "\u3000", ".", "—", " - "])


@st.composite
def spelled(draw):
    """(number, one of its spellings): digits of one script, in groups with something between them."""
    number, script, joint = draw(NUMBERS), draw(st.sampled_from(SCRIPTS)), draw(JOINTS)
    size = draw(st.integers(3, 6))
    written = "".join(script[int(sign)] if sign.isdigit() else sign for sign in number)
    return number, joint.join(written[at : at + size] for at in range(0, len(written), size))


@settings(max_examples=400, deadline=None)
@given(spelled(), WORDS, WORDS)
def test_no_number_survives(number, before, after):
    plain, written = number
    found = screen(f"{before}{written}{after}")
    left = "".join(digit(sign) for sign in found.text)
    assert found.masked
    assert plain[3:9] not in left, found.text


@settings(max_examples=200, deadline=None)
@given(st.lists(spelled(), min_size=2, max_size=3))
def test_several_numbers_are_all_hidden(numbers):
    found = screen("；或者".join(written for _plain, written in numbers))
    left = "".join(digit(sign) for sign in found.text)
    assert not [plain for plain, _written in numbers if plain[3:9] in left]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Nd", "Nl", "No", "Cf", "Mn")), max_size=200))
def test_it_ends_and_says_the_same_twice(text):
    once = screen(text)
    assert screen(once.text).text == once.text


@pytest.mark.parametrize("text", [
    "2021年5月20日去办的，等了3个工作日", "从2021-05-20 2021-06-30都没有动静", "补了12000元，共100户", "窗口电话0972-8612345没人接",
    "👨\u200d👩\u200d👧 很满意", "马·优素福办的", "𠮷野家旁边", "受理号LM20210001", "三个工作日内办结一百二十三户", "臺灣滷肉飯",
    '=HYPERLINK("x","y")', "Съешь же ещё", "' or 1=1--",
])
def test_what_names_nobody_stays_as_typed(text):
    assert screen(text).text == text


@pytest.mark.parametrize("text", [
    "看 http://a.example", "www.a.cn", "a b c . com", "百度。com", "аррӏе.com", "加vx abc", "加微信：abc", "点击链接领钱", "VX：abcd",
    "ｗｗｗ.a.cn", "g\u200boogle.com",
])
def test_links_and_advertisements_are_held_back(text):
    assert screen(text).suspect


@pytest.mark.parametrize(("typed", "kept"), [
    ("аpple", "apple"), ("不\u200b好\u2060", "不好"), ("ѕсam", "scam"), ("好\n\n\n\n\n好", "好\n\n好"), ("a\u00adb", "ab"),
])
def test_invisible_and_borrowed_signs_are_set_right(typed, kept):
    assert screen(typed).text == kept


def test_five_thousand_signs_take_no_time():
    import time

    begun = time.perf_counter()
    for text in ("1 " * 2500, "加" * 5000, "a.b" * 1600, "@" * 5000, "-1" * 2500, "1a" * 2500):
        screen(text)
    assert time.perf_counter() - begun < 2
    assert not re.search(r"\d", screen("1 " * 2500).text)
