# `make check` is what a change has to pass. PYTHON may name an environment that has the dev group installed.
PYTHON ?= .venv/bin/python

.PHONY: check format lint types test bench

check: format lint types test

format:
	$(PYTHON) -m ruff format --check .

lint:
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

# CLONES names repositories to draft, by default one is made; PEERS a folder with the programs did and git-weekly.
bench:
	$(PYTHON) benchmarks/speed.py $(CLONES) $(if $(PEERS),--peers $(PEERS))
	$(PYTHON) benchmarks/network.py
	$(PYTHON) benchmarks/lab.py
	$(PYTHON) benchmarks/tracker.py
	$(PYTHON) benchmarks/org.py
