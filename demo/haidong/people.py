"""The offices of the bureau and who works in them. Everybody is invented; one password serves the demo."""

from bureau.accounts.enums import UnitKind
from bureau.accounts.roles import Role

PASSWORD = "Haidong-demo-2021"

#: code, kind, territory, Chinese name, English name
UNITS = [
    ("haidong", UnitKind.BUREAU, "630200", "海东市品牌局", "Haidong Municipal Brand Bureau"),
    ("ledu", UnitKind.COUNTY, "630202", "乐都区拉面产业服务中心", "Ledu District Noodle Industry Service Center"),
    ("pingan", UnitKind.COUNTY, "630203", "平安区拉面产业服务中心", "Ping'an District Noodle Industry Service Center"),
    ("minhe", UnitKind.COUNTY, "630222", "民和县拉面产业服务中心", "Minhe County Noodle Industry Service Center"),
    ("huzhu", UnitKind.COUNTY, "630223", "互助县拉面产业服务中心", "Huzhu County Noodle Industry Service Center"),
    ("hualong", UnitKind.COUNTY, "630224", "化隆县拉面产业服务中心", "Hualong County Noodle Industry Service Center"),
    ("xunhua", UnitKind.COUNTY, "630225", "循化县拉面产业服务中心", "Xunhua County Noodle Industry Service Center"),
    ("guangzhou", UnitKind.OUTSIDE, "440100", "驻广州办事处", "Guangzhou Office"),
    ("shanghai", UnitKind.OUTSIDE, "310000", "驻上海办事处", "Shanghai Office"),
]
#: user name, name, role, unit
BUREAU_STAFF = [
    ("clerk", "赵雅文", Role.CLERK, "haidong"),
    ("check", "李启明", Role.VERIFIER, "haidong"),
    ("approve", "王立新", Role.APPROVER, "haidong"),
    ("finance", "张晓燕", Role.FINANCE, "haidong"),
    ("editor", "陈少华", Role.EDITOR, "haidong"),
    ("checker", "祁长青", Role.CHECKER, "haidong"),
    ("issuer", "何振海", Role.ISSUER, "haidong"),
    ("official", "安启元", Role.OFFICIAL, "haidong"),
    ("moderator", "苏丽君", Role.MODERATOR, "haidong"),
    ("sysadmin", "丁存良", Role.SYSTEM, "haidong"),
    ("secadmin", "杨生辉", Role.SECURITY, "haidong"),
    ("auditor", "白玉梅", Role.AUDITOR, "haidong"),
    ("guangzhou", "马进才", Role.HELPER, "guangzhou"),
    ("shanghai", "冶晓燕", Role.HELPER, "shanghai"),
]
COUNTY_NAMES = {
    "ledu": ("李国良", "王秀英", "张永福"),
    "pingan": ("沙建国", "李春花", "祁占元"),
    "minhe": ("马忠孝", "喇玉梅", "鲜志强"),
    "huzhu": ("祁俊林", "李桂兰", "王海清"),
    "hualong": ("马成俊", "冶兰英", "韩明礼"),
    "xunhua": ("韩宝林", "绽雪梅", "马福海"),
}
COUNTY_ROLES = (("clerk", Role.CLERK), ("intake", Role.INTAKE), ("review", Role.VERIFIER))


def staff() -> list[tuple[str, str, Role, str]]:
    """Everybody: (user name, name, role, unit code)."""
    counties = [
        (f"{unit}.{suffix}", name, role, unit)
        for unit, names in COUNTY_NAMES.items()
        for (suffix, role), name in zip(COUNTY_ROLES, names, strict=True)
    ]
    return BUREAU_STAFF + counties
