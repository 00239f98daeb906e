"""Regions as sheets name them: by code, full or short name, or as the beginning of an address."""

import re
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.accounts.models import SiteProfile
from bureau.regions.gazetteer import gazetteer
from bureau.regions.models import Region

_PREFIX = re.compile(
    r"^(?:\S{2,8}?(?:省|自治区|特别行政区))?(?:\S{2,10}?(?:市|州|盟|地区))?(?:\S{1,10}?(?:自治县|自治旗|区|县|市|旗))?"
)


class Places:
    """Knows every region in memory: a name costs no query. Values are primary keys; `path(pk)` gives the scope."""

    def __init__(self) -> None:
        self.root = SiteProfile.get().root
        self._paths: dict[int, str] = dict(Region.objects.values_list("pk", "path"))

    def path(self, pk: int | None) -> str:
        return self._paths.get(pk, "") if pk else ""

    def home(self, name: str) -> int:
        """A county as people of the bureau's own area say it: 化隆, 化隆县, 化隆回族自治县."""
        return self._only(name, hint=self.root)

    def anywhere(self, name: str) -> int:
        return self._only(name, hint=None)

    def _only(self, name: str, hint: Region | None) -> int:
        found = self._paths.keys() & gazetteer().find(name, hint.path if hint else "")
        if not found:
            raise ValidationError(_("No region is called “%(name)s”.") % {"name": name})
        if len(found) > 1:
            names = "、".join(str(region) for region in Region.objects.find(name, hint=hint)[:4])
            raise ValidationError(
                _("“%(name)s” could be several regions (%(names)s): write it with its province or city.")
                % {"name": name, "names": names}
            )
        (pk,) = found
        return pk

    @cache  # noqa: B019 - lives as long as one import
    def _of_prefix(self, prefix: str) -> int | None:
        try:
            return self.anywhere(prefix)
        except ValidationError:
            return None

    def of_address(self, address: str) -> int | None:
        """The region an address begins with, or None."""
        match = _PREFIX.match(address)
        return self._of_prefix(match.group(0)) if match and match.group(0) else None
