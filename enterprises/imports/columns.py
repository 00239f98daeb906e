"""What a list of enterprises may hold, and how offices head it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.common import clock
from bureau.common.constraints import FIRST_YEAR
from bureau.formbuilder.tabular.columns import Column
from enterprises.enums import Kind, Relation
from enterprises.imports.places import Places

KIND_NAMES = {
    "个体": Kind.INDIVIDUAL, "个体工商户": Kind.INDIVIDUAL, "个体户": Kind.INDIVIDUAL,
    "企业": Kind.COMPANY, "公司": Kind.COMPANY, "有限责任公司": Kind.COMPANY, "个人独资企业": Kind.COMPANY,
    "合作社": Kind.COOPERATIVE, "农民专业合作社": Kind.COOPERATIVE, "其他": Kind.OTHER,
}  # fmt: skip
RELATION_NAMES = {
    "配偶": Relation.SPOUSE, "夫妻": Relation.SPOUSE, "丈夫": Relation.SPOUSE, "妻子": Relation.SPOUSE,
    "父母": Relation.PARENT, "父亲": Relation.PARENT, "母亲": Relation.PARENT,
    "子女": Relation.CHILD, "儿子": Relation.CHILD, "女儿": Relation.CHILD,
    "兄弟姐妹": Relation.SIBLING, "兄弟": Relation.SIBLING, "姐妹": Relation.SIBLING, "哥哥": Relation.SIBLING,
    "弟弟": Relation.SIBLING, "侄子": Relation.NEPHEW, "侄女": Relation.NEPHEW, "外甥": Relation.NEPHEW,
    "亲戚": Relation.RELATIVE, "亲属": Relation.RELATIVE, "合伙人": Relation.PARTNER, "雇员": Relation.EMPLOYEE,
    "员工": Relation.EMPLOYEE, "其他": Relation.OTHER,
}  # fmt: skip


def _not_ahead(day: date) -> date:
    if day > clock.today():
        raise ValidationError(_("This day has not come yet."))
    if day.year < FIRST_YEAR:
        raise ValidationError(_("Dates must lie between 2000 and 2100."))
    return day


def _kind(name: str) -> str:
    return _one_of(name, KIND_NAMES, Kind)


def _relation(name: str) -> str:
    return _one_of(name, RELATION_NAMES, Relation)


def _one_of(name: str, names: dict, choices: type[Kind] | type[Relation]) -> str:
    for value, label in choices.choices:
        if name in (value, str(label)):
            return value
    if name in names:
        return names[name].value
    raise ValidationError(_("“%(name)s” is not in the list.") % {"name": name})


def _industry(code: str) -> str:
    code = code.upper().replace(" ", "")
    head, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
    if not digits.isascii() or not (digits.isdigit() or not digits) or len(digits) > 4 or head > "T":
        raise ValidationError(_("Write the industry as its code, for example H6210."))
    return code


def enterprise_columns(places: Places) -> list[Column]:
    return [
        Column("name", gettext_lazy("Name of the enterprise"), essential=True, required=True, max_length=120, example="福源面馆", aliases=(
            "名称", "店铺名称", "店名", "店铺名", "企业名称", "单位名称", "市场主体名称", "字号名称", "商户名称", "拉面店名称",
        )),
        Column("uscc", gettext_lazy("Unified social credit code"), "uscc", aliases=(
            "统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "营业执照号", "执照号", "注册号", "税号",
        )),
        Column("kind", gettext_lazy("Kind"), "choice", clean=_kind, example="个体工商户", aliases=(
            "类型", "主体类型", "市场主体类型", "企业类型",
        )),
        Column("registered_region", gettext_lazy("Registered place"), "region", clean=places.anywhere, example="西宁市城东区", aliases=(
            "注册地", "登记地", "注册所在地", "注册地区", "登记机关所在地", "注册区县",
        )),
        Column("operating_region", gettext_lazy("Place of operation"), "region", clean=places.anywhere, example="西宁市城东区", aliases=(
            "经营地", "经营所在地", "经营地区", "所在城市", "经营区县", "所在国家或地区",
        )),
        Column("operating_address", gettext_lazy("Address"), example="广州市天河区示例路1号", aliases=(
            "经营地址", "地址", "店铺地址", "经营场所", "详细地址", "住所", "经营详细地址",
        )),
        Column("operator", gettext_lazy("Operator on the license"), required=True, max_length=60, example="马某某", aliases=(
            "经营者", "经营者姓名", "法定代表人", "负责人", "法人", "法人代表", "店主", "业主", "法定代表人负责人", "执照经营者",
        )),
        Column("operator_id", gettext_lazy("Identity number of the operator"), "id_number", aliases=(
            "身份证号", "身份证号码", "身份证", "经营者身份证号", "经营者身份证号码", "法定代表人身份证号", "公民身份号码",
        )),
        Column("home_county", gettext_lazy("Home county"), "region", required=True, clean=places.home, aliases=(
            "户籍县区", "户籍", "籍贯", "户籍县", "户籍所在地", "户籍地", "经营者户籍县区", "经营者户籍", "户籍区县", "县区",
        )),
        Column("phone", gettext_lazy("Phone"), "phone", aliases=(
            "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "经营者联系电话",
        )),
        Column("second_phone", gettext_lazy("Second phone"), "phone", example="0972-8612345", aliases=(
            "备用电话", "其他电话", "第二联系电话",
        )),
        Column("actual_operator", gettext_lazy("Actual operator"), max_length=60, example="马某", aliases=(
            "实际经营者", "实际经营人", "实际经营者姓名",
        )),
        Column("relation", gettext_lazy("Relation to the operator"), "choice", clean=_relation, example="兄弟", aliases=(
            "与经营者关系", "与执照经营者关系", "关系",
        )),
        Column("industry", gettext_lazy("Industry code"), "choice", max_length=5, clean=_industry, example="H6210", aliases=(
            "行业代码", "行业", "国民经济行业代码",
        )),
        Column("opened_on", gettext_lazy("Opened on"), "date", clean=_not_ahead, aliases=(
            "开业日期", "开业时间", "成立日期", "注册日期", "登记日期", "成立时间", "开店时间",
        )),
        Column("closed_on", gettext_lazy("Closed on"), "date", example="2022-03-31", clean=_not_ahead, aliases=(
            "停业日期", "注销日期", "关店时间", "注销时间",
        )),
    ]
