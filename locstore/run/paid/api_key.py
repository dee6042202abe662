"""The key of the images API: from the environment, and only for servers that the user allows outside the project."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from locstore.config import ProjectFolder
from locstore.errors import EnvironmentProblem, UsageError
from locstore.paint.images import Secret, key_problem, secret_from

ALLOW_VARIABLE = "LOCSTORE_ALLOW_HOST"


def api_key(project: ProjectFolder, allow_hosts: tuple[str, ...] = ()) -> Secret:
    """The key for the project's server.

    Allowed are `allow_hosts` (--allow-host), what LOCSTORE_ALLOW_HOST names, `allow_hosts` of the user's own
    configuration, and the known providers. Raises EnvironmentProblem if the key is not there, UsageError if the server
    may not have it.
    """
    images = project.config.images
    problem = key_problem(images, images.key_env, [*allow_hosts, *hosts_of_user(os.environ)])
    if problem is not None:
        raise UsageError(f"{problem} Nothing was sent.")
    try:
        key = secret_from(os.environ, images.key_env)
    except ValueError as error:
        raise EnvironmentProblem(f"{images.key_env}: {error}") from None
    if key is None:
        raise EnvironmentProblem(
            f"The key of {images.host} is not in the environment: set {images.key_env}, or name another variable as "
            "images.key_env in locstore.toml. Nothing was sent."
        )
    return key


def hosts_of_user(environment: Mapping[str, str]) -> list[str]:
    """What the user allows in the environment and in the configuration file. Raises UsageError for a broken file."""
    named = environment.get(ALLOW_VARIABLE, "").replace(",", " ").split()
    path = user_file(environment)
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return named
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.as_posix()} cannot be read: {error}.") from error
    hosts = fields.get("allow_hosts", [])
    if set(fields) - {"allow_hosts"} or not isinstance(hosts, list) or not all(isinstance(h, str) for h in hosts):
        raise UsageError(f'{path.as_posix()} may hold allow_hosts = ["images.example.com"] and nothing else.')
    return [*named, *hosts]


def user_file(environment: Mapping[str, str]) -> Path:
    """The user's own configuration: `locstore/config.toml` in $XDG_CONFIG_HOME, else in ~/.config."""
    folder = environment.get("XDG_CONFIG_HOME", "")
    return (Path(folder) if folder else Path.home() / ".config") / "locstore" / "config.toml"
