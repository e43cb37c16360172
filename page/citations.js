// Further for the conversation: what opens over a citation's number by hover, by focus and by a tap.

let shown = null;  // the number whose quote is shown
let timer = 0;
const peekOf = (cite) => document.getElementById(cite.dataset.peek);

function place(cite, peek) {
  const at = cite.getBoundingClientRect();
  const gap = 6, edge = 8;
  const box = peek.getBoundingClientRect();
  const left = Math.min(Math.max(edge, at.left + at.width / 2 - 40), innerWidth - box.width - edge);
  // Below, so that the sentence can be read with its quote.
  const below = at.bottom + gap + box.height <= innerHeight - edge || at.top < box.height + gap;
  peek.style.left = `${Math.max(edge, left)}px`;
  peek.style.top = `${below ? at.bottom + gap : at.top - gap - box.height}px`;
}

function show(cite) {
  clearTimeout(timer);
  if (shown === cite) return;
  hide();
  const peek = peekOf(cite);
  if (!peek) return;
  peek.showPopover();
  place(cite, peek);
  shown = cite;
  window.peekOf = cite.id;
  cite.classList.add("shown");
}

function hide() {
  clearTimeout(timer);
  if (!shown) return;
  const peek = peekOf(shown);
  if (peek?.matches(":popover-open")) peek.hidePopover();
  shown.classList.remove("shown");
  shown = null;
}

const within = (target) => target.closest?.(".cite, .peek");

element.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const over = within(event.target);
  if (over?.matches(".cite") && !over.disabled) {
    clearTimeout(timer);
    timer = setTimeout(() => show(over), shown ? 0 : 110);
  } else if (over) {
    clearTimeout(timer);  // the pointer may go into what has opened
  }
});
element.addEventListener("pointerout", (event) => {
  if (event.pointerType === "touch" || !within(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => { if (!shown?.matches(":focus-visible")) hide(); }, 180);
});
element.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".cite:focus-visible")) show(event.target);
});
element.addEventListener("focusout", (event) => {
  if (shown && event.target === shown && !peekOf(shown)?.contains(event.relatedTarget)) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shown) return;
  event.stopPropagation();
  const cite = shown;
  const inside = peekOf(cite)?.contains(document.activeElement);
  hide();
  if (inside) cite.focus();
}, true);
document.addEventListener("pointerdown", (event) => { if (shown && !within(event.target)) hide(); });
addEventListener("scroll", hide, true);
addEventListener("resize", hide);
document.addEventListener("articles:opened", hide);

window.tapsFirst = (cite, event) => {
  if (event.pointerType !== "touch" || shown === cite) return false;
  show(cite);
  return true;
};
// A new rendering takes the attributes of what was open with it.
watch("value", hide);
