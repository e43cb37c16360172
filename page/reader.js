// Given to the component that shows one whole article: in place of the sources on a wide window, over the page on a
// narrow one. Escape closes it, and the focus goes back to what opened it.

const narrow = matchMedia("(max-width: 820px)");
let opened = "";
const dialog = () => element.querySelector("dialog");
const beside = () => !narrow.matches;

function put(moveFocus) {
  const shown = dialog();
  if (shown.open) shown.close();
  shown.classList.toggle("beside", beside());
  if (beside()) shown.show(); else shown.showModal();
  if (!moveFocus) return;
  const passage = shown.querySelector("mark") ?? shown.querySelector("h2");
  shown.querySelector(".text").scrollTop = 0;
  passage.focus({ preventScroll: true });
  // By hand, not by scrollIntoView, which would move the page below the article as well.
  const text = shown.querySelector(".text");
  if (text.contains(passage)) {
    const offset = passage.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += offset - Math.max(24, (text.clientHeight - passage.offsetHeight) / 3);
  }
}

// The number in the answer stays lit as long as its article is open.
function light(opener) {
  document.querySelector(".cite.opened")?.classList.remove("opened");
  if (opener?.matches(".cite")) opener.classList.add("opened");
}

// Back at the sources, the one that was read is on the screen.
function toCard({ turn, number }) {
  const card = document.getElementById(`a${turn}-${number}`);
  const pane = card?.closest("[data-pane]");
  if (!pane) return;
  card.closest("details").open = true;
  pane.scrollTop += card.getBoundingClientRect().top - pane.getBoundingClientRect().top - 44;
}

function shut(giveBack = true) {
  const shown = dialog();
  if (!shown?.open) return;
  shown.close();
  light(null);
  const opener = document.getElementById(window.openedBy);
  if (!giveBack || !opener) return;
  toCard(opener.dataset);
  opener.focus();
}

watch("value", () => {
  const shown = dialog();
  if (!shown || shown.dataset.open === opened) return;
  opened = shown.dataset.open;
  document.dispatchEvent(new Event("articles:opened"));
  light(document.getElementById(window.openedBy));
  put(true);
});
element.addEventListener("click", (event) => {
  // A click on the backdrop has the dialog itself as its target.
  if (event.target.closest("[data-close]") || (event.target === dialog() && !beside())) shut();
});
element.addEventListener("cancel", (event) => { event.preventDefault(); shut(); }, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && dialog()?.open && beside()) shut();
});
document.addEventListener("articles:ask", () => shut(false));
narrow.addEventListener("change", () => { if (dialog()?.open) put(false); });
