"""Account pages that allauth does not have."""

from django.urls import path

from plans.views import accounts

app_name = "accounts"
urlpatterns = [
    path("sessions/", accounts.sessions, name="sessions"),
    path("sessions/end/", accounts.session_end, name="session_end"),
    path(
        "sessions/end-others/", accounts.sessions_end_others, name="sessions_end_others"
    ),
    path("company/again/", accounts.company_again, name="company_again"),
    path("company/back/", accounts.company_back, name="company_back"),
]
