// A mail is shown whole: its frame grows to what is in it.
for (const frame of document.querySelectorAll("iframe[data-grows]")) {
  const grow = () => { frame.style.blockSize = `${frame.contentDocument.documentElement.scrollHeight + 2}px`; };
  frame.addEventListener("load", grow);
  addEventListener("resize", grow);
  if (frame.contentDocument?.readyState === "complete") grow();
}
