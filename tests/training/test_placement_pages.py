"""Pages of hosts and offices for placements, as their forms are sent."""

import pytest
from django.test import Client
from django.urls import reverse

from bureau.common import clock
from bureau.workflow import perform
from subsidies.actions import ledger
from subsidies.enums import FundSource
from subsidies.models import BudgetLine, Entry, Payment
from tests.factories import placements as make
from tests.factories import subsidies
from tests.harness.pages import parsed
from training.models import MonthSheet
from training.placements import actions

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    session = client.session
    now = int(clock.real_now().timestamp())
    session.update({"begun": now, "seen": now, "confirmed": now})
    session.save()
    return client


def month_data(ground, **more):
    data = {}
    for placement in ground.placements:
        data |= {f"t{placement.pk}-days": "20", f"t{placement.pk}-wage": "3500.00"}
    return data | more


def test_the_host_confirms_a_month_and_wrong_cells_are_marked():
    ground = make.ground(ready=False)
    client, month = signed_in(ground.owner), ground.agreement.months()[0]
    page = f"/my/placements/{ground.agreement.ref}/{month:%Y-%m}/"
    first = f"t{ground.placements[0].pk}-days"
    for wrong in ("40", "1E1", "-1", "", "二十"):
        answer = client.post(page, month_data(ground, **{first: wrong}))
        assert answer.status_code == 422
        assert "cell-error" in answer.content.decode()
    assert client.post(page, month_data(ground)).status_code == 302
    assert MonthSheet.objects.get().rows.count() == 2
    assert client.get(f"/my/placements/{ground.agreement.ref}/2001-01/").status_code == 404


def test_lists_and_pages_cost_the_same_whatever_the_number(django_assert_max_num_queries):
    ground = make.ground(people=60)
    host, clerk = signed_in(ground.owner), signed_in(ground.clerk)
    for client, page in ((host, f"/my/placements/{ground.agreement.ref}/"), (host, "/my/placements/"),
                         (clerk, f"/admin/training/agreement/{ground.agreement.pk}/change/"),
                         (clerk, "/admin/training/agreement/"), (clerk, "/admin/training/monthsheet/")):
        with django_assert_max_num_queries(40):
            assert client.get(page).status_code == 200


def test_a_grid_is_taken_whole_or_not_at_all():
    ground = make.ground(ready=False)
    client, page = signed_in(ground.clerk), f"/admin/training/agreement/{ground.agreement.pk}/trainees/"
    twice = ground.placements[0].person
    data = {"rows": "3", "r0-name": "马新来", "r0-id_number": make.id_number(), "r2-name": twice.name,
            "r2-id_number": twice.id_number.reveal()}
    answer = client.post(page, data)
    assert answer.status_code == 422
    assert twice.name in answer.content.decode()
    assert ground.agreement.placements.count() == 2
    assert client.post(page, {**data, "r2-name": "", "r2-id_number": ""}).status_code == 302
    assert ground.agreement.placements.count() == 3


def granted(ground, people):
    line = BudgetLine.objects.create(
        fund_source=FundSource.PROVINCIAL, fiscal_year=clock.today().year, name_zh="补贴", name_en="Allowances"
    )
    ledger.allot(line=line, amount=1_000_000, by=people["finance"], key="pages")
    line.refresh_from_db()
    case = make.submitted(ground)
    perform(case, "accept", by=people["intake"], data={})
    perform(case, "pass_stage", by=people["county"], data={})
    return perform(case, "pass_stage", by=people["checker"], data={}), line


def desk(unit):
    roles = {"intake": "intake", "county": "verifier", "checker": "verifier", "head": "approver", "finance": "finance"}
    return {name: subsidies.staff(f"pages-{name}", (role, unit)) for name, role in roles.items()}


def test_a_case_of_125_trainees_on_the_approvers_page(django_assert_max_num_queries):
    ground = make.ground(people=125)
    people = desk(ground.world.bureau)
    case, _line = granted(ground, people)
    with django_assert_max_num_queries(70):
        answer = signed_in(people["head"]).get(f"/admin/subsidies/application/{case.pk}/change/")
    assert answer.status_code == 200
    assert "628,600.00" in answer.content.decode()


def test_finance_marks_a_payment_as_returned_and_pays_again():
    ground = make.ground()
    people = desk(ground.world.bureau)
    case, line = granted(ground, people)
    case = perform(case, "approve", by=people["head"], data={"line": line})
    perform(case, "register_payment", by=people["finance"], data={"paid_on": clock.today(), "voucher": "A-1"})
    payment = Payment.objects.filter(payee_line__role="trainee").first()
    client, page = signed_in(people["finance"]), f"/admin/subsidies/payment/{payment.pk}/"
    assert client.post(f"{page}again/", {"on": clock.today().isoformat(), "voucher": "A-2"}).status_code == 422
    assert client.post(f"{page}returned/", {"on": "2001-01-01"}).status_code == 422
    assert client.post(f"{page}returned/", {"on": clock.today().isoformat()}).status_code == 302
    assert client.post(f"{page}returned/", {"on": clock.today().isoformat()}).status_code == 422
    assert client.post(f"{page}again/", {"on": clock.today().isoformat(), "voucher": "A-2"}).status_code == 302
    assert Payment.objects.filter(payee_line=payment.payee_line).count() == 2
    assert list(Entry.objects.filter(payee_line=payment.payee_line).order_by("pk").values_list("kind", flat=True)) == [
        "reserve", "pay", "return", "pay"]
    assert ledger.drift() == []
    assert client.get(f"{page}change/").status_code == 200


def test_the_roster_holds_masked_accounts_months_and_totals():
    ground = make.ground()
    people = desk(ground.world.bureau)
    case, _line = granted(ground, people)
    text = signed_in(people["finance"]).get(f"/admin/subsidies/application/print/payees/?ids={case.pk}").content.decode()
    assert "13,600.00" in text
    assert "壹万叁仟陆佰元整" in text
    assert text.count(case.number) == text.count(case.enterprise.name) == 1, "once above its payees"
    for placement in ground.placements:
        assert placement.person.name in text
        assert placement.account.reveal() not in text
        assert str(placement.account) in text


def seen(client, address, language, part):
    client.cookies["language"] = language
    found = parsed(client.get(address)).xpath(part)
    assert found, address
    return found[0].text_content(), [one.text_content() for one in found[0].xpath(".//*[contains(@class, 'btn-primary')]")]


@pytest.mark.parametrize(("language", "sentence"), [
    ("zh-hans", "目前没有可申领的补贴"), ("en", "There is nothing to apply for now"),
])
def test_where_nothing_is_paid_stand_no_amount_and_no_first_button(language, sentence):
    ground = make.ground(ready=False)
    client = signed_in(ground.owner)
    places = [(f"/my/placements/{ground.agreement.ref}/", "//*[contains(@class, 'followup')]"),
              (reverse("subsidies:apply", args=[ground.scheme.key]), "//*[contains(@class, 'shop')]")]
    for address, part in places:
        text, first = seen(client, address, language, part)
        assert sentence in text and "0.00" not in text and not first, address
    draft = make.filled(make.begun(ground), ground.owner)
    for name in ("my_payees", "my_detail"):
        text, first = seen(client, reverse(f"subsidies:{name}", args=[draft.ref]), language, "//main")
        assert sentence in text and " 0.00" not in text, name
        assert name == "my_detail" or not first


@pytest.mark.parametrize(("language", "said"), [
    ("zh-hans", "学员3名，其中2名可领取补贴"), ("en", "Trainees: 2 of 3 receive the allowance"),
])
def test_the_payee_screen_counts_who_is_paid(language, said):
    ground = make.ground()
    late = make.trainee(ground.agreement, starts_on=ground.agreement.months()[-1])
    actions.place(agreement=ground.agreement, trainees=[late], by=ground.clerk)
    draft = make.filled(make.begun(ground), ground.owner)
    text, first = seen(signed_in(ground.owner), reverse("subsidies:my_payees", args=[draft.ref]), language, "//main")
    assert said in text and len(first) == 1
