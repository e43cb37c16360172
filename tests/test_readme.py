"""Every block of the README does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# A fenced block of bash or Python with the comment in the line before it.
BLOCKS = re.findall(r"<!-- (.*?) -->\n```(bash|python)\n(.*?)```", README, re.DOTALL)
NAMED = {"start", "tests"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a new user has: the repository without anything that was made since."""
    folder = tmp_path_factory.mktemp("readme") / "clone"
    keep_out = shutil.ignore_patterns(".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=keep_out)
    return folder


def test_every_block_that_can_be_run_says_whether_it_is() -> None:
    assert len(BLOCKS) == len(re.findall(r"^```(?:bash|python)$", README, re.MULTILINE))
    for mark, _, _ in BLOCKS:
        assert mark in NAMED | {"run"} or mark.startswith("not run: "), mark


def test_the_two_lines_are_those_that_are_tested() -> None:
    lines = {mark: text.strip() for mark, _, text in BLOCKS if mark in NAMED}
    setup = "python3 -m venv .venv && .venv/bin/pip install --quiet -r requirements.txt && .venv/bin/python "
    assert lines == {"start": setup + "app.py", "tests": setup + "-m pytest"}  # app.py: test_app_browser.py
    assert "<!-- tests -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.slow
def test_blocks_run_one_after_the_other(copy: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ARTICLES_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    for mark, language, text in BLOCKS:
        if mark != "run":
            continue
        command = ["bash", "-euc", text] if language == "bash" else [sys.executable, "-c", text]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"


def test_every_file_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
