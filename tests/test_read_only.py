"""An index in a folder that cannot be written: reading works, writing says so. Root is bound by dropping its powers."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import ArticleIndex
from tests.conftest import ROOT, use, write_articles
from tests.stand_in import StandInEmbedder


@pytest.fixture
def own(tmp_path: Path) -> ArticleIndex:
    return use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]


def without_powers() -> None:
    """In a child about to start a program: root that is bound by permissions like everybody."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            os._exit(99)


def bound(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python where `folder` cannot be written."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    modes = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")]}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        test = [sys.executable, "-c", f"open({str(folder / 'probe')!r}, 'w')"]
        powers = without_powers if root else None
        if subprocess.run(test, preexec_fn=powers, capture_output=True, check=False).returncode != 1:
            pytest.skip("permissions do not bind here")
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            preexec_fn=powers,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.skipif(sys.platform != "linux", reason="drops the powers of root the way Linux does")
class TestReadOnly:
    SEARCH = (
        "import sys; from index import ArticleIndex; from tests.stand_in import StandInEmbedder;"
        "index = ArticleIndex(sys.argv[1]); index.load_embedder(StandInEmbedder());"
        "hit, = index.search('snow in Almaty', 1);"
        "print(hit.passage.article_id, hit.why.words > 0, index.check())"
    )

    def filled(self, own: ArticleIndex, tmp_path: Path) -> Path:
        own.add([write_articles(tmp_path / "a", ["Rain fell on Bukhara.", "Snow covered Almaty."])])
        own.close()
        return own.folder

    def test_adding_says_so(self, own: ArticleIndex, tmp_path: Path) -> None:
        folder = self.filled(own, tmp_path)
        for command in (["add", str(tmp_path / "a")], ["remove", "0000.txt"], ["rebuild"]):
            done = bound(folder, "-m", "index", *command, "--index", str(folder))
            assert done.returncode == 1, done
            assert done.stderr.endswith(
                f"error: cannot write to {folder} (Permission denied): make the folder writable or choose another one "
                f"with --index DIR\n"
            )

    def test_a_new_index_in_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        done = bound(
            write_articles(tmp_path / "a", ["Rain."]),
            "-m",
            "index",
            "add",
            ".",
            "--index",
            f"{tmp_path}/a/new",
        )
        assert done.returncode == 1
        assert done.stderr.startswith(
            f"error: cannot write to {tmp_path}/a/new (Permission denied): make the folder"
        )

    def test_reading_works(self, own: ArticleIndex, tmp_path: Path) -> None:
        folder = self.filled(own, tmp_path)
        listed = bound(folder, "-m", "index", "list", "--index", str(folder))
        assert (listed.returncode, listed.stdout.count("\n")) == (0, 2)
        searched = bound(folder, "-c", self.SEARCH, str(folder))
        assert searched.returncode == 0, searched.stderr
        assert searched.stdout.startswith("0001.txt ")

    def test_words_are_found_too(self, own: ArticleIndex, tmp_path: Path) -> None:
        folder = self.filled(own, tmp_path)
        searched = bound(folder, "-c", self.SEARCH, str(folder))
        assert (searched.stdout, searched.stderr) == ("0001.txt True []\n", "")
