"""The command line of the index: ``python -m index add|remove|list|search|check|rebuild|info``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import ArticlesError
from index.progress import Progress, Report
from index.settings import add_filter_options, add_index_options, filters_from, index_folder, model_name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 something was refused, 2 the command line is wrong."""
    return run(_parser().parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Run ``options.run(options)``; an error that the project names is printed, with exit status 1."""
    try:
        return int(options.run(options))
    except ArticlesError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `| head` closed the pipe
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Keep an index of news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str, *, prints: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        add_index_options(made)
        if prints:
            made.add_argument("--json", action="store_true", help="print JSON")
        return made

    add = command("add", _add, "Add files and folders of articles (.txt .md .html .jsonl .pdf .docx).")
    add.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    add.add_argument(
        "--wait", type=float, default=10.0, metavar="SECONDS", help="for another writer (default 10)"
    )
    remove = command("remove", _remove, "Remove articles by id.")
    remove.add_argument("ids", nargs="+", metavar="ID")
    listing = command("list", _list, "List the articles, newest first.")
    add_filter_options(listing)
    search = command("search", _search, "Find the passages that answer a question.")
    search.add_argument("question")
    search.add_argument("-k", type=int, default=5, metavar="N", help="how many passages (default 5)")
    add_filter_options(search)
    command("check", _check, "Check that the store and everything derived from it agree.")
    rebuild = command(
        "rebuild",
        _rebuild,
        "Make what is derived from the store anew; with another --model, or when the default has changed since the "
        "index was built, embed every passage anew. The old index answers until that is done, and after an "
        "interruption the same command goes on where it stopped.",
        prints=False,
    )
    rebuild.add_argument(
        "--wait", type=float, default=10.0, metavar="SECONDS", help="for another writer (default 10)"
    )
    command("info", _info, "Say what the index holds.")
    return parser


def _open(options: argparse.Namespace, *, uses_model: bool = False) -> Any:
    from index.article_index import ArticleIndex

    model = model_name(options.model)
    # Without a model an index of a former default can be read, too; one that was asked for has to be the right one.
    return ArticleIndex(index_folder(options.index), model, any_model=model is None and not uses_model)


@contextmanager
def _bar() -> Iterator[Report]:
    """What long work reports to: a bar on a terminal, nothing in a file or pipe, so that logs stay readable."""
    from tqdm import tqdm

    with tqdm(total=100, unit="%", disable=None, bar_format="{percentage:3.0f}% |{bar}| {desc}") as bar:

        def report(progress: Progress) -> None:
            bar.set_description_str(str(progress).partition("%")[2].strip(), refresh=False)
            bar.update(100 * progress.fraction - bar.n)

        yield report


def _add(options: argparse.Namespace) -> int:
    from index.article_index import ArticleIndex

    index = ArticleIndex.create(index_folder(options.index), model_name(options.model), options.wait)
    with _bar() as report:

        def stored(ids: list[str]) -> None:
            # One line for each article that is safely on disk, as it happens.
            if options.json:
                for article_id in ids:
                    print(json.dumps({"stored": article_id}, ensure_ascii=False), flush=True)

        result = index.add(options.paths, report=report, stored=stored, wait=options.wait)
    for bad in result.bad:
        print(f"error: {bad}", file=sys.stderr)
    if options.json:
        summary = {
            "added": result.added,
            "replaced": result.replaced,
            "unchanged": result.unchanged,
            "bad": [{"origin": bad.origin, "reason": bad.reason} for bad in result.bad],
            "passages": result.passages,
            "seconds": round(result.seconds, 3),
        }
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print(
            f"{len(result.added)} added, {len(result.replaced)} replaced, {result.unchanged} unchanged, "
            f"{len(result.bad)} refused; {result.passages} passages embedded in {result.seconds:.1f} s"
        )
    return 1 if result.bad else 0


def _remove(options: argparse.Namespace) -> int:
    removed, absent = _open(options).remove(options.ids)
    if options.json:
        print(json.dumps({"removed": removed, "absent": absent}, ensure_ascii=False))
    else:
        print(f"{len(removed)} removed")
    for article_id in absent:
        print(
            f"error: there is no article {article_id!r}; `python -m index list` shows the ids",
            file=sys.stderr,
        )
    return 1 if absent else 0


def _list(options: argparse.Namespace) -> int:
    articles = _open(options).articles(filters_from(options))
    for article in articles:
        if options.json:
            row = dataclasses.asdict(article)
            row["characters"] = len(row.pop("text"))
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{article.published or '----------'}  {article.language:3}  {article.id}  {article.title}")
    return 0


def _search(options: argparse.Namespace) -> int:
    hits = _open(options, uses_model=True).search(options.question, options.k, filters_from(options))
    for hit in hits:
        if options.json:
            row = dataclasses.asdict(hit.passage) | {
                "score": round(hit.score, 6),
                "why": dataclasses.asdict(hit.why),
            }
            print(json.dumps(row, ensure_ascii=False))
        else:
            about = ", ".join(filter(None, [hit.article.source, hit.article.published, hit.article.language]))
            print(f"{hit.score:.3f}  {hit.article.title} ({about})\n       {hit.passage.article_id}")
            print(f"       {' '.join(hit.passage.text.split())}\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    folder = index_folder(options.index)
    problems = _open(options).check()
    if options.json:
        print(json.dumps({"problems": problems}, ensure_ascii=False))
    elif not problems:
        print("the store and everything derived from it agree")
    for problem in problems:
        print(f"error: {problem}; run `python -m index rebuild --index {folder}`", file=sys.stderr)
    return 1 if problems else 0


def _rebuild(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from index.article_index import ArticleIndex

    # Whatever built it: this is the command that takes it to another model.
    index = ArticleIndex(index_folder(options.index), model_name(options.model), any_model=True)
    last: Progress | None = None

    def report(progress: Progress) -> None:
        nonlocal last
        if progress.resumed and last is None:
            tqdm.write(
                f"resuming: {progress.resumed:,} of {progress.total:,} passages are already embedded",
                file=sys.stderr,
            )
        last = progress
        show(progress)

    try:
        with _bar() as show:
            outcome = index.rebuild(options.wait, report=report)
    except KeyboardInterrupt:
        how_far = "" if last is None else f": {last.done:,} of {last.total:,} passages are embedded"
        print(f"interrupted{how_far}; run the same command again to go on from here", file=sys.stderr)
        return 130
    if outcome.former_model is not None:
        print(
            f"{outcome.embedded:,} passages embedded with {outcome.model} in {outcome.seconds:.1f} s"
            + (f", {outcome.resumed:,} by an earlier run" if outcome.resumed else "")
            + f"; {outcome.former_model} is no longer used"
        )
    articles, passages = index.store.counts()
    print(f"word index and vector file made anew for {articles} articles, {passages} passages")
    return 0


def _info(options: argparse.Namespace) -> int:
    info = _open(options).info()
    if options.json:
        print(json.dumps(dataclasses.asdict(info), ensure_ascii=False))
        return 0
    print(f"folder     {info.folder} ({info.bytes / 1e6:.1f} MB)")
    print(f"articles   {info.articles}\npassages   {info.passages}")
    print(f"model      {info.model} ({info.dimension} numbers a vector)")
    print("languages  " + ", ".join(f"{code} {count}" for code, count in info.languages.items()))
    print("sources    " + ", ".join(f"{name} {count}" for name, count in info.sources.items()))
    return 0
