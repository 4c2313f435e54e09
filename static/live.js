// What is live is fetched anew while somebody looks at it; what they type is left alone. Without it a reload shows the same.
const live = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-said]");
const [EVERY, LONGEST] = [15_000, 30 * 60_000];
const ahead = Date.parse(live.dataset.now) - Date.now(); // of the server's clock before this one
let tag = "", heard = Date.now(), next = 0, ended = false;
const tell = (text) => said.textContent !== text && (said.textContent = text);
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

async function look() {
  clearTimeout(next);
  if (ended || document.hidden) return;
  try {
    const headers = { "X-Live": "1", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(live.dataset.live, { headers, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return end();
    if (Date.now() - heard > 2 * EVERY) tell("");
    if (answer.status === 200) show(await answer.text());
    else if (answer.status !== 304) throw new Error(answer.status);
    [tag, heard] = [answer.headers.get("ETag") || tag, Date.now()];
  } catch {
    if (Date.now() - heard > LONGEST) return end();
    tell(fill(live.dataset.lost, { time: new Date(heard).toTimeString().slice(0, 5) }));
  }
  next = setTimeout(look, EVERY);
}

function show(html) {
  const come = new DOMParser().parseFromString(html, "text/html").body;
  const fresh = [...come.querySelectorAll("li[id^=e-]")].filter((one) => !document.getElementById(one.id));
  const here = live.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const open = live.querySelector("details[open]");
  live.replaceChildren(...come.children);
  if (open) live.querySelector("details").open = true;
  if (here) live.querySelector(`[href="${CSS.escape(here)}"]`)?.focus({ preventScroll: true });
  const what = fresh.map((one) => one.querySelector("h3").textContent.trim().replace(/\s+/g, " ")).join(", ");
  if (what) tell(fill(live.dataset.new, { what }));
}

function end() {
  ended = true;
  live.replaceChildren(Object.assign(document.createElement("a"), { href: "", textContent: live.dataset.signIn }));
  tell(live.dataset.ended);
}

function left(due) {
  const away = due - Date.now() - ahead, late = away < 0, all = Math.floor(Math.abs(away) / 60_000);
  const days = Math.floor(all / 1440), hours = Math.floor((all % 1440) / 60);
  const parts = days ? [fill(days === 1 ? live.dataset.day : live.dataset.days, { n: days })] : [];
  if (days || hours) parts.push(`${hours} h`);
  return fill(late ? live.dataset.late : live.dataset.in, { time: [...parts, `${all % 60} min`].join(" ") });
}

setInterval(() => {
  for (const one of live.querySelectorAll("[data-due]")) one.textContent = left(Date.parse(one.dataset.due));
}, 1000);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", (event) => event.persisted && look());
next = setTimeout(look, EVERY);
