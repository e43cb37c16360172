"""Which embedding model an index is opened with, and what is said when another one built it.

An index remembers the identity of its model, "name@fingerprint of the weights". Vectors of two models cannot be
compared, so an index is read with the model that built it or not at all; `python -m index rebuild` takes it from one
model to another.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from index import embedder as embedding
from index.errors import WrongModel

FORMER_DEFAULTS = ("all-MiniLM-L6-v2",)
"""What `DEFAULT_MODEL` has been: nobody chose these, so an index of one of them is to be taken to today's default."""


def name_of(identity: str) -> str:
    """The name in an identity.

    >>> name_of("all-MiniLM-L6-v2@53aa51172d14")
    'all-MiniLM-L6-v2'
    """
    return identity.rpartition("@")[0]


def was_default(name: str) -> bool:
    """Whether that model was the default once and is not any more."""
    return name in FORMER_DEFAULTS and name != embedding.DEFAULT_MODEL


def wanted_model(built_with: str | None, given: str | None) -> str:
    """The name of the model that an index is to be used with.

    Args:
        built_with: Identity of the model that built the index; None before the first article.
        given: What the caller asked for; None: the one that built the index, but today's default in place of a former
            one.
    """
    if given is not None:
        return given
    if built_with is None or was_default(name_of(built_with)):
        return embedding.DEFAULT_MODEL
    return name_of(built_with)


def rebuild_command(folder: Path, built_with: str, wanted: str) -> str:
    """The command that takes the index in `folder` to the model named `wanted`."""
    needed = [] if wanted_model(built_with, None) == wanted else ["--model", wanted]
    return shlex.join(["python", "-m", "index", "rebuild", *needed, "--index", str(folder)])


def refusal(folder: Path, built_with: str, wanted: str, identity: str | None = None) -> WrongModel:
    """Why the index in `folder` cannot be used with a model, with the command that repairs it.

    Args:
        folder: The index folder.
        built_with: Identity of the model that built the index.
        wanted: Name of the model in use.
        identity: Of that model, where it is loaded already.
    """
    name = name_of(built_with)
    repair = f"run `{rebuild_command(folder, built_with, wanted)}`, which embeds its passages anew"
    if was_default(name):
        why = f" ({name} was the default before and is no longer installed with this project)"
    elif name == wanted:
        why = " (the weights under this name have changed)"
    else:
        why = ""
        repair = f"use `--model {shlex.quote(name)}`, or {repair}"
    return WrongModel(
        f"{folder} was built with the model {built_with}, not {identity or wanted}{why}: {repair}"
    )


def require_model(folder: Path, built_with: str | None, identity: str) -> None:
    """Refuse an embedder that is not the one that built the index.

    Args:
        folder: The index folder.
        built_with: Identity of the model that built the index; None before the first article, which suits all.
        identity: Of the embedder in use.
    Raises:
        WrongModel: Names both models and the command that repairs it.
    """
    if built_with is not None and built_with != identity:
        raise refusal(folder, built_with, name_of(identity), identity)


def rebuilt_meanwhile(folder: Path, now: str, in_use: str) -> WrongModel:
    """What a program is told that had the index open while another one took it to another model."""
    return WrongModel(
        f"{folder} has been rebuilt with the model {now} since it was opened with {in_use}: start this program again"
    )
