#!/bin/sh
# Writes the lock files from pyproject.toml: exact versions with hashes, for every supported Python, no addresses.
set -eu
cd "$(dirname "$0")/../../.."
locks=bureau/launcher/requirements
lock() {
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --native-tls "$@"
}
lock -o "$locks/runtime.txt"
lock -c "$locks/runtime.txt" --extra embedded -o "$locks/local.txt"
lock -c "$locks/local.txt" --extra embedded --extra dev -o "$locks/dev.txt"
lock -c "$locks/local.txt" --extra node -o "$locks/node.txt"
