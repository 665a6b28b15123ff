"""Ask a page again and again over kept connections; print what came out as JSON. Run as a process of its own."""

import json
import socket
import sys
import threading
import time


def ask(connection: socket.socket, request: bytes) -> int:
    """Send one request, read the whole answer, return its size in bytes. Raises ValueError unless it is a 200."""
    connection.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("closed by the server")
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
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


def measure(port: int, path: str, seconds: float, clients: int) -> dict:
    """Requests per second, 95th percentile (ms) and page size (bytes) of a page asked by `clients` at once."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n\r\n".encode()
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


if __name__ == "__main__":
    port, path, seconds, clients = sys.argv[1:]
    print(json.dumps(measure(int(port), path, float(seconds), int(clients))))
