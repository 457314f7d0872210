"""Commands: a module for each noun, `<noun>_<what>` beside a long one."""
