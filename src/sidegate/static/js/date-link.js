// The date in a plan's sentence opens the date picker wherever the browser lets a page do that.
document.addEventListener("click", (event) => {
  const input = event.target.closest?.(".date-link")?.querySelector('input[type="date"]');
  if (!input) return;
  try {
    input.showPicker();
  } catch {
    input.focus();
  }
});
