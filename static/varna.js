// Small helps. Every page works without them.

function ready() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) return print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const shown = button.parentElement.querySelector("pre"); // else the address of what is shown
  await navigator.clipboard.writeText(shown ? shown.textContent : location.href);
  button.querySelector("span").textContent = button.dataset.copy;
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.hasAttribute("data-sent")) return event.preventDefault();
  event.target.setAttribute("data-sent", "");
  for (const working of event.target.querySelectorAll("[data-working]")) working.hidden = false;
  if (event.target.hasAttribute("data-forget")) sessionStorage.clear(); // nothing of mine stays on a shared device
});

// Long work goes on batch by batch, each sent as the one before is answered.
for (const form of document.querySelectorAll("[data-goes-on]")) form.requestSubmit();

// An open vault counts down; when it is locked, what it opened leaves the screen.
setInterval(() => {
  for (const shown of document.querySelectorAll("[data-locks]")) {
    const left = Math.round((Date.parse(shown.dataset.locks) - Date.now()) / 1000);
    if (left < 0) {
      if (document.querySelector(".opened")) return location.replace("/valv");
      shown.closest("aside, section").hidden = true; // what is being typed stays
      continue;
    }
    shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}, 1000);

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) form.removeAttribute("data-sent");
  for (const working of document.querySelectorAll("[data-working]")) working.hidden = true;
});

document.addEventListener("varna:page", ready);
ready();
