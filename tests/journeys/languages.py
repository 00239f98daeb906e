"""Which language stands on a page: words of the other one outside elements that are marked as such."""

import re

CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e]*[\u3400-\u9fff]+[^<]*")
#: A sample of a part of an address, as a help text gives it.
SAMPLE = re.compile("例如 [a-z]+")
#: Numbers of cases, keys, addresses, file names and times: no language.
SIGNS = re.compile(r"\S*[\d_@/\\.{}=#&]\S*")
WORD = re.compile(r"[A-Za-z]{2,}")
#: What stands in Latin letters on Chinese pages too.
PROPER = {
    "CSV", "Celery", "DOCX", "Django", "Excel", "GB", "HTTP", "ICP", "JPEG", "KB", "MB", "PDF", "PNG", "PostgreSQL",
    "Python", "Redis", "SMS", "TOTP", "WPS", "XLSX",
}
ATTRIBUTES = ("placeholder", "title", "aria-label", "alt", "data-label", "content")
#: A title cannot say in which language the name in it is.
UNSEEN = {"script", "style", "svg", "title"}
TYPED = {"textarea", "code", "kbd", "pre"}


def strangers(tree, language, names=()):
    """Texts of a parsed page that are in the other language and not marked so, each once; `names` were typed so."""
    found = _english if language == "zh" else _chinese
    here = (found(text) for text, marked in texts(tree) if marked == language)
    return list(dict.fromkeys(text for text in here if text and text not in names))


def texts(tree):
    """(text, language of the element it stands in) of everything that is shown or read aloud."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or _hidden(element):
            continue
        language = _language(element)
        if element.text and element.tag not in TYPED:
            yield element.text, language
        for name in ATTRIBUTES:
            if (value := element.get(name)) and (name != "content" or element.get("name") == "failed"):
                yield value, language
        if element.tag == "input" and element.get("type") in ("submit", "button"):
            yield element.get("value", ""), language
        for child in element:
            if child.tail:
                yield child.tail, language


def _hidden(element):
    return any(
        isinstance(one.tag, str) and (one.tag in UNSEEN or "hidden" in one.get("class", "").split())
        for one in (element, *element.iterancestors())
    )


def _language(element):
    """By the nearest mark; an identifier of programs has none ("" is compared with no language)."""
    for one in (element, *element.iterancestors()):
        if one.get("translate") == "no":
            return ""
        if marked := one.get("lang"):
            return marked[:2]
    return ""


def _chinese(text):
    return " ".join(text.split()) if CHINESE.search(text) else ""


def _english(text):
    words = [word for word in WORD.findall(SIGNS.sub(" ", SAMPLE.sub(" ", text))) if word not in PROPER]
    return " ".join(text.split()) if words else ""
