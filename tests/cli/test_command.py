"""The command line: help at once, and one line for what can be expected to go wrong."""

import subprocess
import sys

import pytest
from django.db import OperationalError

from sidegate.cli import commands, main
from sidegate.cli.trouble import Trouble, in_words


def test_help_names_every_command_and_never_loads_django() -> None:
    script = (
        "import sys\nfrom sidegate.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('django' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.endswith("False\n")
    for command in commands.COMMANDS:
        assert f"    {command.name}" in told


def test_the_commands_are_those_of_the_design() -> None:
    names = "demo new-business serve web worker migrate backup restore copy-database doctor seed sign-in-link"
    assert [command.name for command in commands.COMMANDS] == names.split()


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_each_command_explains_itself(command: commands.Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command.name, "--help"])
    assert left.value.code == 0
    assert command.help in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["demo", "--port", "99999"], "invalid port value: '99999'"),
        (["seed", "--clients", "0", "--requests", "1"], "invalid count value: '0'"),
        (["seed", "--clients", "1", "--requests", "1", "--pending", "2"], "invalid share value: '2'"),
        (["new-business", "Greenlawn"], "the following arguments are required: --owner"),
        (["dance"], "invalid choice: 'dance'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_what_is_typed_wrong_is_told_and_ends_with_2(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(typed)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.django_db
def test_a_trouble_is_one_line_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign-in-link", "nobody@example.com"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "sidegate sign-in-link: Nobody here has the address nobody@example.com.\n"


def test_an_expected_error_has_words_and_ours_has_none() -> None:
    assert in_words(Trouble("Taken.")) == "Taken."
    failed = OperationalError("database is locked\nLINE 1: …")
    assert in_words(failed) == "The database failed: database is locked"
    assert in_words(OSError(28, "No space left on device")) == "The disk is full."
    assert in_words(KeyError("ours")) == ""


def test_our_own_faults_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from sidegate.cli import doctor

    def broken(options: object) -> int:
        raise KeyError("ours")

    monkeypatch.setattr(doctor, "run", broken)
    with pytest.raises(KeyError):
        main(["doctor"])


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    from sidegate.cli import doctor

    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "run", interrupted)
    assert main(["doctor"]) == 130
