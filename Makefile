PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

# Arguments for the program that a target runs, as in `make test ARGS="-k sheet"`.
ARGS ?=

.SILENT:
.PHONY: help chat bot bot-local test conformity check translations lock clean rebuild

help:
	echo 'make chat          talk with the assistant in this terminal (ARGS="..." is passed on)'
	echo 'make bot           register on Telegram (needs MEETMOMENT_TELEGRAM_TOKEN)'
	echo 'make bot-local     the same without Telegram: a chat here that goes through a local Bot API'
	echo 'make test          style, types and all tests (ARGS="..." goes to pytest)'
	echo 'make conformity    hold what comes out against the programs of others that read it'
	echo 'make check         look for faults in the handbook and its translations'
	echo 'make translations  bring the translation templates up to date'
	echo 'make lock          write requirements.lock (ARGS=--upgrade takes newer versions)'
	echo 'make clean         remove the environment and everything that can be made again'
	echo 'Another Python:    make chat PYTHON=python3.12'

# Standard output carries nothing but the conversation, and only the conversation reads the input.
chat: $(VENV)/ready
	$(BIN)/meetmoment migrate </dev/null >&2
	$(BIN)/meetmoment chat $(ARGS)

bot: $(VENV)/ready
	$(BIN)/meetmoment run $(ARGS)

bot-local: $(VENV)/ready
	$(BIN)/python -m tests.telegram_server.terminal $(ARGS)

test: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/pytest --numprocesses 2 $(if $(ARGS),,--cov) $(ARGS)

# Java, LibreOffice and Chromium are used where they are; what is skipped says what it lacks.
conformity: $(VENV)/ready
	$(BIN)/pytest -v -rs tests/conformity $(ARGS)

check: $(VENV)/ready
	$(BIN)/meetmoment check $(ARGS)

translations: $(VENV)/ready
	$(BIN)/python -m flows.extraction $(ARGS)

lock: $(VENV)/ready
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --group dev --output-file requirements.lock $(ARGS) pyproject.toml

clean:
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment holds absolute paths and belongs to one Python: when the folder moved or that
# Python went away, it is made again.
ifneq ($(shell { cat $(VENV)/locked && $(BIN)/python -c 'import pip' || echo no; } 2>/dev/null),$(CURDIR))
$(VENV)/locked: rebuild
endif

# Made from nothing, so that it holds what the lock file says and no more. The mark comes last:
# after an interruption the work starts again.
$(VENV)/locked: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Meetmoment needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'Python lacks venv; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	echo 'Preparing $(VENV), once; this takes a minute.' >&2
	$(PYTHON) -m venv --clear $(VENV) >&2
	$(PIP) install --no-deps --require-hashes --requirement requirements.lock >&2
	echo '$(CURDIR)' >$@

$(VENV)/ready: pyproject.toml $(VENV)/locked
	$(PIP) install --no-deps --no-build-isolation --editable . >&2
	touch $@
