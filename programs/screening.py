"""What citizens type, before it is kept: invisible signs and borrowed letters are set right, personal numbers are
hidden, and what looks like an advertisement is held back for a person to judge. Pure functions."""

import re
import unicodedata
from dataclasses import dataclass

HIDDEN = "***"
#: Signs without width: they split a number or a word for a program but not for a reader. The joiner stays in emoji.
ZERO_WIDTH = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u2060-\u2064\u3164\ufe00-\ufe0e\ufeff\uffa0]")
LONE_JOINER = re.compile("(?<![\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])")
#: Cyrillic and Greek letters that pass for Latin ones.
LOOKALIKES = dict(zip(
    "АВЕЅІЈКМНОРСТХУаеоріѕсухјΑΒΕΖΗΙΚΜΝΟΡΤΥΧοινԁԛԝһ", "ABESIJKMHOPCTXYaeopiscyxjABEZHIKMNOPTYXoivdqwh", strict=True
))
CHINESE_DIGITS = {**{c: str(n) for n, c in enumerate("零一二三四五六七八九")}, "〇": "0", "幺": "1", "两": "2",
                  **{c: str(n) for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}}
SEPARATORS = " \t\n-‐‑‒–—―_.·•,，、/*+~()（）[]【】:：\u3000\u00a0"
#: So many digits in a row name a person, an account or a phone; no count or sum in a comment is that long.
LONG = 11
WIDEST_GAP = 3
PHONE = re.compile(r"(?:86)?1[3-9][0-9]{9}")
IDENTITY = re.compile(r"[1-8][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(
    r"https?|www\.|://|[\w-]+\.(?:com|cn|net|org|top|xyz|vip|cc|info|io|me|shop|site|club|tk|ru)\b"
    r"|(?:加|添加|联系)?(?:我的?)?(?:微信|薇信|威信|v信|vx|wx|wechat|qq群?|扣扣|telegram|电报)[号群:： ]"
    r"|加\s*(?:v|vx|q|微|薇|群)|点击链接|刷单|代办证|贷款.{0,4}秒|博彩|彩票群",
)


@dataclass(frozen=True)
class Screened:
    """`text` may be kept; `masked`: numbers were hidden; `suspect`: not to be shown without being looked at."""

    text: str
    masked: bool
    suspect: bool


def screen(text: str) -> Screened:
    plain, borrowed = normalized(text)
    safe = masked(plain)
    return Screened(safe, safe != plain, borrowed or bool(LINK.search(skeleton(plain))))


def normalized(text: str) -> tuple[str, bool]:
    """Without signs of no width, with letters of one script in one word; whether letters had been borrowed."""
    text = LONE_JOINER.sub("", ZERO_WIDTH.sub("", text))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    plain = re.sub(r"[^\W\d_]+", lambda word: _one_script(word[0]), text)
    return plain, plain != text


def _one_script(word: str) -> str:
    """A word that mixes Latin with look-alikes becomes Latin; one in a script of its own stays."""
    if any("a" <= sign.lower() <= "z" for sign in word) and any(sign in LOOKALIKES for sign in word):
        return "".join(LOOKALIKES.get(sign, sign) for sign in word)
    return word


def skeleton(text: str) -> str:
    """For comparing only: compatibility forms, small letters, look-alikes as Latin, no spaces inside links."""
    plain = "".join(LOOKALIKES.get(sign, sign) for sign in unicodedata.normalize("NFKC", text)).lower()
    plain = re.sub(r"\s*(?:[。．｡]|\bdot\b|点)\s*(?=(?:com|cn|net|org|top|xyz|vip|cc)\b)", ".", plain)
    return re.sub(r"(?<=[a-z0-9])\s*\.\s*(?=[a-z0-9])", ".", plain)


def digit(sign: str) -> str:
    """The digit a sign stands for in whatever script ("７", "𝟕", "⑦", "七"), or nothing."""
    if sign in CHINESE_DIGITS:
        return CHINESE_DIGITS[sign]
    value = unicodedata.digit(sign, None)
    return "" if value is None else str(int(value))


def masked(text: str) -> str:
    """Phone, identity and card numbers and mail addresses are replaced, in whatever spelling."""
    text = MAIL.sub(HIDDEN, text)
    out, end = [], 0
    for start, stop in _runs(text):
        if _is_personal(text[start:stop]):
            out += [text[end:start], HIDDEN]
            end = stop
    return "".join([*out, text[end:]])


def _runs(text: str) -> list[tuple[int, int]]:
    """Where digits follow each other with at most a few separators between them; an X may stand at the end."""
    runs: list[tuple[int, int]] = []
    start = last = -1
    for place, sign in enumerate(text):
        if digit(sign):
            near = start >= 0 and place - last - 1 <= WIDEST_GAP and all(c in SEPARATORS for c in text[last + 1 : place])
            if not near:
                if start >= 0:
                    runs.append((start, last + 1))
                start = place
            last = place
    if start >= 0:
        runs.append((start, last + 1))
    return [(first, _with_x(text, stop)) for first, stop in runs]


def _with_x(text: str, stop: int) -> int:
    """The check sign of an identity number."""
    return stop + 1 if text[stop : stop + 1] in ("x", "X", "Ｘ", "ｘ") and stop < len(text) else stop


def _is_personal(run: str) -> bool:
    """A long number in one piece; or in pieces, when they make a phone, an identity number or a card together."""
    spelled = [digit(sign) or ("X" if sign in "xXＸｘ" else " ") for sign in run]
    pieces = "".join(spelled).split()
    whole = "".join(pieces)
    if len(whole) < LONG:
        return False
    if any(len(piece) >= LONG for piece in pieces) or len(pieces) > len(whole) // 2:
        return True
    starts = [sum(map(len, pieces[:n])) for n in range(len(pieces))]
    if any(PHONE.match(whole, at) or IDENTITY.match(whole, at) for at in starts):
        return True
    return 12 <= len(whole) <= 19 and (whole.startswith("62") or _luhn(whole))


def _luhn(digits: str) -> bool:
    if not digits.isdigit():
        return False
    doubled = [int(c) * (1 + n % 2) for n, c in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0
