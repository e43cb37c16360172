"""The named HTTP endpoints, as `gradio_client` and plain HTTP use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from page.api import add_endpoints
from page.newsroom import Newsroom
from tests.conftest import write_articles

TEXTS = {
    "a.txt": "The mayor, Zelda Fitzbotham, opened the marble bridge of Arden on Monday.",
    "b.txt": "Le port d'Arden ferme neuf mois, a dit Ilja Noven.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("api")
    newsroom = Newsroom(folder / "index", None, write_articles(folder / "articles", TEXTS))
    newsroom.start()
    with gr.Blocks(analytics_enabled=False) as blocks:
        add_endpoints(newsroom)
    _, url, _ = blocks.queue().launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield Client(url, verbose=False)
    blocks.close()


def test_the_endpoints_are_named_and_described(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(described) == {"/ask", "/search", "/add"}
    names = [parameter["parameter_name"] for parameter in described["/ask"]["parameters"]]
    assert names[:2] == ["question", "history"]


def test_ask(client: Client) -> None:
    answer = client.predict("Who opened the marble bridge?", api_name="/ask")
    assert "Zelda Fitzbotham" in answer["answer"]
    assert answer["citations"][0]["article_id"] == "a.txt"
    assert {sentence["verdict"] for sentence in answer["sentences"]} == {"supported"}


def test_a_follow_up_and_filters(client: Client) -> None:
    answer = client.predict(
        "and when?", history=["Who opened the marble bridge of Arden?"], languages=["fr"], api_name="/ask"
    )
    assert "Arden" in answer["understood"]
    assert {passage["article_id"] for passage in answer["passages"]} <= {"b.txt"}


def test_search(client: Client) -> None:
    first, *_ = client.predict("marble bridge", passages=2, api_name="/search")
    assert first["article_id"] == "a.txt"
    assert first["text"] == TEXTS["a.txt"][first["start"] : first["end"]]


def test_what_is_added_is_answered_from_at_once(client: Client) -> None:
    article = {
        "text": "The quokka of Wadjemup won the golden acorn on Sunday.",
        "title": "Quokka",
        "lang": "en",
    }
    report = client.predict([article], api_name="/add")
    assert len(report["added"]) == 1
    assert client.predict([article], api_name="/add") == {
        "added": [],
        "replaced": [],
        "unchanged": 1,
        "refused": [],
    }
    answer = client.predict("Who won the golden acorn?", api_name="/ask")
    assert "quokka" in answer["answer"]


@pytest.mark.parametrize(
    ("arguments", "endpoint", "message"),
    [
        ({"question": " "}, "/ask", "question"),
        ({"question": "Who?", "passages": 0}, "/ask", "passages is a whole number from 1 to 100"),
        ({"question": "Who?", "published_from": "yesterday"}, "/search", "date"),
        ({"articles": []}, "/add", "a list of 1 to 1,000 objects"),
        ({"articles": [{"title": "no text"}]}, "/add", 'article 1 is no object with a "text"'),
    ],
)
def test_bad_requests_are_errors_with_their_reason(
    client: Client, arguments: dict[str, object], endpoint: str, message: str
) -> None:
    with pytest.raises(AppError, match=message):
        client.predict(**arguments, api_name=endpoint)  # type: ignore[arg-type]


def test_nothing_is_written_outside(client: Client, tmp_path: Path) -> None:
    report = client.predict([{"id": "../../x", "text": "The envoy of the north was ill."}], api_name="/add")
    assert report["added"] == ["../../x"] or report["refused"]
    assert not list(tmp_path.parent.rglob("x.jsonl"))
