"""`python -m tidbok_cli`, and the console script `tidbok`.

Python is told first how rarely to look for rings of objects that nobody needs: what a command loads is more than it
would otherwise make before the first look, and a question makes fewer than this, though a job makes many more.
"""

import gc

gc.set_threshold(100_000)


def main() -> None:
    """Run the program."""
    from tidbok_cli.app import main as run

    run()


if __name__ == "__main__":
    main()
