// Given to the component that lists the threads which this browser keeps. app.py has a say in what is a thread.

const KEY = "ask-the-articles.threads";
const MOST = 20;
const panel = document.getElementById("threads");
const opener = () => document.querySelector("[data-menu]");
panel.hidden = true;

function stored() {
  try {
    const rows = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(rows) ? rows : [rows];
  } catch {
    return [null];  // one row that cannot be read
  }
}

function store(rows) {
  // The oldest are given up when the browser has no more room.
  for (let kept = rows.slice(0, MOST); ; kept = kept.slice(0, -1)) {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
      return;
    } catch {
      if (!kept.length) return;
    }
  }
}

let listed = new Set();
function list() {
  const rows = stored();
  listed = new Set(rows.map((row) => JSON.stringify(row)));
  trigger("menu", { rows: rows.map((row) => ({ id: row?.id, title: row?.title, day: row?.day })) });
}

function shut(giveBack) {
  if (panel.hidden) return;
  panel.hidden = true;
  opener().setAttribute("aria-expanded", "false");
  if (giveBack) opener().focus();
}

function toggle() {
  if (!panel.hidden) return shut(true);
  list();
  panel.style.top = `${opener().getBoundingClientRect().bottom + scrollY + 6}px`;
  panel.hidden = false;
  opener().setAttribute("aria-expanded", "true");
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-thread]");
  if (!button) return;
  const others = () => stored().filter((row) => row?.id !== button.dataset.id);
  if (button.dataset.thread === "reload") {
    document.dispatchEvent(new Event("articles:ask"));
    trigger("reload", { thread: stored().find((row) => row?.id === button.dataset.id) ?? null });
    shut(true);
  } else {
    store(button.dataset.thread === "forget" ? others() : []);
    list();
    opener().focus();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-menu]")) toggle();
  // What was clicked may have left the list by now.
  else if (event.target.isConnected && !event.target.closest?.("#threads")) shut(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || panel.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  shut(true);
}, true);
document.addEventListener("articles:keep", (event) => {
  store([event.detail, ...stored().filter((row) => row?.id !== event.detail.id)]);
});
watch("value", () => {
  // Those of the rows that were sent which app.py could not read are dropped; it says so in the list.
  const good = JSON.parse(element.querySelector("[data-keep]")?.dataset.keep ?? "null");
  const rows = stored();
  const kept = rows.filter((row) => good?.includes(row?.id) || !listed.has(JSON.stringify(row)));
  if (good && kept.length < rows.length) store(kept);
});
