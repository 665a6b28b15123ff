"""What the personal pages of trainers share. Nobody but the browser keeps them, nor for long."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from trainers.models import Trainer

UNPROCESSABLE = 422

private = cache_control(private=True, no_store=True)


def posted(request):
    """What a form is made of: a POST, even an empty one, is an answer."""
    return request.POST if request.method == "POST" else None


def for_trainers(view):
    """A view of « Espace formateur »: called with the trainer who is signed in. Others are told whom it is for (403)."""

    @private
    @login_required
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        trainer = Trainer.objects.select_related("user").filter(user=request.user).first()
        if trainer is None:
            return render(request, "trainers/not_a_trainer.html", status=403)
        return view(request, trainer, *args, **kwargs)

    return wrapped
