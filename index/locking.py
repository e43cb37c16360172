"""One writer at a time, and one rebuild at a time, across processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusy, IndexReadOnly

DEFAULT_WAIT = 10.0
"""Seconds that a second writer waits before it gives up."""


@contextmanager
def write_lock(folder: Path, wait: float = DEFAULT_WAIT) -> Iterator[None]:
    """Hold the right to write to the index in `folder`; the operating system frees it when the process dies.

    Args:
        folder: The index folder; made if it does not exist.
        wait: Seconds to wait for another writer; 0 not at all.
    Raises:
        IndexBusy: Another process is still writing after `wait` seconds.
        IndexReadOnly: The folder cannot be written.
    """
    with _locked(folder, "write.lock", wait, "writing to"):
        yield


@contextmanager
def rebuild_lock(folder: Path, wait: float = DEFAULT_WAIT) -> Iterator[None]:
    """Hold the right to rebuild the index in `folder`, beside those who write to it; taken before the write lock.

    Args:
        folder: The index folder.
        wait: Seconds to wait for another rebuild; 0 not at all, -1 for as long as it takes.
    Raises:
        IndexBusy: Another process is still rebuilding after `wait` seconds.
        IndexReadOnly: The folder cannot be written.
    """
    with _locked(folder, "rebuild.lock", wait, "rebuilding"):
        yield


@contextmanager
def _locked(folder: Path, name: str, wait: float, what: str) -> Iterator[None]:
    lock = FileLock(folder / name, timeout=wait)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"another process is {what} {folder}: wait until it is done and run the command again"
        ) from error
    except OSError as error:
        raise IndexReadOnly(
            f"cannot write to {folder} ({error.strerror}): make the folder writable or choose another one with "
            f"--index DIR"
        ) from error
    try:
        yield
    finally:
        lock.release()
