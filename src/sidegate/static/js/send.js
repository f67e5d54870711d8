// Sends a form with photos while the page stays: each photo shows how far it is, and where the line breaks
// everything is still here, to be sent again. The token makes the second sending the same request; it stays with the
// page's place in the history, so that who goes back and presses once more asks for nothing twice.
(() => {
  const FAR_ENOUGH = 2; // statuses from 200 to 299 came through
  const FORBIDDEN = 403;

  const trouble = (form, words) => {
    const line = form.querySelector("[data-trouble]");
    line.querySelector("[data-said]").replaceChildren(...[words].flat());
    line.hidden = !words;
  };
  const keepToken = (form) => {
    if (form?.elements.token) history.replaceState({ ...history.state, token: form.elements.token.value }, "");
  };
  const takeToken = (form) => {
    if (form?.elements.token && history.state?.token) form.elements.token.value = history.state.token;
  };
  const photosOf = (form) => [...form.querySelectorAll(".photos .photo:not(.stored)")];

  const showProgress = (form, loaded) => {
    let before = 0;
    const files = [...(form.querySelector('.photos input[type="file"]')?.files ?? [])];
    photosOf(form).forEach((photo, index) => {
      const size = files[index]?.size || 1;
      const bar = photo.querySelector("progress");
      bar.hidden = false;
      bar.value = Math.max(0, Math.min(1, (loaded - before) / size));
      before += size;
    });
  };
  const failed = (form, words) => {
    form.removeAttribute("data-sending");
    form.querySelectorAll('.button[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
    photosOf(form).forEach((photo) => {
      photo.classList.add("failed");
      photo.querySelector("progress").hidden = true;
    });
    form.dispatchEvent(new CustomEvent("sidegate:kept", { bubbles: true }));
    trouble(form, words);
  };
  const showAnswer = (form, page) => {
    if (!page.querySelector("form[data-send]")) return false;
    const files = [...(form.querySelector('.photos input[type="file"]')?.files ?? [])];
    document.title = page.title;
    form.closest("main").replaceWith(page.querySelector("main"));
    keepToken(document.querySelector("form[data-send]"));
    document.dispatchEvent(new CustomEvent("sidegate:replaced"));
    document.querySelector(".photos")?.dispatchEvent(new CustomEvent("sidegate:files", { detail: files }));
    const summary = document.querySelector(".summary-of-errors");
    (summary ?? document.querySelector("h1")).focus?.();
    summary?.scrollIntoView();
    return true;
  };
  // Signed out meanwhile: the way in opens beside this page, and nothing here is lost. A form that expired by that
  // gets the token of now, and goes once more by itself.
  const turnedAway = (form, page) => {
    const wayIn = page.querySelector('main a[target="_blank"]');
    const fresh = page.querySelector('[name="csrfmiddlewaretoken"]')?.value;
    page.querySelector("[data-photos-lost]")?.remove(); // not here: they are still chosen
    if (fresh) form.elements.csrfmiddlewaretoken.value = fresh;
    if (fresh && !wayIn && !form.hasAttribute("data-again")) {
      form.setAttribute("data-again", "");
      send(form);
    } else failed(form, wayIn ? [page.querySelector("main p").textContent, " ", wayIn] : form.dataset.refused);
  };
  const answer = (form, call) => {
    const page = new DOMParser().parseFromString(call.responseText, "text/html");
    if (Math.floor(call.status / 100) === FAR_ENOUGH) {
      form.dispatchEvent(new CustomEvent("sidegate:sent", { bubbles: true }));
      location.assign(call.responseURL);
    } else if (call.status === FORBIDDEN) turnedAway(form, page);
    else if (call.status >= 500 || !showAnswer(form, page)) failed(form, form.dataset.refused);
  };
  const send = (form) => {
    keepToken(form);
    const call = new XMLHttpRequest();
    call.open("POST", form.action);
    call.upload.addEventListener("progress", (event) => showProgress(form, event.loaded));
    call.addEventListener("load", () => answer(form, call));
    call.addEventListener("error", () => failed(form, form.dataset.kept));
    call.addEventListener("timeout", () => failed(form, form.dataset.kept));
    call.send(new FormData(form));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]")) return;
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    form.setAttribute("data-sending", "");
    form.removeAttribute("data-again");
    event.submitter?.setAttribute("aria-busy", "true");
    photosOf(form).forEach((photo) => photo.classList.remove("failed"));
    trouble(form, "");
    send(form);
  });
  takeToken(document.querySelector("form[data-send]"));
})();
