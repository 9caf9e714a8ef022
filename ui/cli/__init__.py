"""The `coach` command: the coach in a terminal and for scripts."""

from ui.cli.app import app, main

__all__ = ["app", "main"]
