// A ready-made text is put into its form's box, data-fills="reason", to be looked over. Without scripts the same
// button sends it.
document.addEventListener("click", (event) => {
  const ready = event.target.closest?.("[data-fills]");
  const box = ready && ready.form?.querySelector(`textarea[name="${ready.dataset.fills}"]`);
  if (!box) return;
  event.preventDefault();
  box.value = ready.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  for (const other of ready.parentElement.querySelectorAll("[data-fills]")) {
    other.setAttribute("aria-pressed", String(other === ready));
  }
});
