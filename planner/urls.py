"""Where everything is; `planner.ops.health` answers /livez and /readyz before this."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

handler400 = "plans.views.errors.bad_request"
handler500 = "plans.views.errors.server_error"
# The administration has no door of its own: one place to sign in, with its limits and
# second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
urlpatterns = [
    path("accounts/", include("plans.views.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("plans.urls")),
]
