# Two commands: `make run` starts the portal on a bare machine, `make test` tests it.
# `make run PORT=8123` takes another port, `make run HOST=0.0.0.0` lets a phone in.
HOST = 127.0.0.1
PORT = 8000
PYTHON = python3
LAUNCHER = $(PYTHON) -m bureau.launcher

.PHONY: backup restore drill run test test-fast proof bench lint lock set-up screenshots

run:
	@exec $(LAUNCHER) run --host $(HOST) --port $(PORT) --until-orphaned

# In two processes what needs no machine of its own; then one by one what opens browsers, races and kills.
QUICK = not browser and not race and not launcher

test:
	@$(LAUNCHER) set-up --browser
	@.venv/bin/python manage.py catalogs compile
	@.venv/bin/pytest -n 2 --dist loadfile -m "$(QUICK)" --durations=15
	@.venv/bin/pytest -m "not ($(QUICK))" --durations=15

test-fast:
	@$(LAUNCHER) set-up
	@.venv/bin/python manage.py catalogs compile
	@.venv/bin/pytest -n 2 --dist loadfile -m "$(QUICK) and not sweep" --durations=15

# Every threat with its figure and with its guard removed, as docs/proof.md.
proof:
	@$(LAUNCHER) set-up --browser
	@.venv/bin/python manage.py catalogs compile
	@.venv/bin/pytest -n 2 --dist loadfile -m proof --proof docs/proof.md

lint:
	@$(LAUNCHER) set-up
	@.venv/bin/python bureau/launcher/lint/lint.py

# Database and files of one moment: `make backup TO=/safe/place`, `make restore FROM=/safe/place/portal-…`.
backup:
	@$(LAUNCHER) backup $(if $(TO),--to "$(TO)")

restore:
	@$(LAUNCHER) restore "$(FROM)"

# A restore beside the portal, compared row by row and file by file, with the audit chain.
drill:
	@$(LAUNCHER) drill

# Times beside the same work by hand, at the size of a prefecture; `make bench SIZE=small` only shows that it runs.
SIZE = full
bench:
	@$(LAUNCHER) set-up
	@.venv/bin/python manage.py catalogs compile
	@.venv/bin/python -m bench --size $(SIZE)

lock:
	@sh bureau/launcher/requirements/lock.sh
	@npm install --package-lock-only --no-audit --no-fund

# Pictures for the README and the handbook, of the portal that `make run` has started.
screenshots:
	@.venv/bin/python manage.py screenshots --address http://$(HOST):$(PORT)
