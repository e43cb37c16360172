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
from pathlib import Path
from typing import Any

# Set before gradio is imported, or it calls out; nothing on this page may.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"

import gradio as gr

from index import ArticlesError, BadRequest
from index.settings import add_index_options, index_folder, make_filters, model_name
from page import library, render
from page.conversation import Conversation
from page.feedback import keep_feedback
from page.newsroom import Newsroom
from page.text import language_name

HERE = Path(__file__).resolve().parent
STYLE = (HERE / "page" / "style.css").read_text(encoding="utf-8")
CLICKS = (HERE / "page" / "clicks.js").read_text(encoding="utf-8")
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_openings = itertools.count(1)


class Page:
    """The components of the page and what happens when they are used."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        with gr.Blocks(title="Ask the Articles", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()

    def _lay_out(self) -> None:
        gr.HTML(library.MASTHEAD, apply_default_css=False, elem_id="masthead")
        self.conversation = gr.State(Conversation())
        self.timer = gr.Timer(0.5)
        with gr.Row(elem_id="bar"):
            self.status = gr.HTML(
                library.status(self.newsroom.status), apply_default_css=False, elem_id="status"
            )
            with gr.Accordion("Filters: language, source, dates", open=False, elem_id="filters"), gr.Row():
                self.languages = gr.Dropdown([], multiselect=True, label="Languages", min_width=180)
                self.sources = gr.Dropdown([], multiselect=True, label="Sources", min_width=180)
                self.first_day = gr.Textbox(
                    label="From", placeholder="2025-11-01", min_width=120, max_lines=1
                )
                self.last_day = gr.Textbox(label="To", placeholder="2025-11-30", min_width=120, max_lines=1)
            self.filter_note = gr.HTML(apply_default_css=False, elem_id="filter-note")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask"), gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(scale=6, min_width=320):
                    self.transcript = gr.HTML(
                        render.conversation(()),
                        js_on_load=CLICKS,
                        apply_default_css=False,
                        elem_id="conversation",
                    )
                    with gr.Row(elem_id="asking"):
                        self.question = gr.Textbox(
                            show_label=False,
                            label="Your question",
                            placeholder="Ask in any language: who met Mirziyoyev?",
                            lines=1,
                            max_lines=6,
                            scale=6,
                            container=False,
                            elem_id="question",
                            html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                        )
                        self.send = gr.Button("Ask", variant="primary", scale=1, min_width=72, elem_id="send")
                    with gr.Row(elem_id="below"):
                        self.note = gr.HTML(apply_default_css=False, elem_id="note")
                        self.clear = gr.Button(
                            "New conversation", size="sm", scale=0, min_width=140, elem_id="clear"
                        )
                with gr.Column(scale=5, min_width=320):
                    self.passages = gr.HTML(
                        render.sources((), _no_article),
                        js_on_load=CLICKS,
                        apply_default_css=False,
                        elem_id="sources",
                    )
            with gr.Tab("Articles", id="articles") as self.articles_tab, gr.Row(equal_height=False):
                with gr.Column(scale=3, min_width=320):
                    self.listing = gr.HTML(js_on_load=CLICKS, apply_default_css=False, elem_id="articles")
                with gr.Column(scale=2, min_width=300):
                    self.upload = gr.File(
                        label="Add articles (txt, md, html, jsonl, pdf, docx)",
                        file_count="multiple",
                        elem_id="upload",
                    )
                    self.upload_note = gr.HTML(apply_default_css=False, elem_id="upload-note")
        self.reader = gr.HTML(js_on_load=CLICKS, apply_default_css=False, elem_id="reader")

    def _wire(self) -> None:
        filters = [self.languages, self.sources, self.first_day, self.last_day]
        answering = [self.transcript, self.passages, self.conversation, self.question, self.note]
        hidden = {"show_progress": "hidden", "api_visibility": "private"}
        asking = [
            gr.on(
                [self.question.submit, self.send.click],
                self._ask,
                [self.question, self.conversation, *filters],
                answering,
                **hidden,
            ),
            self.transcript.ask(self._example, [self.conversation, *filters], answering, **hidden),
            self.transcript.retry(self._retry, [self.conversation, *filters], answering, **hidden),
        ]
        for event in asking:
            event.failure(self._broke_off, [self.conversation], answering, **hidden)
        self.clear.click(self._clear, None, answering, cancels=asking, **hidden)
        self.transcript.undo(self._undo, [self.conversation], answering, **hidden)
        self.transcript.like(self._like, [self.conversation], None, **hidden)

        for shown in (self.transcript, self.passages, self.listing):
            shown.read(self._read, [self.conversation], [self.reader], **hidden)

        facets = [self.languages, self.sources]
        starting = [self.status, self.timer, *facets, self.listing]
        self.blocks.load(self._starting, filters, starting, **hidden)
        self.timer.tick(self._starting, filters, starting, **hidden)
        gr.on(
            [component.change for component in filters] + [self.articles_tab.select],
            self._list,
            filters,
            [self.listing, self.filter_note],
            trigger_mode="always_last",
            **hidden,
        )
        self.upload.upload(
            self._upload,
            [self.upload, *filters],
            [self.upload, self.upload_note, self.status, *facets, self.listing],
            show_progress="full",
            show_progress_on=self.upload_note,
            api_visibility="private",
        )

    # ---- asking

    def _ask(self, question: str | None, conversation: Conversation, *filters: Any) -> Iterator[Any]:
        question = (question or "").strip()
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), library.said("Type a question first.")
            return
        try:
            limits = make_filters(*filters)
        except BadRequest as error:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), library.error(f"Filters: {error}")
            return
        # The box is emptied once and then left alone, so that the next question can be typed meanwhile.
        box: Any = ""
        for turn in conversation.ask(self.newsroom, question, limits):
            yield *self._shown(conversation), box, library.said(render.announcement(turn))
            box = gr.skip()

    def _example(self, clicked: gr.EventData, conversation: Conversation, *filters: Any) -> Iterator[Any]:
        yield from self._ask(str(_clicked(clicked, "question")), conversation, *filters)

    def _retry(self, clicked: gr.EventData, conversation: Conversation, *filters: Any) -> Iterator[Any]:
        yield from self._ask(conversation.take_back(_number(clicked, "turn")), conversation, *filters)

    def _undo(self, clicked: gr.EventData, conversation: Conversation) -> tuple[Any, ...]:
        question = conversation.take_back(_number(clicked, "turn"))
        return (
            *self._shown(conversation),
            question,
            library.said("Taken back: the question is in the box again."),
        )

    def _clear(self) -> tuple[Any, ...]:
        return *self._shown(Conversation()), "", library.said("A new conversation.")

    def _broke_off(self, conversation: Conversation) -> tuple[Any, ...]:
        conversation.break_off()
        return *self._shown(conversation), gr.skip(), ""

    def _shown(self, conversation: Conversation) -> tuple[str, str, Conversation]:
        index = self.newsroom.index
        find = _no_article if index is None else index.article
        return render.conversation(conversation.turns), render.sources(conversation.turns, find), conversation

    # ---- what a click in the HTML asks for; its data come from a browser and may be anything

    def _like(self, clicked: gr.EventData, conversation: Conversation) -> None:
        turn = conversation.turn(_number(clicked, "turn"))
        if turn is not None and turn.answer is not None:
            turn.liked = bool(_number(clicked, "liked")) if _clicked(clicked, "pressed") else None
            keep_feedback(self.newsroom.feedback, turn.answer, turn.liked)

    def _read(self, clicked: gr.EventData, conversation: Conversation) -> str:
        index = self.newsroom.index
        if index is None:
            return ""
        turn = conversation.turn(_number(clicked, "turn"))
        if turn is not None and turn.answer is not None:
            number = _number(clicked, "number")
            for cited in turn.answer.citations:
                if cited.number == number:
                    article = index.article(cited.article_id)
                    if article is not None and article.text[cited.start : cited.end] == cited.quote:
                        return library.reader(article, (cited.start, cited.end), cited.marks, next(_openings))
                    return library.reader(article, opening=next(_openings))
        span = (_number(clicked, "start"), _number(clicked, "end"))
        return library.reader(index.article(str(_clicked(clicked, "article"))), span, opening=next(_openings))

    # ---- the articles

    def _starting(self, *filters: Any) -> tuple[Any, ...]:
        now = self.newsroom.status
        over = now.phase in ("ready", "failed")
        # Embedding anew can take long, and nothing else of the page changes meanwhile.
        timer = gr.Timer(3 if now.phase == "rebuilding" else 0.5, active=not over)
        return library.status(now), timer, *self._facets(), self._list(*filters)[0]

    def _list(self, *filters: Any) -> tuple[str, str]:
        index = self.newsroom.index
        if index is None:
            return "", ""
        try:
            limits = make_filters(*filters)
        except BadRequest as error:
            return gr.skip(), library.error(str(error))
        described = render.describe_filters(limits)
        return library.article_list(index.articles(limits)), library.said(
            f"Only: {described}" if described else ""
        )

    def _facets(self) -> tuple[Any, Any]:
        index = self.newsroom.index
        if index is None:
            return gr.skip(), gr.skip()
        info = index.info()
        languages = sorted((language_name(code), code) for code in info.languages)
        return gr.Dropdown(choices=languages), gr.Dropdown(
            choices=sorted(source for source in info.sources if source)
        )

    def _upload(
        self,
        files: list[str] | None,
        *filters: Any,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands progress in
    ) -> tuple[Any, ...]:
        try:
            added = self.newsroom.add(
                [Path(file) for file in files or ()],
                lambda now: progress(now.fraction, desc=str(now).partition("%")[2].strip()),
            )
            note = library.upload_report(added)
        except ArticlesError as error:
            note = library.error(str(error))
        return None, note, library.status(self.newsroom.status), *self._facets(), self._list(*filters)[0]


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
