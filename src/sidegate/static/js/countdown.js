// The seconds left go down: <b data-countdown>53</b>. At the end the page is read anew.
(() => {
  const numbers = [...document.querySelectorAll("[data-countdown]")];
  if (!numbers.length) return;
  const ends = new Map(numbers.map((number) => [number, Date.now() + Number(number.textContent) * 1000]));
  const ticking = setInterval(() => {
    const left = numbers.map((number) => {
      const seconds = Math.max(0, Math.ceil((ends.get(number) - Date.now()) / 1000));
      number.textContent = seconds;
      return seconds;
    });
    if (Math.min(...left) > 0) return;
    clearInterval(ticking);
    setTimeout(() => location.reload(), 1500); // the worker needs a moment to send it
  }, 250);
})();
