"""`python -m tidbok_cli`, as the console script `tidbok`."""

from tidbok_cli.app import main

if __name__ == "__main__":
    main()
