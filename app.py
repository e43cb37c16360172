"""The web chat: ``python app.py [--host 127.0.0.1] [--port 7860] [--auth user:password]``.

The page is served first; behind it the index is opened, filled on the first start, taken to a new default model after
an update, and warmed up (`page.newsroom`).
This file wires Gradio's components to `page`, which knows what to show, and to `qa`, which answers.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

# Set before gradio is imported, or it calls out; nothing on this page may.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"

import gradio as gr

from index import Article, ArticlesError
from index.settings import add_index_options, index_folder, model_name
from page import answers, exports, frame, library, sources, threads
from page.api import add_endpoints
from page.conversation import Conversation
from page.feedback import keep_feedback
from page.limits import Limits, from_address, from_form
from page.newsroom import Newsroom
from page.visit import Visit
from page.wording import ENGLISH, LANGUAGES, preferred

HERE = Path(__file__).resolve().parent
STYLE = (HERE / "page" / "style.css").read_text(encoding="utf-8")
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_LANGUAGE_KEY = "ask-the-articles.language"
_numbers = itertools.count(1)
"""For what the browser must tell apart: openings of an article, errands, settings of the filters."""


def _script(*names: str) -> str:
    """Scripts of the page for one component, each in a block of its own."""
    return "\n".join(f"{{\n{(HERE / 'page' / name).read_text(encoding='utf-8')}\n}}" for name in names)


class Page:
    """The components of the page and what happens when they are used."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        with gr.Blocks(title="Ask the Articles", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()
            add_endpoints(newsroom)

    def _lay_out(self) -> None:
        clicks = _script("clicks.js")
        self.visit = gr.State(Visit())
        # The key is no secret: it lies in the page. What is kept under it is two letters.
        self.language = gr.BrowserState("", storage_key=_LANGUAGE_KEY, secret="language of page")
        self.timer = gr.Timer(0.5)
        self.masthead = _html(frame.masthead(ENGLISH), _script("clicks.js", "masthead.js"), "masthead")
        self.threads = _html(threads.menu([]), _script("threads.js"), "threads")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=6, min_width=320, elem_id="main"):
                self.status = _html(library.status(self.newsroom.status), None, "status")
                with gr.Tabs(elem_id="tabs"):
                    with gr.Tab(ENGLISH("tab_ask"), id="ask", elem_id="ask") as self.ask_tab:
                        self.transcript = _html(
                            answers.conversation(()), _script("clicks.js", "citations.js"), "conversation"
                        )
                        self.limits = _html("", None, "limits")
                        self.composer = _html(
                            frame.composer(Limits(), {}, {}, ENGLISH), _script("composer.js"), "composer"
                        )
                        with gr.Row(elem_id="below"):
                            self.note = _html("", None, "note")
                            self.clear = gr.Button(
                                ENGLISH("new"), size="sm", scale=0, min_width=140, elem_id="clear"
                            )
                    with gr.Tab(
                        ENGLISH("tab_articles"), id="articles", elem_id="library"
                    ) as self.articles_tab:
                        self.upload = gr.File(
                            label=ENGLISH("upload"), file_count="multiple", height=130, elem_id="upload"
                        )
                        self.upload_note = _html("", None, "upload-note")
                        self.listing = _html("", clicks, "articles")
            with gr.Column(scale=5, min_width=320, elem_id="side"):
                self.passages = _html(sources.sources((), _no_article), clicks, "sources")
                self.reader = _html("", _script("reader.js"), "reader")
        self.errand = _html("", _script("errands.js"), "errand")

    def _wire(self) -> None:
        visit, hidden = [self.visit], {"show_progress": "hidden", "api_visibility": "private"}
        # Gradio would pass over what is clicked while the same event is still being answered.
        each = {**hidden, "trigger_mode": "multiple"}
        answering = [self.transcript, self.passages, self.visit, self.note, self.errand]
        limited = [self.limits, self.listing]
        opening = [
            *answering[:3], self.masthead, self.ask_tab, self.articles_tab, self.status, self.composer, self.clear,
            self.upload, *limited, self.reader,
        ]  # fmt: skip

        opened = self.blocks.load(self._opened, [self.visit, self.language], opening, **hidden)
        asking = [
            opened.then(self._asked_by_address, visit, answering, **hidden),
            self.composer.ask(self._ask, visit, answering, **each),
            self.transcript.ask(self._ask, visit, answering, **each),
            self.transcript.retry(self._retry, visit, answering, **hidden),
        ]
        for event in asking:
            event.failure(self._broke_off, visit, answering, **hidden)
        self.clear.click(self._clear, visit, answering, cancels=asking, **hidden)
        self.transcript.undo(self._undo, visit, answering, **hidden)
        self.transcript.like(self._like, visit, [self.errand], **each)
        for shown in (self.transcript, self.passages, self.listing):
            shown.read(self._read, visit, [self.reader], **each)

        # One after the other: the last one that was chosen must be the last one that is shown.
        self.composer.limit(self._limit, visit, limited, concurrency_limit=1, **each)
        self.masthead.language(self._speak, visit, [*opening, self.note, self.language], **hidden)
        self.masthead.export(self._export, visit, [self.note, self.errand], **hidden)
        self.threads.menu(self._menu, visit, [self.threads], **each)
        self.threads.reload(self._reload, visit, answering, cancels=asking, **hidden)

        self.timer.tick(
            self._starting, visit, [self.status, self.timer, self.composer, self.listing], **hidden
        )
        self.articles_tab.select(self._list, visit, [self.listing], **hidden)
        self.upload.upload(
            self._upload,
            [self.upload, self.visit],
            [self.upload, self.upload_note, self.status, self.composer, self.listing],
            show_progress="full",
            show_progress_on=self.upload_note,
            api_visibility="private",
        )

    # ---- opening the page, and its language

    def _opened(self, visit: Visit, kept: Any, request: gr.Request) -> tuple[Any, ...]:
        visit.language = kept if kept in LANGUAGES else preferred(request.headers.get("accept-language"))
        visit.asked_by_address, visit.limits = from_address(request.query_params.multi_items())
        return self._everything(visit, setting=next(_numbers))

    def _speak(self, chosen: gr.EventData, visit: Visit) -> tuple[Any, ...]:
        language = _clicked(chosen, "language")
        visit.language = language if language in LANGUAGES else visit.language
        return *self._everything(visit), "", visit.language

    def _everything(self, visit: Visit, setting: int | None = None) -> tuple[Any, ...]:
        say = visit.say
        return (
            *self._shown(visit),
            frame.masthead(say),
            gr.Tab(label=say("tab_ask")),
            gr.Tab(label=say("tab_articles")),
            library.status(self.newsroom.status, say),
            self._composer(visit, setting),
            gr.Button(say("new")),
            gr.File(label=say("upload")),
            frame.limits_line(visit.limits, say),
            self._list(visit),
            "",
        )

    def _composer(self, visit: Visit, setting: int | None = None) -> str:
        info = None if self.newsroom.index is None else self.newsroom.index.info()
        visit.setting = visit.setting if setting is None else setting
        languages, outlets = ({}, {}) if info is None else (info.languages, info.sources)
        return frame.composer(visit.limits, languages, outlets, visit.say, visit.setting)

    # ---- asking

    def _ask(self, clicked: gr.EventData, visit: Visit) -> Iterator[Any]:
        visit.limits = from_form(clicked._data)
        yield from self._put(str(_clicked(clicked, "question")), visit)

    def _retry(self, clicked: gr.EventData, visit: Visit) -> Iterator[Any]:
        visit.limits = from_form(clicked._data)
        yield from self._put(visit.conversation.take_back(_number(clicked, "turn")), visit)

    def _asked_by_address(self, visit: Visit) -> Iterator[Any]:
        question, visit.asked_by_address = visit.asked_by_address, ""
        if question:
            yield from self._put(question, visit)
        else:
            yield tuple(gr.skip() for _ in range(5))

    def _put(self, question: str, visit: Visit) -> Iterator[Any]:
        say, question = visit.say, question.strip()
        nothing_new = gr.skip(), gr.skip(), gr.skip()
        if not question:
            yield *nothing_new, library.said(say("type_first")), gr.skip()
            return
        wrong = visit.limits.wrong(say)
        if wrong is not None:
            yield *nothing_new, library.error(say("filters_wrong", why=wrong)), gr.skip()
            return
        for turn in visit.conversation.ask(self.newsroom, question, visit.limits.filters()):
            note = library.said(answers.announcement(turn, visit.say))
            yield *self._shown(visit), note, self._kept(visit) if turn.step is None else gr.skip()

    def _undo(self, clicked: gr.EventData, visit: Visit) -> tuple[Any, ...]:
        visit.conversation.take_back(_number(clicked, "turn"))
        return *self._shown(visit), library.said(visit.say("taken_back")), self._kept(visit)

    def _clear(self, visit: Visit) -> tuple[Any, ...]:
        visit.conversation = Conversation()
        return *self._shown(visit), library.said(visit.say("new_said")), gr.skip()

    def _broke_off(self, visit: Visit) -> tuple[Any, ...]:
        visit.conversation.break_off()
        return *self._shown(visit), "", gr.skip()

    def _shown(self, visit: Visit) -> tuple[str, str, Visit]:
        turns, say = visit.conversation.turns, visit.say
        return answers.conversation(turns, say), sources.sources(turns, self._find, say), visit

    def _find(self, article_id: str) -> Article | None:
        return None if self.newsroom.index is None else self.newsroom.index.article(article_id)

    # ---- threads and files; what comes from a browser may be anything

    def _kept(self, visit: Visit) -> Any:
        thread = threads.written(visit.conversation, date.today())
        return gr.skip() if thread is None else frame.errand("keep", next(_numbers), thread)

    def _menu(self, clicked: gr.EventData, visit: Visit) -> str:
        rows, dropped = threads.summaries(_clicked(clicked, "rows"))
        return threads.menu(rows, dropped, visit.conversation.id, visit.say)

    def _reload(self, clicked: gr.EventData, visit: Visit) -> tuple[Any, ...]:
        say = visit.say
        if self.newsroom.index is None:
            return *self._shown(visit), library.error(say("not_yet")), gr.skip()
        conversation, dropped = threads.read(_clicked(clicked, "thread"), self._find)
        if not conversation.turns:
            return *self._shown(visit), library.error(say("not_reloaded")), gr.skip()
        visit.conversation = conversation
        note = (
            library.error(say.count("dropped_answers", dropped)) if dropped else library.said(say("reloaded"))
        )
        return *self._shown(visit), note, gr.skip()

    def _export(self, visit: Visit) -> tuple[Any, Any]:
        turns = [turn for turn in visit.conversation.turns if turn.answer is not None]
        if not turns:
            return library.said(visit.say("nothing_to_export")), gr.skip()
        text = exports.thread_as_markdown(turns, visit.say)
        file = {"name": exports.file_name(turns, date.today()), "text": text}
        return gr.skip(), frame.errand("download", next(_numbers), file)

    # ---- what a click in the HTML asks for

    def _like(self, clicked: gr.EventData, visit: Visit) -> Any:
        turn = visit.conversation.turn(_number(clicked, "turn"))
        if turn is None or turn.answer is None:
            return gr.skip()
        turn.liked = bool(_number(clicked, "liked")) if _clicked(clicked, "pressed") else None
        keep_feedback(self.newsroom.feedback, turn.answer, turn.liked)
        return self._kept(visit)

    def _read(self, clicked: gr.EventData, visit: Visit) -> str:
        turn = visit.conversation.turn(_number(clicked, "turn"))
        number = _number(clicked, "number")
        cited = turn.answer.citations if turn is not None and turn.answer is not None else ()
        for citation in cited:
            if citation.number == number:
                return library.cited_in(self._find(citation.article_id), citation, next(_numbers), visit.say)
        article = self._find(str(_clicked(clicked, "article")))
        span = (_number(clicked, "start"), _number(clicked, "end"))
        return library.reader(article, span, opening=next(_numbers), say=visit.say)

    # ---- filters and articles

    def _limit(self, chosen: gr.EventData, visit: Visit) -> tuple[str, Any]:
        visit.limits = from_form(chosen._data)
        return frame.limits_line(visit.limits, visit.say), self._list(visit)

    def _starting(self, visit: Visit) -> tuple[Any, ...]:
        now = self.newsroom.status
        over = now.phase in ("ready", "failed")
        # Embedding anew can take long, and nothing else of the page changes meanwhile.
        timer = gr.Timer(3 if now.phase == "rebuilding" else 0.5, active=not over)
        return library.status(now, visit.say), timer, self._composer(visit), self._list(visit)

    def _list(self, visit: Visit) -> Any:
        if self.newsroom.index is None:
            return ""
        if visit.limits.wrong(visit.say) is not None:
            return gr.skip()
        return library.article_list(self.newsroom.index.articles(visit.limits.filters()), visit.say)

    def _upload(
        self,
        files: list[str] | None,
        visit: Visit,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands progress in
    ) -> tuple[Any, ...]:
        say = visit.say
        try:
            added = self.newsroom.add(
                [Path(file) for file in files or ()],
                lambda now: progress(now.fraction, desc=say.progress(now)),
            )
            note = library.upload_report(added, say)
        except ArticlesError as error:
            note = library.error(str(error), "en")
        status = library.status(self.newsroom.status, say)
        return None, note, status, self._composer(visit), self._list(visit)


def _html(value: str, script: str | None, elem_id: str) -> Any:
    return gr.HTML(value, js_on_load=script, apply_default_css=False, elem_id=elem_id)


def _clicked(event: gr.EventData, name: str) -> Any:
    data = event._data
    return data.get(name, "") if isinstance(data, dict) else ""


def _number(event: gr.EventData, name: str) -> int:
    """A whole number from a click, -1 for anything else."""
    text = str(_clicked(event, name))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _no_article(article_id: str) -> None:
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; exit status 1 when it cannot be served."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Ask the articles in a web chat.")
    add_index_options(parser)
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="address (default 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, metavar="N", help="port (default: 7860 or the next one that is free)"
    )
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask for this name and password")
    parser.add_argument(
        "--articles",
        type=Path,
        default=HERE / "articles",
        metavar="DIR",
        help="what is indexed when there is no index yet (default: articles/ beside app.py)",
    )
    options = parser.parse_args(arguments)
    user, colon, password = (options.auth or "").partition(":")
    if options.auth and not (user and colon and password):
        parser.error("--auth is user:password")
    newsroom = Newsroom(index_folder(options.index), model_name(options.model), options.articles)
    blocks = Page(newsroom).blocks
    try:
        _, address, _ = blocks.queue(default_concurrency_limit=8).launch(
            server_name=options.host,
            server_port=options.port,
            auth=(user, password) if options.auth else None,
            theme=gr.themes.Base(
                primary_hue="red", neutral_hue="stone", font=_FONTS, font_mono=["monospace"]
            ),
            head=f"<style>{STYLE}</style>",
            footer_links=[],
            share=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            run_history=False,
            enable_monitoring=False,
            show_error=True,
            quiet=True,
            max_file_size="64mb",
            prevent_thread_lock=True,
        )
    except OSError as error:
        if options.port is None or "port" not in str(error):
            print(f"error: {error}", file=sys.stderr)
        else:
            print(
                f"error: port {options.port} is taken: choose another --port or leave it out", file=sys.stderr
            )
        return 1
    print(f"Ask the Articles is on {address}  (Ctrl+C ends it)", flush=True)
    # Only now: importing the embedder's libraries would keep the page from being served for seconds.
    newsroom.start()
    blocks.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main())
