"""Several things at once, each with its own connection to the database."""

import threading

from django.db import connection


def at_once(*works):
    """Run each work in a thread with its connection, all released together; return what each returned or raised."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index):
        try:
            barrier.wait()
            results[index] = works[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
