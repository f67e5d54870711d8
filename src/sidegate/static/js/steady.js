// A queue that does not slip from under the thumb: a card that is answered keeps its height, and
// presses in the moment after a swap are not taken, because they were meant for what stood there before.
// The focus stays in the card: on the answer, on what went wrong, or where it was.
(() => {
  const PAUSE = 400;
  const heights = new Map();
  let wasDate = false;
  let swappedAt = -PAUSE;

  const cardOf = (element) => element?.closest?.(".request[id]");

  // Who went on to another card while this one was on its way keeps her place, and what she types.
  const hasMovedOn = (card) => document.activeElement !== document.body && !card.contains(document.activeElement);

  document.addEventListener("htmx:beforeSwap", (event) => {
    const card = cardOf(event.detail.target);
    if (card) heights.set(card.id, card.offsetHeight);
    card?.removeAttribute("style"); // htmx would copy it as an attribute, which the page's policy forbids
    wasDate = event.detail.requestConfig?.elt?.matches?.('input[type="date"]') ?? false;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    swappedAt = performance.now();
    const card = cardOf(event.detail.elt) ?? cardOf(document.activeElement);
    if (!card || !heights.has(card.id)) return;
    const answered = card.querySelector(".answered");
    card.style.minBlockSize = answered ? `${heights.get(card.id)}px` : "";
    const wrong = card.querySelector(".error[tabindex], .notice[tabindex]");
    const back = card.querySelector(wasDate ? 'input[type="date"]' : ".button.primary");
    if (hasMovedOn(card)) return;
    (answered ?? wrong ?? back)?.focus({ preventScroll: true });
    wrong?.scrollIntoView({ block: "nearest" });
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
