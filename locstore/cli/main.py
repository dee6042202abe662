"""The group of commands, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import contextlib
import importlib
import keyword
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import click

from locstore.cli.printing import print_findings, print_json, printable
from locstore.errors import EnvironmentProblem, FindingsError, LocstoreError
from locstore.version import __version__

_INTERRUPTED = 130

# Name -> what it does; the module locstore.cli.<name> holds the click command `command`.
COMMANDS = {
    "init": "Start a project that runs, in a new or empty folder.",
    "check": "Find every problem without painting: spec, catalogs, files, fonts, fit.",
    "plan": "Show what a run would paint, and why.",
    "run": "Paint what is new or changed, check it, shelve it.",
    "prompt": "Print what an image model would be asked for.",
    "render": "Paint one shot at once, and open it.",
    "watch": "Paint the selection again whenever a file is saved.",
    "concept": "Print presets as layers (expand), or where each value comes from (explain).",
    "preview": "Show translators their words in place, on a page of this machine.",
    "status": "Count words by locale: translated, fuzzy, missing, approved.",
    "report": "Join words, pictures, verdicts and cost of each locale: table, HTML, JUnit.",
    "accept": "Accept a doubtful slot of a picture that you have looked at.",
    "approve": "Approve pictures, or send them back with a comment.",
    "verify": "Check finished pictures in fastlane's or Gradle Play Publisher's folders.",
    "diff": "Say which pictures differ from another folder or a git revision.",
    "fastlane": "Print the lanes of a Fastfile that upload the pictures.",
    "extract": "Write the concept's messages into the POT file.",
    "update": "Merge new and changed messages into every catalog.",
    "lint": "Check the catalogs the way a careful translator would.",
    "import": "Take translations over from the files of an app, a service or fastlane.",
    "export": "Write strings for translators: CSV, or a pack with pictures of each.",
    "ocr": "Tell which reader and models prove the words of each locale.",
    "worker": "Paint for others: take shots from a queue.",
    "runs": "List runs that are with a queue or a batch.",
    "cache": "Look at, verify and prune the store of paid pictures.",
    "displays": "List the displays of the stores and their sizes.",
    "locales": "List the locales of the stores and their codes.",
    "schema": "Print the JSON Schema of a concept file, for editors.",
}


class _Commands(click.Group):
    """A group that imports a command's module when it is called, so that --help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing:
            return click.Command(cmd_name, short_help=COMMANDS[cmd_name])
        # No module can be called `import`.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"locstore.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="locstore")
def cli() -> None:
    """One screenshot concept in; exact, checked, store-ready screenshots in every language out.

    Exit codes: 0 good, 1 findings, 2 usage, 3 environment, 130 interrupted.
    """


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end a command as ^C does, with everything written; ignored signals stay ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    changed = [n for n in numbers if signal.getsignal(n) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def run_cli(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code. Only a defect of locstore shows a traceback."""
    with _signals():
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    wanted: dict[str, bool] = {}
    code = 0
    try:
        result: Any = cli.main(list(arguments), prog_name="locstore", standalone_mode=False, obj=wanted)
        sys.stdout.flush()
        code = result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except FindingsError as error:
        if wanted.get("json"):
            print_json({"findings": [f.as_dict() for f in error.findings]})
        else:
            print_findings(error.findings, notes=True)
        code = error.exit_code
    except LocstoreError as error:
        click.echo(f"locstore: {printable(str(error))}", err=True)
        code = error.exit_code
    except MemoryError:
        click.echo("locstore: out of memory. Finished pictures are kept; run again with fewer workers (-j1).", err=True)
        code = EnvironmentProblem.exit_code
    except ImportError as error:
        # A library that is not installed, is for another platform, or cannot be loaded with the memory that there is.
        click.echo(f"locstore: a library cannot be loaded: {printable(str(error))}.", err=True)
        code = EnvironmentProblem.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("locstore: interrupted. What is done is kept; run again to go on.", err=True)
        code = _INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone (`locstore plan | head`). Where click sees it first, it exits.
        _discard_output()
        code = _INTERRUPTED
    except OSError as error:
        # Not explained by any room: a full disk under standard output, a folder that has vanished.
        where = f": {error.filename}" if error.filename else ""
        click.echo(printable(f"locstore: {error.strerror or error}{where}."), err=True)
        code = EnvironmentProblem.exit_code
        _discard_output()
    return code


def _discard_output() -> None:
    """Send what is left in the buffer of standard output nowhere: writing it again at the end would fail again."""
    with contextlib.suppress(OSError, ValueError):  # a stream that is not a file, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
