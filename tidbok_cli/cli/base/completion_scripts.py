"""Completion scripts, and the files that shells load them from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from tidbok_cli.errors import BadInput, Where

_BASH: Final = """\
_tidbok() {
    local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^=:]/} word
    mapfile -t COMPREPLY < <(_TIDBOK_COMPLETE=complete_bash _TYPER_COMPLETE_ARGS=$line "$1" 2>/dev/null)
    word=${line##*[[:space:]]}
    if [[ $breaks && $word == *[$breaks]* ]]; then  # bash fills in only what follows
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[$breaks]}"}"}")
    fi
}
complete -o default -F _tidbok tidbok
"""

_ZSH: Final = """\
#compdef tidbok
_tidbok() {
    local line="${(j: :)words[1,CURRENT]}"
    local -a candidates
    candidates=(${(f)"$(_TIDBOK_COMPLETE=complete_zsh _TYPER_COMPLETE_ARGS=$line ${(Q)words[1]} 2>/dev/null)"})
    if (( $#candidates )); then
        _describe -V tidbok candidates
    else
        _files
    fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _tidbok "$@"
else
    compdef _tidbok tidbok
fi
"""

_FISH: Final = """\
function _tidbok
    set --local words (commandline --tokenize --current-process)
    set --local line (commandline --current-process --cut-at-cursor)
    set --local candidates (env _TIDBOK_COMPLETE=complete_fish _TYPER_COMPLETE_ARGS="$line" $words[1] 2>/dev/null)
    if set --query candidates[1]
        printf '%s\\n' $candidates
    else
        __fish_complete_path (commandline --current-token)
    end
end
complete --command tidbok --no-files --arguments '(_tidbok)'
"""


class Shell(NamedTuple):
    """A shell's script, its place in the home folder, the start line."""

    script: str
    place: str
    start_file: str = ""
    line: str = ""


_ZSH_LINE: Final = "fpath+=~/.zfunc; autoload -Uz compinit; compinit"
SHELLS: Final = {
    "bash": Shell(_BASH, ".bash_completions/tidbok.sh", ".bashrc", "source ~/.bash_completions/tidbok.sh"),
    "zsh": Shell(_ZSH, ".zfunc/_tidbok", ".zshrc", _ZSH_LINE),
    "fish": Shell(_FISH, ".config/fish/completions/tidbok.fish"),
}


def known_shell(name: str | None) -> str:
    """The calling shell, or the user's; raises BadInput where unknown."""
    name = name or Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise BadInput("completion.other_shell", shell=name, known=", ".join(SHELLS))
    return name


def home() -> Path:
    """The user's home folder; raises BadInput where nobody knows it."""
    try:
        return Path.home()
    except RuntimeError:
        raise BadInput("file.no_home", where=Where("~")) from None


def install(name: str, home: Path) -> Path:
    """Write the script where the shell finds it; safe to repeat.

    Raises BadInput.
    """
    shell = SHELLS[name]
    path = home / shell.place
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shell.script, encoding="utf-8")
        if shell.start_file:
            _add_line(home / shell.start_file, shell.line)
    except OSError as error:
        raise BadInput("completion.not_written", where=Where(str(path)), detail=error.strerror or "") from error
    return path


def _add_line(path: Path, line: str) -> None:
    content = path.read_bytes() if path.exists() else b""
    if line.encode() not in content.splitlines():
        end = b"" if content.endswith(b"\n") or not content else b"\n"
        with path.open("ab") as file:
            file.write(end + line.encode() + b"\n")
