"""`locstore prompt`: what an image model would be asked for, word for word."""

from __future__ import annotations

from pathlib import Path

import click

from locstore.cli.options import (
    SelectionOptions,
    WordsOptions,
    json_option,
    make_project,
    option,
    project_option,
    selection_options,
    words_options,
)
from locstore.cli.printing import print_findings, print_json
from locstore.findings import has_errors


@click.command("prompt")
@selection_options
@words_options
@option("--model", default="gpt-image-2", show_default=True, help="Model whose sizes the request has to keep.")
@json_option
@project_option
def command(
    chosen: SelectionOptions,
    words: WordsOptions,
    model: str,
    as_json: bool,
    project_folder: Path,
) -> int:
    """Print the prompt and the request's size for each selected shot. Nothing is sent."""
    from locstore.project import prompts

    project = make_project(project_folder, words)
    made, findings = prompts(project, chosen.selection(), model)
    if as_json:
        listed = [{"shot": p.shot, "size": p.size.text, "covers": p.size.covers, "prompt": p.prompt} for p in made]
        print_json({"prompts": listed, "findings": [f.as_dict() for f in findings]})
    else:
        print_findings(findings, notes=False)
        for p in made:
            if len(made) > 1:
                click.echo(f"# {p.shot}, {p.size.text}")
            click.echo(p.prompt)
    return 1 if has_errors(findings) else 0
