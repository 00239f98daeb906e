import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import search

letters = st.text(st.sampled_from("化隆牛肉拉面馆㐂𠮷ab9Zéß· -%_（）１"), max_size=12)


def in_sql(text):
    with connection.cursor() as cursor:
        cursor.execute("select zh_grams(%s)", [text])
        return sorted(cursor.fetchone()[0])


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(letters)
def test_python_and_sql_split_alike(text):
    assert search.grams(text) == in_sql(text)


@settings(deadline=None)
@given(letters, st.integers(0, 12), st.integers(0, 12))
def test_the_pairs_of_a_part_are_among_those_of_the_whole(text, a, b):
    part = text[min(a, b) : max(a, b)]
    pairs = {gram for gram in search.grams(part) if len(gram) == 2}
    assert pairs <= set(search.grams(text))


@pytest.mark.parametrize(
    ("text", "full", "initials"),
    [
        ("化隆拉面", "hualonglamian", "hllm"),
        ("重庆长乐都", "chongqingchangledu", "cqcld"),
        ("西藏 A1 店", "xizanga1dian", "xza1d"),
        ("马·哈三", "mahasan", "mhs"),
        ("绿洲", "lvzhou", "lz"),
        ("１号", "1hao", "1h"),
    ],
)
def test_pinyin(text, full, initials):
    assert search.pinyin(text) == (full, initials)
