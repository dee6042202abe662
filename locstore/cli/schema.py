"""`locstore schema`: the JSON Schema of a concept file."""

from __future__ import annotations

import click

from locstore.cli.printing import print_json


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of a concept file, for editors.

    Save it beside the concept and begin the concept with: # yaml-language-server: $schema=concept.schema.json
    """
    from locstore.concept import concept_schema

    print_json(concept_schema())
