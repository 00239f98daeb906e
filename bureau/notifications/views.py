from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from bureau.accounts.access import PUBLIC, SIGNED_IN, access
from bureau.accounts.chapters import chapter
from bureau.notifications import actions
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification

PER_PAGE = 30


@access(SIGNED_IN)
@chapter("desk")
@require_GET
def inbox(request):
    messages = Notification.objects.visible_to(request.user)
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page, "unread": messages.unread().count()})


@access(SIGNED_IN)
@chapter("desk")
@require_POST
def open_message(request, pk):
    """Mark as read and go to what the message is about."""
    message = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.read(Notification.objects.filter(pk=message.pk))
    inside = url_has_allowed_host_and_scheme(message.url, allowed_hosts=None)
    return redirect(message.url if message.url and inside else "notifications:inbox")


@access(SIGNED_IN)
@chapter("desk")
@require_POST
def read_all(request):
    actions.read(Notification.objects.visible_to(request.user))
    return redirect("notifications:inbox")


@access(PUBLIC)
@require_GET
def sent(request):
    """The demo's phones: every SMS as it would have arrived, so that a visitor can log in."""
    if not settings.DEMO:
        raise Http404
    messages = Notification.objects.exclude(sms_state=SmsState.NONE)
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/sent.html", {"page": page})
