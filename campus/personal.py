"""What the pages of one person share, whatever the app. Nobody but the browser keeps them, nor for long."""

from django.views.decorators.cache import cache_control

UNPROCESSABLE = 422
"""The status of a form that comes back with what is wrong."""

private = cache_control(private=True, no_store=True)


def posted(request):
    """What a form is made of: a POST, even an empty one, is an answer."""
    return request.POST if request.method == "POST" else None
