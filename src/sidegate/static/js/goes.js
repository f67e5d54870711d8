// A form of one choice goes as soon as it is chosen. Without scripts it has a button.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-goes]");
  if (form?.reportValidity()) form.requestSubmit();
});
