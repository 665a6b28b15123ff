"""The profile: a few answers at first sign-in, the whole afterwards."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from campus.accounts.views import local_path
from campus.personal import UNPROCESSABLE, posted, private
from enrolments import profiles
from enrolments.models import Profile
from enrolments.profile_form import ProfileForm


@private
@login_required
def profile(request):
    target = local_path(request, request.POST.get("next") or request.GET.get("next"))
    mine = Profile.objects.filter(agent=request.user).first()
    is_first = mine is None or "first" in request.POST  # its second click finds the profile written
    form = ProfileForm(posted(request), instance=mine, agent=request.user, is_first=is_first)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            profiles.keep(agent=request.user, answers=form.cleaned_data)
            messages.success(request, "Votre profil est enregistré.")
            return HttpResponseRedirect(target or reverse("enrolments:home" if is_first else "enrolments:profile"))
        status = UNPROCESSABLE
    context = {"form": form, "is_first": is_first, "next": target}
    return render(request, "enrolments/profile.html", context, status=status)
