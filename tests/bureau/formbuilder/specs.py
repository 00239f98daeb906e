"""A form with every kind of field, and the answers of one shop."""

from django.http import QueryDict

SPEC = [
    {"kind": "section", "section_zh": "店铺", "section_en": "Shop"},
    {"key": "name", "kind": "text", "label_zh": "店名", "label_en": "Name", "required": True, "max_length": 20},
    {"key": "abroad", "kind": "bool", "label_zh": "在国外", "label_en": "Abroad", "required": True},
    {"key": "area", "kind": "decimal", "label_zh": "面积", "label_en": "Floor area", "required": True, "min": "1",
     "max": "5000", "unit_zh": "平方米", "unit_en": "m²", "when": {"is": ["abroad", "=", False]}},
    {"key": "large", "kind": "text", "label_zh": "大店说明", "label_en": "About the large shop", "required": True,
     "when": {"is": ["area", ">=", 1000]}},
    {"key": "place", "kind": "region", "label_zh": "地点", "label_en": "Place"},
    {"key": "opened", "kind": "date", "label_zh": "开业日期", "label_en": "Opened on", "max": "today"},
    {"key": "money", "kind": "money", "label_zh": "投资", "label_en": "Invested"},
    {"key": "phone", "kind": "phone", "label_zh": "电话", "label_en": "Phone"},
    {"key": "menu", "kind": "multichoice", "label_zh": "菜品", "label_en": "Dishes", "choices": [
        {"value": "beef", "label_zh": "牛肉面", "label_en": "Beef noodles"},
        {"value": "rice", "label_zh": "炒饭", "label_en": "Fried rice"}]},
    {"kind": "section", "section_zh": "员工", "section_en": "Staff"},
    {"key": "staff", "kind": "group", "label_zh": "员工", "label_en": "Staff", "min": 1, "max": 3, "fields": [
        {"key": "name", "kind": "text", "label_zh": "姓名", "label_en": "Name", "required": True},
        {"key": "id_no", "kind": "id_number", "label_zh": "身份证号", "label_en": "Identity number"},
        {"key": "role", "kind": "choice", "label_zh": "岗位", "label_en": "Role", "choices": [
            {"value": "cook", "label_zh": "厨师", "label_en": "Cook"},
            {"value": "other", "label_zh": "其他", "label_en": "Other"}]},
        {"key": "say", "kind": "text", "label_zh": "说明", "label_en": "Which", "required": True,
         "when": {"is": ["role", "=", "other"]}}]},
    {"key": "photos", "kind": "photo", "label_zh": "照片", "label_en": "Photos", "max": 2},
]

COMPLETE = ("name=韩·一面馆&abroad=false&area=77&place=广州市天河区&opened=2021.5.1&money=12000.5"
            "&staff-TOTAL=1&staff-0-name=马")


def post(text=COMPLETE, **more):
    """A QueryDict as the browser sends it; `more` replaces fields."""
    data = QueryDict(text, mutable=True)
    for name, value in more.items():
        data[name.replace("__", "-")] = value
    return data
