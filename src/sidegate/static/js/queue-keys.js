// The queue by keyboard: j and k go from card to card, and a letter presses what stands on the card anyway.
// Nothing happens while something is typed, with a key held beside it, or where the keys were switched off.
(() => {
  const OFF = "sidegate:keys-off";
  const dialog = document.getElementById("keys");
  const cards = () => [...document.querySelectorAll(".queue > .request")];
  let last = null; // the id of the card that had the focus last: it may have been drawn anew

  const isOff = () => {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  };
  const current = () => document.activeElement?.closest?.(".request") ?? (last && document.getElementById(last));
  const go = (card) => {
    if (!card) return;
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = cards();
    const at = all.indexOf(current());
    go(at < 0 ? all[0] : all[Math.min(all.length - 1, Math.max(0, at + by))]);
  };
  const press = (button) => button && !button.matches('[aria-busy="true"]') && button.click();

  const approve = (card) => {
    const ways = [...card.querySelectorAll('.decide > .button.primary[form^="approve-"], .way .button.primary')];
    if (ways.length === 1) press(ways[0]);
    else (ways[0] ?? card.querySelector(".warning a, .own-date input"))?.focus();
  };
  const decline = (card) => {
    const box = card.querySelector(".decline-box");
    if (!box) return;
    box.open = true;
    box.querySelector("textarea").focus();
  };
  const tick = (card) => card.querySelector('input[name="pick"]')?.click();
  const undo = (card) => press(card.querySelector("form[data-gone-after]:not([hidden]) button"));
  const find = () => {
    const form = document.querySelector(".filters");
    if (!form) return;
    form.open = true;
    form.querySelector('input[name="q"]').select();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: approve,
    d: decline,
    x: tick,
    u: undo,
    "/": find,
    "?": () => dialog?.showModal(),
  };

  const isTyping = (target) => target.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');
  const leave = (field) => { // Escape goes back from the reason to its card
    const box = field.closest?.(".decline-box");
    if (!box) return;
    box.open = false;
    go(box.closest(".request"));
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return leave(event.target);
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!act || isOff() || dialog?.open || isTyping(event.target)) return;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (act.length && !current()) return;
    event.preventDefault();
    act(current());
  });
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest?.(".request[id]");
    if (card) last = card.id;
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-shows-keys]") && dialog?.showModal());

  const on = document.getElementById("keys-on");
  if (!on) return;
  on.checked = !isOff();
  on.addEventListener("change", () => {
    try { localStorage.setItem(OFF, on.checked ? "" : "1"); } catch { on.checked = true; }
  });
})();
