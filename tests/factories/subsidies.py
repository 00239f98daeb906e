"""The demo's scheme as it is published, an owner with a shop, and his application at any point of being filled in."""

import io
import itertools
import json
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.roles import Role
from bureau.attachments.actions import store
from bureau.common import clock
from bureau.regions.models import Region
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Membership, Person
from subsidies.actions import application as actions
from subsidies.actions import papers
from subsidies.loading import load
from subsidies.models import Scheme
from subsidies.purposes import PAPER

SCHEME_FILE = Path(__file__).parents[2] / "demo" / "schemes" / "new_shop.json"
ANSWERS = {
    "place_kind": "china", "floor_area": "60", "seats": 24, "premises": "leased", "lease_until": "2024-06-30",
    "trading_since": "2020-07-10", "staff": 4, "staff_home": 3, "run_by": "self",
}
DOCUMENTS = ("license", "shop_front", "interior", "premises_proof", "identity", "account_proof")
PAYEE = {
    "kind": "personal", "name": "马建国", "relation": "", "id_number": "632123198501015557",
    "account": "6228480402564890018", "bank": "农业银行化隆支行", "amount": 1,
}
_serial = itertools.count(1)


@dataclass
class World:
    scheme: Scheme
    bureau: Unit
    county: Unit
    other_county: Unit
    guangzhou: Unit
    owner: User
    shop: Enterprise


def scheme_data():
    return json.loads(SCHEME_FILE.read_text(encoding="utf-8"))


def world() -> World:
    """A bureau with two counties and an office in Guangzhou, the published scheme, one owner with one shop."""
    root, hualong, ledu, tianhe = (Region.objects.by_code(code) for code in ("630200", "630224", "630202", "440106"))
    SiteProfile.objects.create(name_zh="海东市品牌局", name_en="Haidong Brand Bureau", root=root, phone="0972-8610000")
    bureau = unit("haidong", "bureau", "海东市品牌局", "Haidong Brand Bureau", root, None)
    county = unit("hualong", "county", "化隆县拉面服务中心", "Hualong office", hualong, bureau)
    other = unit("ledu", "county", "乐都区拉面服务中心", "Ledu office", ledu, bureau)
    guangzhou = unit("guangzhou", "outside", "驻广州办事处", "Guangzhou office", tianhe, bureau)
    version, _created = load(scheme_data())
    owner = User.objects.create_owner(phone="13800000001", name="马建国")
    return World(version.scheme, bureau, county, other, guangzhou, owner, shop(owner))


def unit(code, kind, name_zh, name_en, region, parent):
    return Unit.objects.create(
        code=code, kind=kind, name_zh=name_zh, name_en=name_en, region=region, parent=parent, phone="0972-8712345"
    )


def shop(owner=None, *, county="630224", opened_on=date(2020, 7, 1), name="马氏牛肉面", phone="13800000001"):
    place = Region.objects.by_code("440106")
    row = Enterprise.objects.create(
        name=f"{name}{next(_serial)}店", kind="individual", home_county=Region.objects.by_code(county),
        registered_region=place, operating_region=place, operating_address="体育西路1号", phone=phone,
        operator=Person.objects.create(name="马建国", phone=phone), opened_on=opened_on,
        entered_by=User.objects.machine(),
    )
    if owner is not None:
        confirm(owner, row)
    return row


def confirm(owner, enterprise):
    return Membership.objects.create(
        user=owner, enterprise=enterprise, state=MembershipState.CONFIRMED, asked_at=clock.now(),
        decided_at=clock.now(), decided_by=staff("confirmer"),
    )


def staff(username, *grants):
    """A member of staff with (role, unit) grants."""
    user = User.objects.filter(username=username).first() or User.objects.create_staff(
        username=username, name=username, password="a long password 1"
    )
    for role, at in grants:
        Grant.objects.create(
            user=user, role=Role(role), unit=at, valid_from=date(2020, 1, 1), given_by=User.objects.machine()
        )
    return User.objects.get(pk=user.pk)


def photo(by, name="photo.jpg", color="white"):
    """An attachment of our purpose, stored through all the checks."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(buffer, "JPEG")
    return store(SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg"), purpose=PAPER, by=by)


def draft(at: World, *, enterprise=None, by=None):
    application, _created = actions.start(
        scheme=at.scheme, enterprise=enterprise or at.shop, by=by or at.owner
    )
    return application


def fill(application, by, *, without=()):
    """Everything the scheme asks, but for the named parts ("answers", a document's key, "payees", "declaration")."""
    if "answers" not in without:
        application = actions.save_answers(
            application=application, by=by, rev=application.rev, read=lambda row: (set(ANSWERS), dict(ANSWERS))
        )
    files = {key: [photo(by, f"{key}.jpg")] for key in DOCUMENTS if key not in without}
    application = papers.save_documents(application=application, by=by, rev=application.rev, files=files)
    if "payees" not in without:
        application, _line = papers.save_payee(application=application, by=by, rev=application.rev, values=dict(PAYEE))
    if "declaration" not in without:
        application = actions.sign(application=application, by=by, rev=application.rev, sheet=photo(by, "sheet.jpg"))
    return application


def submitted(at: World, *, enterprise=None):
    application = fill(draft(at, enterprise=enterprise), at.owner)
    return actions.submit(application=application, by=at.owner, key=uuid.uuid4(), rev=application.rev)
