"""Ask a page again and again over kept connections, or send forms once each; print what came out as JSON.

Run as a process of its own: `load.py PORT PATH SECONDS CLIENTS [COOKIE]`, or `load.py PORT CLIENTS`, with a JSON list of
[path, cookie, body] on the standard input.
"""

import json
import socket
import sys
import threading
import time


def ask(connection: socket.socket, request: bytes, status: bytes = b"200") -> int:
    """Send one request, read the whole answer, return its size in bytes. Raises ValueError unless it has this status."""
    connection.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("closed by the server")
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 " + status):
        raise ValueError(head.split(b"\r\n")[0].decode())
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    size = len(body)
    while size < length:
        size += len(connection.recv(65536))
    return size


def work(port: int, request: bytes, until: float, latencies: list, sizes: set) -> None:
    connection = None
    while (start := time.perf_counter()) < until:
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port))
            sizes.add(ask(connection, request))
        except ConnectionError:  # gunicorn closes an idle connection
            connection = None
            continue
        latencies.append(time.perf_counter() - start)


def head_of(method: str, port: int, path: str, cookie: str) -> str:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\nCookie: {cookie}\r\n"


def measure(port: int, path: str, seconds: float, clients: int, cookie: str = "") -> dict:
    """Requests per second, 95th percentile (ms) and page size (bytes) of a page asked by `clients` at once."""
    request = (head_of("GET", port, path, cookie) + "\r\n").encode()
    latencies, sizes = [], set()
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=work, args=(port, request, until, latencies, sizes)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not latencies:
        raise SystemExit(f"{path}: no answer")
    latencies.sort()
    return {"rate": len(latencies) / seconds, "p95": latencies[int(len(latencies) * 0.95)] * 1000, "size": max(sizes)}


def send(port: int, forms: list, clients: int) -> dict:
    """Post each form once, `clients` at a time: forms a second, and percentiles of the time each took (ms).

    forms: of (path, cookie, body). Raises ValueError unless each is answered by a redirection.
    """
    waiting, latencies, errors = iter(forms), [], []
    turn = threading.Lock()

    def client():
        connection = socket.create_connection(("127.0.0.1", port))
        while True:
            with turn:
                form = next(waiting, None)
            if form is None:
                return
            path, cookie, body = form
            head = head_of("POST", port, path, cookie)
            request = (
                f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            )
            start = time.perf_counter()
            try:
                ask(connection, request.encode(), b"302")
            except (ConnectionError, ValueError) as error:
                errors.append(str(error))
                connection = socket.create_connection(("127.0.0.1", port))
            latencies.append((time.perf_counter() - start) * 1000)

    start = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - start)
    if errors:
        raise SystemExit(f"{len(errors)} forms failed: {errors[0]}")
    latencies.sort()
    percentiles = {f"p{each}": latencies[int(len(latencies) * each / 100)] for each in (50, 95, 99)}
    return {"rate": rate, "count": len(latencies), **percentiles}


if __name__ == "__main__":
    match sys.argv[1:]:
        case [port, clients]:
            print(json.dumps(send(int(port), json.load(sys.stdin), int(clients))))
        case [port, path, seconds, clients, *cookie]:
            print(json.dumps(measure(int(port), path, float(seconds), int(clients), *cookie)))
