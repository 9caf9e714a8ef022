"""`python -m ui.cli`, the same as `coach`."""

from ui.cli.app import main

if __name__ == "__main__":
    main()
