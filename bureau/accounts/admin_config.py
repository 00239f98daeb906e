"""The admin app under the portal's own site; named in INSTALLED_APPS."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "bureau.accounts.site.PortalAdminSite"
