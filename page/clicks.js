// Given to each gr.HTML component that shows clickable things (its `js_on_load`). `element`, `trigger` and `watch`
// come from Gradio. Everything else on the page works without JavaScript of ours.

// Each name is an event that app.py listens to; data-act="ask" triggers "ask" with the button's data-* as its data.
const ACTS = ["ask", "retry", "undo", "like", "read"];

async function copy(button) {
  const text = button.dataset.copy;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    // Without https the clipboard is only there on localhost.
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const label = button.querySelector(".label");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 1600);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && "copy" in button.dataset) {
    copy(button);
  } else if (button && ACTS.includes(button.dataset.act)) {
    if (button.dataset.act === "like") {
      // Shown at once; the next rendering comes with the same state.
      const pressed = button.getAttribute("aria-pressed") !== "true";
      for (const other of button.parentElement.querySelectorAll("[aria-pressed]")) {
        other.setAttribute("aria-pressed", String(other === button && pressed));
      }
      trigger("like", { ...button.dataset, pressed });
    } else {
      trigger(button.dataset.act, { ...button.dataset });
    }
  }
  const link = event.target.closest('a[href^="#"]');
  const goal = link && document.getElementById(link.hash.slice(1));
  if (goal) {
    // Gradio sets <base>, with which a plain "#a1-2" would leave a page whose address has a query (?__theme=dark).
    event.preventDefault();
    for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    // The same fragment twice would not be a navigation, and would not light up again.
    history.replaceState(history.state, "", location.pathname + location.search);
    location.hash = link.hash;
    goal.focus({ preventScroll: true });
  }
});

function arrive() {
  const dialog = element.querySelector("dialog[data-open]");
  if (dialog) {
    dialog.showModal();
    const passage = dialog.querySelector("mark");
    if (passage) {
      passage.focus({ preventScroll: true });
      passage.scrollIntoView({ block: "center" });
    }
    return;
  }
  const pane = element.querySelector("[data-pane]");
  if (pane) {
    const latest = pane.querySelector("[data-latest]");
    pane.scrollTop = latest ? latest.offsetTop - pane.offsetTop : 0;
  }
}

watch("value", arrive);
