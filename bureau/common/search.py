"""Search by part of a Chinese name: a GIN index over bigrams, pinyin for typing and sorting."""

import importlib.util
import re
import string
import unicodedata
from functools import cache
from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Func, QuerySet, TextField

# The SQL function zh_grams splits the same way; tests hold the two together.
RUNS = re.compile("[\u3400-\u9fff]+|[A-Z0-9]+")
UPPER = {ord(c): c.upper() for c in string.ascii_lowercase}

# Readings that a table of single characters gets wrong in the names of places and shops.
PHRASES = {
    "长": "chang", "都": "du", "藏": "zang", "曾": "zeng", "覃": "qin", "仇": "qiu", "莞": "guan",
    "乐清": "yue qing", "音乐": "yin yue", "重庆": "chong qing", "厦门": "xia men", "单县": "shan xian",
    "解州": "hai zhou", "六安": "lu an", "六合": "lu he", "蚌埠": "beng bu", "番禺": "pan yu", "台州": "tai zhou",
    "丽水": "li shui", "铅山": "yan shan", "洪洞": "hong tong", "东阿": "dong e", "尉犁": "yu li",
    "银行": "yin hang", "商行": "shang hang", "分行": "fen hang", "行业": "hang ye", "面行": "mian hang",
    "什字": "shi zi", "什邡": "shi fang", "喀什": "ka shi", "单于": "chan yu", "重阳": "chong yang",
    "会计": "kuai ji", "歙": "she", "涪": "fu",
}  # fmt: skip
LONG_PHRASES = re.compile("|".join(sorted((p for p in PHRASES if len(p) > 1), key=len, reverse=True)))


class ZhGrams(Func):
    """`zh_grams(column)`: the text[] of its bigrams, for a GinIndex and `__contains`."""

    function = "zh_grams"
    output_field = ArrayField(TextField())


def grams(text: str) -> list[str]:
    """Bigrams of each run of hanzi or of letters and digits; a run of one character is itself."""
    return sorted(
        {run[n : n + 2] for run in RUNS.findall(text.translate(UPPER)) for n in range(max(len(run) - 1, 1))},
    )


def containing(queryset: QuerySet, field: str, text: str) -> QuerySet:
    """Rows whose `field` has `text` in it, by the bigram index where the text has a bigram."""
    queryset = queryset.filter(**{f"{field}__icontains": text})
    if pairs := [gram for gram in grams(text) if len(gram) == 2]:
        alias = f"{field.replace('__', '_')}_grams"
        queryset = queryset.alias(**{alias: ZhGrams(field)}).filter(**{f"{alias}__contains": pairs})
    return queryset


def pinyin(text: str) -> tuple[str, str]:
    """("hualonglamian", "hllm") for 化隆拉面; letters and digits stay, the rest is left out."""
    syllables: list[str] = []
    position = 0
    for phrase in LONG_PHRASES.finditer(text):
        syllables += map(_syllables.__getitem__, text[position : phrase.start()])
        syllables += PHRASES[phrase.group()].split()
        position = phrase.end()
    syllables += map(_syllables.__getitem__, text[position:])
    return "".join(syllables), "".join([syllable[:1] for syllable in syllables])


class _Syllables(dict[str, str]):
    """Character → syllable, worked out at its first use; "" for what has none."""

    def __missing__(self, character: str) -> str:
        self[character] = found = PHRASES.get(character) or _syllable(character)
        return found


_syllables = _Syllables()


def _syllable(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    if reading := _readings().get(ord(character)):
        return _plain(reading.split(",")[0])
    folded = unicodedata.normalize("NFKC", character)
    return folded.lower() if folded.isascii() and folded.isalnum() else ""


@cache
def _plain(reading: str) -> str:
    """lǜ → lv, as people type it; other tone marks are dropped."""
    reading = reading.translate({ord(c): "v" for c in "üǖǘǚǜ"})
    return "".join(c for c in unicodedata.normalize("NFD", reading) if c.isascii())


@cache
def _readings() -> dict[int, str]:
    """pypinyin's table of single characters, without the package's phrases (50 MB)."""
    package = importlib.util.find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ImproperlyConfigured("The package pypinyin is not installed.")
    path = Path(package.origin).with_name("pinyin_dict.py")
    spec = importlib.util.spec_from_file_location("_pinyin_dict", path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module.pinyin_dict
