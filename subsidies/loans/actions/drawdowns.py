"""What banks paid out: one row each, through the same door as every other move."""

from django.utils.translation import gettext as _

from bureau import audit
from bureau.attachments.enums import Channel
from bureau.workflow import Refused, perform
from subsidies.loans.actions.requests import tell
from subsidies.loans.models import Drawdown


def draw(*, request, amount, on, serial, by, source):
    """Register one payment of the bank from its file. Raises Refused when it is above what was approved."""
    return perform(
        request, "draw", by=by, data={"amount": amount, "on": on, "serial": serial, "source": source},
    )


def on_draw(request, by, data, log):
    if data["amount"] > request.left:
        raise Refused([_("More would be paid out than the bank has approved.")])
    drawdown = drawdown_of(
        request, amount=data["amount"], on=data["on"], serial=data["serial"], by=by, source=data["source"],
    )
    drawdown.save(force_insert=True)
    request.drawn += data["amount"]  # as the trigger has just done
    log.effective_date = data["on"]
    log.data = {"serial": data["serial"], "amount": str(data["amount"])}
    audit.record("subsidies.drawdown.registered", drawdown, by=by, amount=str(data["amount"]), request=request.number)
    tell(request, "loans.drawn")


def drawdown_of(request, *, amount, on, serial, by, source, channel=Channel.IMPORTED):
    """The row with the copies that figures go by, not saved."""
    return Drawdown(
        request=request, bank=request.product.bank_zh, serial=serial, amount=amount, product_id=request.product_id,
        enterprise_id=request.enterprise_id, region_id=request.region_id, operating_region_id=request.operating_region_id,
        unit_id=request.unit_id, entered_by=by, channel=channel, source=source, effective_date=on,
    )
