"""Commands, each thin: options → workflow → result → render.

These modules are imported by every call, so at their top stand only typer and typing; a command imports what it needs
when it runs.
"""
