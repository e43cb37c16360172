"""The command line of answers: ``python -m qa ask|chat|evaluate``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import ArticleIndex, BadRequest
from index.article_index import whole_characters
from index.cli import run
from index.settings import add_filter_options, add_index_options, filters_from, index_folder, model_name
from qa.answering import ask, stream
from qa.chat import chat
from qa.evaluation import MEASURES, BadGold, Report, as_row, evaluate, load_gold
from qa.language_model import configured_model
from qa.showing import show
from qa.transcript import as_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit status 0 done, 1 refused or below a floor, 2 the command line is wrong."""
    return run(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description="Answer questions from news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    asking = commands.add_parser("ask", help="answer a question, or a file of them")
    asking.set_defaults(run=_ask)
    add_index_options(asking)
    add_filter_options(asking)
    asking.add_argument("question", nargs="?")
    asking.add_argument("--questions", type=Path, metavar="FILE", help="JSONL with id, question, history")
    asking.add_argument(
        "--history", action="append", default=[], metavar="TEXT", help="an earlier question (repeatable)"
    )
    asking.add_argument("-k", type=int, default=10, metavar="N", help="passages to consider (default 10)")
    asking.add_argument("--json", action="store_true", help="print one JSON object a line")
    _add_llm_option(asking)

    chatting = commands.add_parser("chat", help="question after question, with follow-ups")
    chatting.set_defaults(run=_chat)
    add_index_options(chatting)
    add_filter_options(chatting)
    chatting.add_argument("-k", type=int, default=10, metavar="N", help="passages to consider (default 10)")
    _add_llm_option(chatting)

    evaluating = commands.add_parser("evaluate", help="measure answers against gold questions")
    evaluating.set_defaults(run=_evaluate)
    add_index_options(evaluating)
    evaluating.add_argument("gold", type=Path, nargs="+", metavar="GOLD.jsonl")
    evaluating.add_argument("-k", type=int, default=10, metavar="N", help="passages to ask for (default 10)")
    evaluating.add_argument("--json", action="store_true", help="print JSON")
    evaluating.add_argument(
        "--floor", action="append", default=[], metavar="METRIC=VALUE", help="fail below this"
    )
    evaluating.add_argument("--details", type=Path, metavar="FILE", help="write one JSON line a question")
    _add_llm_option(evaluating)
    return parser


def _add_llm_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--llm", metavar="PROVIDER:MODEL", help="a language model writes (default: $ARTICLES_LLM)"
    )


def _open(options: argparse.Namespace) -> ArticleIndex:
    return ArticleIndex(index_folder(options.index), model_name(options.model))


def _line(row: dict[str, Any]) -> str:
    return whole_characters(json.dumps(row, ensure_ascii=False))


def _ask(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.questions is None):
        raise BadRequest(
            'give either a question or --questions FILE: `python -m qa ask "who met Mirziyoyev?"`'
        )
    index = _open(options)
    filters = filters_from(options)
    llm = options.llm or configured_model()
    if options.questions is not None:
        status = 0
        for row_id, question, history in _questions(options.questions):
            try:
                answer = ask(index, question, history=history, k=options.k, filters=filters, llm=llm)
            except BadRequest as error:
                # One bad question must not take the others with it, nor look like an answer.
                print(_line({"id": row_id, "question": question, "error": str(error)}))
                status = 1
                continue
            print(_line(as_json(answer, row_id)), flush=True)
        return status
    if options.json:
        answer = ask(index, options.question, history=options.history, k=options.k, filters=filters, llm=llm)
        print(_line(as_json(answer)))
        return 0
    *_, answer = stream(
        index, options.question, history=options.history, k=options.k, filters=filters, llm=llm
    )
    if answer.notice:
        print(f"note: {answer.notice}\n", file=sys.stderr)
    print(show(replace(answer, notice=None)))
    return 0


def _questions(path: Path) -> Iterator[tuple[str | None, str, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"{path} cannot be read ({error}): give a UTF-8 file with one JSON object a line"
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            history = row.get("history") or []
            if not isinstance(row["question"], str) or not all(isinstance(item, str) for item in history):
                raise TypeError("question must be a text and history a list of texts")
            yield row.get("id"), row["question"], history
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRequest(
                f'{path}:{number}: not a question ({error}): write {{"id": ..., "question": ..., "history": [...]}}'
            ) from error


def _chat(options: argparse.Namespace) -> int:
    chat(_open(options), filters=filters_from(options), k=options.k, llm=options.llm or configured_model())
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    floors = [_floor(text) for text in options.floor]
    for name, _ in floors:
        if name not in MEASURES:
            raise BadGold(f"--floor {name}: no such measure; there are {', '.join(MEASURES)}")
    index = _open(options)
    gold = [row for path in options.gold for row in load_gold(path)]
    with tqdm(total=len(gold), unit="question", disable=None) as bar:
        report = evaluate(
            index,
            gold,
            k=options.k,
            llm=options.llm or configured_model(),
            progress=lambda done, _: bar.update(1),
        )
    if options.details:
        lines = (json.dumps(as_row(item), ensure_ascii=False) + "\n" for item in report.judged)
        options.details.write_text("".join(lines), encoding="utf-8")
    _print_report(report, in_json=options.json)
    status = 0
    for name, least in floors:
        value = report.overall.get(name)
        if value is None or value < least:
            print(f"below the floor: {name} is {value}, at least {least} is wanted", file=sys.stderr)
            status = 1
    return status


def _floor(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        raise BadRequest(f"--floor {text}: write METRIC=VALUE, such as recall@5=0.9") from error


def _print_report(report: Report, *, in_json: bool) -> None:
    if in_json:
        print(
            json.dumps(
                {
                    "questions": report.questions,
                    "overall": report.overall,
                    "pairs": report.pairs,
                    "tags": report.tags,
                },
                ensure_ascii=False,
            )
        )
        return
    print(f"{report.questions} questions")
    for name, value in report.overall.items():
        print(f"  {name:22} {value:.3f}")
    columns = ("questions", "recall@1", "recall@5", "success@5", "mrr", "ndcg@10")
    for title, table in (("language pair", report.pairs),):
        print(f"\n{title:16}" + "".join(f"{name:>11}" for name in columns))
        for key, row in table.items():
            cells = (row.get(name) for name in columns)
            print(f"{key:16}" + "".join(f"{cell:11.3f}" if cell is not None else " " * 11 for cell in cells))
