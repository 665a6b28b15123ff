"""The least that gunicorn can answer: as many bytes as the pivot, made of nothing."""

BODY = b"<!DOCTYPE html>" + b"x" * 14_000
HEADERS = [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
