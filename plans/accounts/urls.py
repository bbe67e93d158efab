"""Beside allauth's pages: what it has not."""

from django.urls import path

from plans.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.session_end, name="session_end"),
    path("sessions/end-others/", views.sessions_end_others, name="sessions_end_others"),
    path("company/again/", views.company_again, name="company_again"),
    path("company/back/", views.company_back, name="company_back"),
]
