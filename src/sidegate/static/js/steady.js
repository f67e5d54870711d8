// A queue that does not slip from under the thumb: a card that is answered keeps its height, and
// presses in the moment after a swap are not taken, because they were meant for what stood there before.
(() => {
  const PAUSE = 400;
  const heights = new Map();
  let swappedAt = -PAUSE;

  const cardOf = (element) => element?.closest?.(".request[id]");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const card = cardOf(event.detail.target);
    if (card) heights.set(card.id, card.offsetHeight);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    swappedAt = performance.now();
    const card = cardOf(event.detail.elt) ?? cardOf(document.activeElement);
    if (!card || !heights.has(card.id)) return;
    const answered = card.querySelector(".answered");
    card.style.minBlockSize = answered ? `${heights.get(card.id)}px` : "";
    (answered ?? card.querySelector(".notice, .warning"))?.focus({ preventScroll: true });
  });
  document.addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted || event.detail === 0) return; // pressed with the keyboard: focus moved along
      if (!event.target.closest?.(".queue") || performance.now() - swappedAt > PAUSE) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
})();
