"""Asks the database and the queue named by the environment whether they answer. Run by the venv's Python.

Says nothing when all is well; else one line, and exit code 1.
"""

import os
import sys
from urllib.parse import urlsplit

OLDEST_POSTGRES = 150000
OLDEST_REDIS = (6, 0)


def where(url):
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or '(default port)'}"


def check_database(url):
    import psycopg2

    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
        return f"The database at {where(url)} cannot be reached (DATABASE_URL): {str(error).strip().splitlines()[-1]}"
    version, encoding = connection.server_version, connection.encoding
    connection.close()
    if version < OLDEST_POSTGRES:
        return f"The database at {where(url)} is PostgreSQL {version // 10000}; the portal needs 15 or later."
    if encoding not in ("UTF8", "UTF-8"):
        return f"The database at {where(url)} has the encoding {encoding}; the portal needs UTF8."
    return ""


def check_queue(url):
    import redis

    try:
        client = redis.Redis.from_url(url, protocol=2, socket_connect_timeout=5, socket_timeout=5)
        version = client.info("server")["redis_version"]
    except (redis.RedisError, ValueError, OSError) as error:
        return f"Redis at {where(url)} cannot be reached (REDIS_URL): {str(error).splitlines()[0]}"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return f"Redis at {where(url)} is version {version}; the portal needs 6.0 or later."
    return ""


if __name__ == "__main__":
    trouble = check_database(os.environ["DATABASE_URL"]) or check_queue(os.environ["REDIS_URL"])
    if trouble:
        sys.exit(trouble)
