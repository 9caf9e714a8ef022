# make run    the page, on http://127.0.0.1:7860
# make test   the tests that need neither root, nor a browser, nor a server
# Both do all the set-up they need; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WEIGHTS := .cache/weights
# One file of tests stays in one process, for the fixtures it shares.
TOGETHER := -n 2 --dist loadfile
# The coach's own byte code is compiled at set-up; do not throw it away at run time.
unexport PYTHONDONTWRITEBYTECODE
# Tests open a hundred coaches, each in threads of its own; with an arena for each of these, memory
# that was freed stays with the process, gigabytes of it.
export MALLOC_ARENA_MAX := 2

.PHONY: help setup run serve index test test-all check format classifier gate lock browser pictures clean

help:
	@echo "make run       start the page (COACH_LLM=none make run: without a language model)"
	@echo "make test      run the tests, under 8 minutes"
	@echo "make test-all  also those that need a server, or a browser (installs Debian's chromium)"
	@echo "make check     lint, types, import contracts, file lengths"
	@echo "make format    format the code"
	@echo "make classifier  train the classifier of the safety screen anew"
	@echo "make gate      train the classifier of the gate, the moments and the reader of messages anew"
	@echo "make pictures  take the pictures of docs/ui.md anew from the running page"
	@echo "make lock      write constraints.txt anew from pyproject.toml"
	@echo "make clean     remove what make made"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11."; exit 1; }
	@echo "Setting up $(VENV): some minutes the first time."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q coach knowledge ui evals
	@touch $@

index: setup
	@$(BIN)/coach index

# The model's weights come in the background; the page answers from the article meanwhile.
run: index
	@pull=; case "$${COACH_LLM:-auto}" in auto|local) \
		if COACH_LLM=local $(BIN)/coach model status >/dev/null 2>&1; then :; else \
			echo "Fetching a small local model in the background (1.1 GB, once)."; \
			echo "Until it is there, answers come from the article alone."; \
			echo "COACH_LLM=none make run does without it."; \
			mkdir -p .cache; \
			$(BIN)/coach model pull >/dev/null 2>.cache/model-pull.log & pull=$$!; fi;; esac; \
	trap '[ -z "$$pull" ] || kill $$pull 2>/dev/null' EXIT INT TERM; \
	COACH_LLM=$$([ "$${COACH_LLM:-auto}" = local ] && echo auto || echo "$${COACH_LLM:-auto}") \
		$(BIN)/coach serve

$(WEIGHTS)/.ready: tests/weights.py $(READY)
	@$(BIN)/python tests/weights.py $(WEIGHTS)
	@touch $@

test: setup
	$(BIN)/python -m pytest $(TOGETHER) -m "not browser and not server"

test-all: setup $(WEIGHTS)/.ready browser
	$(BIN)/python -m pytest $(TOGETHER) -m "not browser and not server"
	$(BIN)/python -m pytest -m server
	$(BIN)/python -m pytest $(TOGETHER) -m browser

browser:
	@command -v chromium >/dev/null || { \
		echo "Installing Debian's chromium for the browser tests."; \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends \
			chromium fonts-dejavu-core >/dev/null; }

pictures: setup browser
	$(BIN)/python tests/pictures.py

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@long=$$(git ls-files '*.py' | xargs wc -l | awk '$$2 != "total" && $$1 > 400 {print $$2 ": " $$1 " lines"}'); \
		[ -z "$$long" ] || { echo "Longer than 400 lines:"; echo "$$long"; exit 1; }

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Some twenty-five minutes on two idle cores; the sentences are in coach/safety/training/sentences.
classifier: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[training]"
	$(BIN)/python -m coach.safety.training.train

# Under an hour on two idle cores; the sentences and messages are in coach/respond/training/.
gate: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[training]"
	$(BIN)/python -m coach.respond.training.train
	$(BIN)/python -m coach.respond.training.moments
	$(BIN)/python -m coach.respond.training.reading

lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file constraints.txt

clean:
	rm -rf $(VENV) .cache dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
