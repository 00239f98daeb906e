from django.urls import path, register_converter
from django.urls.converters import StringConverter

from subsidies.views import case, fill, start
from subsidies.views.base import on_behalf


class PartConverter(StringConverter):
    regex = r"part-[0-9]{1,2}"


class EnterpriseNumberConverter(StringConverter):
    regex = r"E[0-9]{8}"


register_converter(PartConverter, "part")
register_converter(EnterpriseNumberConverter, "enterprise_number")

PAGES = [
    ("", case.DetailView, "detail"),
    ("fill/", fill.LostView, "lost"),
    ("fill/documents/", fill.DocumentsView, "documents"),
    ("fill/payees/", fill.PayeesView, "payees"),
    ("fill/payees/<int:line>/", fill.PayeesView, "payee"),
    ("fill/declaration/", fill.DeclarationView, "declaration"),
    ("fill/review/", case.ReviewView, "review"),
    ("fill/<part:slug>/", fill.SectionView, "section"),
    ("receipt/", case.ReceiptView, "receipt"),
    ("correct/", case.CorrectView, "correct"),
    ("withdraw/", case.WithdrawView, "withdraw"),
]

app_name = "subsidies"
urlpatterns = [
    path("apply/", start.SchemesView.as_view(), name="schemes"),
    path("apply/<slug:scheme>/", start.ApplyView.as_view(), name="apply"),
    path("apply/<slug:scheme>/begin/", start.BeginView.as_view(), name="begin"),
    path("my/applications/", case.MyListView.as_view(), name="my_list"),
    path("my/applications/<uuid:ref>/take-over/", case.TakeOverView.as_view(), name="my_take_over"),
    path("entry/", start.EntryIndexView.as_view(), name="entry_index"),
    path("entry/<slug:scheme>/", start.EntryView.as_view(), name="entry"),
    path("entry/<slug:scheme>/<enterprise_number:number>/", start.EntryBeginView.as_view(), name="entry_begin"),
]
for tail, view, name in PAGES:
    urlpatterns += [
        path(f"my/applications/<uuid:ref>/{tail}", view.as_view(), name=f"my_{name}"),
        path(f"entry/<slug:scheme>/<uuid:ref>/{tail}", on_behalf(view).as_view(), name=f"entry_{name}"),
    ]
