"""All addresses except those that `planner.ops.health` answers."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

handler400 = "plans.views.errors.bad_request"
handler500 = "plans.views.errors.server_error"
# The admin has no sign-in of its own, so that rate limits and second factors apply;
# allauth describes this: a method is replaced on purpose.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
urlpatterns = [
    path("accounts/", include("plans.views.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("plans.urls")),
]
