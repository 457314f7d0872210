"""The commands: a module for each noun, `<noun>_<what>` beside it where one is not enough."""
