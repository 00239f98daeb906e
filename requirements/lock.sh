#!/bin/sh
# Writes the lock files from pyproject.toml: exact versions with hashes, for every supported Python, no addresses.
set -eu
cd "$(dirname "$0")/.."
lock() {
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --native-tls "$@"
}
lock -o requirements/runtime.txt
lock -c requirements/runtime.txt --extra embedded -o requirements/local.txt
lock -c requirements/local.txt --extra embedded --extra dev -o requirements/dev.txt
lock -c requirements/local.txt --extra node -o requirements/node.txt
