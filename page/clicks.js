// Given to each gr.HTML component that shows clickable things (its `js_on_load`). `element`, `trigger` and `watch`
// come from Gradio, which changes the elements that are there when it shows something new, and keeps the focus.

// Each name is an event that app.py listens to; data-act="ask" triggers "ask" with the button's data-* as its data.
const ACTS = ["ask", "retry", "undo", "like", "read", "export"];

async function copy(button, text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    // Without https the clipboard is only there on localhost.
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const label = button.querySelector(".label");
  if (label.dataset.before) return;
  label.dataset.before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = label.dataset.before; delete label.dataset.before; }, 1600);
}

function act(button) {
  const data = { ...button.dataset };
  if (data.act === "like") {
    // Shown at once; the next rendering comes with the same state.
    data.pressed = button.getAttribute("aria-pressed") !== "true";
    for (const other of button.parentElement.querySelectorAll("[aria-pressed]")) {
      other.setAttribute("aria-pressed", String(other === button && data.pressed));
    }
  }
  if (data.act === "read") window.openedBy = data.peek || !button.closest(".peek") ? button.id : window.peekOf;
  if (data.act === "ask" || data.act === "retry") {
    document.dispatchEvent(new Event("articles:ask"));
    Object.assign(data, window.chosenLimits?.() ?? {});
  }
  if (data.act === "undo") document.dispatchEvent(new CustomEvent("articles:box", { detail: data.question }));
  trigger(data.act, data);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && "copy" in button.dataset) {
    copy(button, button.dataset.copy);
  } else if (button && "link" in button.dataset) {
    copy(button, location.origin + location.pathname + button.dataset.link);
  } else if (button && ACTS.includes(button.dataset.act)) {
    // On a touch screen the first tap shows the quote; the second, or the button in it, opens the article.
    if (button.dataset.peek && window.tapsFirst?.(button, event)) return;
    act(button);
  }
  const link = event.target.closest('a[href^="#"]');
  const goal = link && document.getElementById(link.hash.slice(1));
  if (goal) {
    // Gradio sets <base>, with which a plain "#q2" would leave a page whose address has a query (?__theme=dark).
    event.preventDefault();
    for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    goal.scrollIntoView({ block: "start" });
    goal.focus({ preventScroll: true });
  }
});

let latestShown = "";
function arrive() {
  const pane = element.querySelector("[data-pane]");
  const latest = pane?.querySelector("[data-latest], .sources-of");
  const name = latest?.id || latest?.textContent.length || "";
  // Only something new moves the reader: not a like, nor the next sentence of what is being read.
  if (!pane || name === latestShown) return;
  latestShown = name;
  if (pane.scrollHeight > pane.clientHeight + 1 && getComputedStyle(pane).overflowY !== "visible") {
    pane.scrollTop = pane.id === "sources" || !latest?.id ? 0 : latest.offsetTop - pane.offsetTop;
  } else if (latest?.id) {
    latest.scrollIntoView({ block: "start" });
  }
}
watch("value", arrive);
