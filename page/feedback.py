"""What readers thought of answers, kept on this machine as JSON lines."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from qa import Answer

_WRITING = threading.Lock()


def keep_feedback(file: Path, answer: Answer, liked: bool | None) -> None:
    """Append one line: time, question, answer, what it cited; liked is true, false, or null when withdrawn."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "liked": liked,
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text,
        "written_by": answer.written_by,
        "citations": [{"article_id": c.article_id, "start": c.start, "end": c.end} for c in answer.citations],
    }
    with _WRITING:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
