"""Giving back a file that somebody sent: always to be saved, never shown in the site."""

from django.http import FileResponse, Http404


def attachment(stored, *, name: str, content_type: str) -> FileResponse:
    """The answer that gives back a stored file (FieldFile) under `name`. Raises Http404 when it is lost.

    Whoever calls it has checked that the person may read it.
    """
    try:
        content = stored.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
