// A text is copied to be sent by hand. Without scripts it stands there to be marked and copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copies]");
  const text = button && document.getElementById(button.dataset.copies);
  if (!text) return;
  await navigator.clipboard.writeText(text.innerText);
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.copied;
  setTimeout(() => (words.textContent = before), 2000);
});
