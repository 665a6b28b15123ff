"""How a page finds what its address names."""

from django.http import Http404, HttpResponsePermanentRedirect

from campus.slugs.models import PastSlug


def find_by_slug(queryset, slug, *, kind, field="slug"):
    """Return (object, None), or (None, redirection) when the slug is one it had before. Raises Http404.

    `field` is the path of the slug from the queryset's model.
    """
    found = queryset.filter(**{field: slug}).first()
    if found is not None:
        return found, None
    past = PastSlug.objects.filter(kind=kind, slug=slug).values_list("object_id", flat=True).first()
    moved = queryset.filter(pk=past).first() if past else None
    if moved is None:
        raise Http404
    return None, HttpResponsePermanentRedirect(moved.get_absolute_url())


def visible(queryset, user):
    """What is published; staff also see the rest, as a preview."""
    return queryset if user.is_staff else queryset.published()
