// The window's presets, its two dates repeated in words, and the send bar's summary
// ("Mowing · Mar 3–5 · $95"). Dates are written as wording/dates.py writes them.
(() => {
  const form = document.querySelector("form[data-window]");
  if (!form) return;
  const { language, country, dayRange } = form.dataset;
  const locale = country ? `${language}-${country}` : language;
  const [start, end] = ["window_start", "window_end"].map((name) => form.elements[name]);
  const isSpanish = language === "es";

  const format = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const day = format(
    isSpanish ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "short", month: "short", day: "numeric" },
  );
  const short = format({ month: "short", day: "numeric" });
  const inWords = (date) => (isSpanish ? day.format(date).replace(",", "") : day.format(date));

  const isSameMonth = (one, other) => one.toISOString().slice(0, 7) === other.toISOString().slice(0, 7);

  const windowInWords = (from, to) => {
    if (+from === +to) return inWords(from);
    const first = isSpanish && isSameMonth(from, to) ? inWords(from).replace(/ de .*$/, "") : inWords(from);
    return dayRange.replace("{start}", first).replace("{end}", inWords(to));
  };
  const shortWindow = (from, to) => {
    const range = +from === +to ? short.format(from) : short.formatRange(from, to);
    const written = isSameMonth(from, to) ? range.replace(/\s*–\s*/, "–") : range.replace(/\s*–\s*/, " – ");
    return isSpanish ? written.replaceAll(" de ", " ") : written;
  };

  const chosenService = () => {
    const service = form.elements.service;
    return service?.selectedOptions?.[0] ?? form.querySelector('[name="service"]:checked');
  };
  const summary = (from, to) => {
    const { name = "", price = "" } = chosenService()?.dataset ?? {};
    const dates = from && to && from <= to ? shortWindow(from, to) : "";
    return [name, dates, price].filter(Boolean).join(" · ");
  };

  const say = () => {
    const [from, to] = [start.valueAsDate, end.valueAsDate];
    const words = form.querySelector("[data-words]");
    if (words) words.textContent = from && to && from <= to ? windowInWords(from, to) : "";
    const sum = form.querySelector("[data-sum]");
    if (sum) sum.textContent = summary(from, to);
    for (const preset of form.querySelectorAll("[data-start][data-end]")) {
      const fits = preset.dataset.start === start.value && preset.dataset.end === end.value;
      preset.setAttribute("aria-pressed", String(fits));
    }
  };
  form.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-start][data-end]");
    if (!preset) return;
    start.value = preset.dataset.start;
    end.value = preset.dataset.end;
    start.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("change", (event) => {
    if (event.target === start && start.value && (!end.value || end.value < start.value)) end.value = start.value;
    say();
  });
  document.addEventListener("htmx:afterSettle", say);
  document.addEventListener("sidegate:restored", say);
  say();
})();
