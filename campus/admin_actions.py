"""Actions of the admin that ask for something first."""

from collections import Counter

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campus.refusal import Refused


class NothingForm(forms.Form):
    """An action that only wants to be confirmed."""


def text_area(rows=6):
    """A text of several lines, as wide as the pages of the admin."""
    return forms.Textarea(attrs={"rows": rows, "cols": 80})


def ask_then_apply(
    model_admin, request, queryset, *, action, title, done, form_class, apply, notes=lambda items: [], sums_up=False
):
    """An action with a page of its own: ask for what `form_class` says, then call `apply(item, data)` on each item.

    Returns the page to show, or None once all is done. `done` says in a message, and in the history, what became of an
    item: a sentence, or a function that makes one of what `apply` returned. Those that are refused
    (campus.refusal.Refused) come back with the reasons, and what was typed.

    An item may have `seen`, what the page tells of it when it is confirmed (`seen-<pk>` in the POST), and `preview`: a
    heading, and a text shown under it. `notes(items)` gives sentences to read before confirming. `sums_up`: one message
    for all, with how many came to what, rather than one an item.
    """
    confirmed = "confirm" in request.POST
    form = form_class(request.POST if confirmed else None)
    items = list(queryset)
    if confirmed and form.is_valid():
        data = dict(form.cleaned_data)  # add_error takes the field away from cleaned_data
        outcomes, refused = [], []
        for item in items:
            try:
                with transaction.atomic():
                    result = apply(item, data)
                    told = done(result) if callable(done) else done
                    model_admin.log_change(request, item, told)
            except Refused as refusal:
                # What is refused may not be among what the action asks.
                if refusal.argument in form.fields:
                    form.add_error(refusal.argument, str(refusal))
                else:
                    form.add_error(None, f"« {item} » : {refusal}" if sums_up else str(refusal))
                refused.append(item)
            else:
                outcomes.append((item, told))
        if sums_up and len(items) > 1:
            _sum_up(model_admin, request, outcomes, refused)
        else:
            for item, told in outcomes:
                model_admin.message_user(request, f"« {item} » : {told[:1].lower()}{told[1:]}.", messages.SUCCESS)
        if not refused:
            return None
        items = refused
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "form": form,
        "items": items,
        "notes": notes(items),
        "action": action,
        "opts": model_admin.model._meta,
    }
    return render(request, "admin/campus/confirm_action.html", context)


def _sum_up(model_admin, request, outcomes: list[tuple], refused: list) -> None:
    """How many came to what, then each under it."""
    counts = Counter(told for _item, told in outcomes) + Counter(
        {"Sans suite, pour ce qui est dit ci-dessous": len(refused)}
    )
    # No list: the messages are one already, whose style its items would take.
    details = format_html_join(
        SafeString("<br>"), "{} : {}", ((item, f"{told[:1].lower()}{told[1:]}") for item, told in outcomes)
    )
    model_admin.message_user(
        request,
        format_html(
            "{}.<details><summary>Le détail</summary>{}</details>",
            ". ".join(f"{told} ({count})" for told, count in counts.items()),
            details,
        ),
        messages.WARNING if refused else messages.SUCCESS,
    )
