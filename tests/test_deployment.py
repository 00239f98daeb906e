"""Dockerfile and docker-compose.yml are checked without a Docker engine: syntax, names, and what we promise."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "ports", "read_only",
    "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}
SECRETS = {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}


def instructions():
    """[(name, rest)] of the Dockerfile, continued lines joined, comments dropped."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def shell_accepts(command):
    return subprocess.run(["sh", "-n", "-c", command], capture_output=True).returncode == 0


def test_dockerfile_is_well_formed():
    names = [name for name, _ in instructions()]
    assert names[0] == "FROM"
    assert set(names) <= INSTRUCTIONS
    for name, rest in instructions():
        if name == "RUN":
            assert shell_accepts(rest), rest
        if name in ("CMD", "HEALTHCHECK") and "[" in rest:
            assert isinstance(yaml.safe_load(rest[rest.index("["):]), list)


def test_dockerfile_copies_what_exists_from_stages_that_exist():
    stages = {rest.split()[-1] for name, rest in instructions() if name == "FROM" and " AS " in rest}
    for _, rest in (pair for pair in instructions() if pair[0] == "COPY"):
        flags = dict(word[2:].split("=") for word in shlex.split(rest) if word.startswith("--"))
        sources = [word for word in shlex.split(rest) if not word.startswith("--")][:-1]
        if "from" in flags:
            assert flags["from"] in stages
        else:
            assert all((ROOT / source).exists() for source in sources), rest


def test_dockerfile_ends_as_an_ordinary_user_with_a_health_check():
    users = [rest for name, rest in instructions() if name == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    assert any(name == "HEALTHCHECK" for name, _ in instructions())


def test_compose_runs_the_whole_portal(compose):
    services = compose["services"]
    assert {"web", "worker", "beat", "postgres", "redis"} <= set(services)
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("depends_on", {})) <= set(services)
        assert service["image"] == "portal" or service["user"] not in ("root", "0")
        if name != "web":  # its check is the image's own
            assert service["healthcheck"]
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]


def test_compose_commands_are_sound_shell(compose):
    for service in compose["services"].values():
        for words in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
            if words[:2] == ["sh", "-c"] or words[:1] == ["CMD-SHELL"]:
                assert shell_accepts(words[-1].replace("$$", "$")), words


def test_secrets_come_from_the_environment_and_have_no_default(compose):
    text = (ROOT / "docker-compose.yml").read_text()
    named = dict(re.findall(r"\$\{(\w+)(:[-?][^}]*)?\}", text))
    assert set(named) >= SECRETS
    assert all(named[secret].startswith(":?") for secret in SECRETS)
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    required = {name for name, rule in named.items() if rule.startswith(":?")}
    assert required <= set(example)
    assert not any(example[secret] for secret in SECRETS)
