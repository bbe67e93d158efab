"""One's own profile."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from plans.actions.profiles import change_profile
from plans.errors import Refused
from plans.forms.teams import Profile
from plans.views.shortcuts import Request, login_required, note


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: Request) -> HttpResponse:
    person = request.user
    if request.method == "POST":
        form = Profile(request.POST)
        if form.is_valid():
            try:
                change_profile(actor=person, **form.cleaned_data)
            except Refused as refusal:
                form.add_error("display_name", str(refusal))
            else:
                note(request, "Your profile was saved.")
                return HttpResponseRedirect(reverse("plans:profile"))
    else:
        form = Profile(
            initial={
                "display_name": person.display_name,
                "colour": "" if person.colour is None else person.colour,
                "time_zone": person.time_zone,
                "region": person.region,
            }
        )
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "person": person}
    return render(request, "plans/profile.html", context, status=status)
