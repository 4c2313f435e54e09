// A round one point at a time, with one thumb. Without this script it is one long page that works as well.
// Answers and position are kept in this tab until the server has said that it has the round.

const PAUSES = [2, 5, 10, 20, 30]; // seconds between attempts to send
const PATIENCE = 30_000; // how long one attempt may take

const part = (name) => document.querySelector(`[data-walk-part="${name}"]`);

function walk(form) {
  const points = [...form.querySelectorAll("[data-point]")];
  const key = `varna-walk|${document.body.dataset.person}|${form.getAttribute("action")}`;
  const held = new Map(); // each point's answer, as it was before the latest tap
  const told = new Map(); // the inputs that were said to lack something, with the sentence
  let at = 0; // the point that is shown; points.length is the overview
  let undoable = null;
  let byArrow = false;

  const say = (name, values = {}) =>
    form.getAttribute(`data-text-${name}`).replace(/{(\w+)}/g, (_, word) => values[word]);
  const answer = (point) => point.querySelector("[data-answer]:checked");
  const worded = (radio) => radio.labels[0].textContent.trim();
  const left = () => points.filter((point) => state(point).tone === "none");

  // The fields that a point asks for with its present answer.
  function asked(point) {
    const value = answer(point)?.value;
    return [...point.querySelectorAll("[data-when]")].filter((field) => field.dataset.when.split(" ").includes(value));
  }

  function lacking(point) {
    return asked(point)
      .flatMap((field) => [...field.querySelectorAll("[required]")])
      .find((input) => !input.value.trim());
  }

  // What one choice makes necessary: the temporary measure, when the deficiency is acute.
  function oblige(point) {
    for (const field of point.querySelectorAll("[data-needed-at]")) {
      const [name, value] = field.dataset.neededAt.split("=");
      const input = field.querySelector("textarea");
      const label = input.labels[0];
      const optional = label.querySelector(".muted") ?? label.appendChild(element("span", "muted", say("optional")));
      optional.hidden = input.required = form.elements[name].value === value;
    }
  }

  // The first Next on an unfinished point says what it lacks; the next one passes, and the point is left unfinished.
  function stops(point) {
    const input = point && answer(point) && lacking(point);
    if (!input || told.has(input)) return false;
    const sentence = say("lacking", { field: input.labels[0].firstChild.textContent.trim() });
    const problem = element("p", "problem", sentence);
    problem.id = `${input.id}-lacking`;
    told.set(input, { problem, described: input.getAttribute("aria-describedby") });
    input.before(problem);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${problem.id} ${told.get(input).described ?? ""}`.trim());
    part("said").textContent = sentence;
    input.focus({ preventScroll: true });
    input.closest(".walk-field").scrollIntoView({ block: "center" });
    return true;
  }

  // What was told is taken back once it no longer holds.
  function settle() {
    for (const [input, { problem, described }] of told) {
      if (input.required && !input.value.trim() && asked(input.closest("[data-point]")).some((f) => f.contains(input))) continue;
      problem.remove();
      input.removeAttribute("aria-invalid");
      if (described) input.setAttribute("aria-describedby", described);
      else input.removeAttribute("aria-describedby");
      told.delete(input);
    }
  }

  function state(point) {
    const given = answer(point);
    if (!given) return { tone: "none", text: say("unanswered") };
    if (lacking(point)) return { tone: "none", text: say("more") };
    const tone = { ok: "ok", fixed: "ok", deficient: "no" }[given.value] ?? "later";
    return { tone, text: worded(given) };
  }

  function show(index, focus = true) {
    at = Math.max(0, Math.min(index, points.length));
    points.forEach((point, i) => (point.hidden = i !== at));
    const all = at === points.length;
    for (const name of ["all", "end"]) part(name).hidden = !all;
    part("dock").hidden = part("list").hidden = all;
    document.body.classList.toggle("walk-overview", all);
    draw();
    save();
    if (!focus) return;
    scrollTo(0, 0);
    if (!all) scrollBy(0, part("progress").getBoundingClientRect().top); // a short screen needs its room
    (all ? part("end") : points[at]).querySelector("h2").focus({ preventScroll: true });
  }

  function draw() {
    points.forEach(oblige);
    settle();
    const done = points.length - left().length;
    const complete = done === points.length;
    part("count").textContent = say("at", { at: at < points.length ? at + 1 : done, all: points.length });
    part("progress").querySelector("progress").value = done;
    part("left").textContent = complete ? say("complete") : say("left", { n: points.length - done });
    part("sign").hidden = !complete;
    form.querySelector('[data-go="missing"]').hidden = complete;
    points.forEach((point, i) => {
      point.classList.toggle("open", asked(point).length > 0);
      paint(part("all").querySelectorAll(".verdict")[i], state(point));
    });
    form.querySelector('[data-go="back"]').disabled = at === 0;
    form.querySelector('[data-go="undo"]').disabled = !undoable;
    form.querySelector('[data-go="next"]').classList.toggle("btn-primary", !left().includes(points[at]));
  }

  function paint(verdict, { tone, text }) {
    verdict.className = `verdict tone-${tone}`;
    verdict.querySelector("use").setAttribute("href", `${form.dataset.icons}#${tone}`);
    verdict.querySelector("[data-state]").textContent = text;
  }

  // After an answer that asks for nothing more, the next point without an answer comes by itself.
  function answered(radio) {
    const point = points[at];
    undoable = { at, before: held.get(point) };
    held.set(point, radio.value);
    part("said").textContent = say("answered", { number: point.dataset.point, answer: worded(radio) });
    if (byArrow || lacking(point)) {
      show(at, false);
      if (!byArrow) lacking(point)?.closest(".walk-field").scrollIntoView({ block: "center" });
      return;
    }
    const order = [...points.slice(at + 1), ...points.slice(0, at)];
    const next = order.find((other) => !answer(other));
    show(next ? points.indexOf(next) : points.length);
  }

  function undo() {
    const { at: index, before } = undoable;
    const point = points[index];
    for (const radio of point.querySelectorAll("[data-answer]")) radio.checked = radio.value === before;
    held.set(point, before);
    undoable = null;
    part("said").textContent = say("undone");
    show(index);
  }

  function go(where) {
    if (where === "undo") undo();
    else if (where !== "next" || !stops(points[at]))
      show({ back: at - 1, next: at + 1, all: points.length, missing: points.indexOf(left()[0]) }[where] ?? Number(where));
  }

  function save(sending = false) {
    const values = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    sessionStorage.setItem(key, JSON.stringify({ at, sending, values }));
  }

  // What was kept comes back with its own submission, so that a round that did arrive is not written twice.
  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(key));
    if (!kept || form.hasAttribute("data-returned")) return null;
    const values = new Map(kept.values);
    for (const input of form.elements) {
      if (input.name === "csrf_token" || !input.name || input.type === "file") continue;
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.get(input.name) === input.value;
      else if (values.has(input.name)) input.value = values.get(input.name);
    }
    part("said").textContent = say("restored");
    return kept;
  }

  async function send() {
    const body = new URLSearchParams(new FormData(form));
    save(true);
    form.inert = true;
    part("sending").hidden = false;
    for (const pause of pauses()) {
      addEventListener("beforeunload", stay);
      part("state").textContent = say("sending");
      part("again").hidden = true;
      const reply = await post(form.action, body);
      if (reply) removeEventListener("beforeunload", stay);
      if (reply && settled(reply)) return;
      part("state").textContent = say("unsent");
      part("again").hidden = false;
      await rest(pause);
    }
  }

  // What the server's answer means; false when it is worth trying again.
  function settled({ response, page }) {
    const signedIn = page.body.hasAttribute("data-person");
    const confirmed = response.ok && signedIn && !page.querySelector("[data-walk]");
    if (confirmed) sessionStorage.removeItem(key);
    else if (!signedIn && !response.redirected && (response.status >= 500 || response.status === 429)) return false;
    else save();
    if (signedIn) turn(page, response); // the next page, or this one with problems, or the reason why not
    else if (response.redirected || response.status === 401) form.submit(); // the session ended: sign in, with the text
    else refuse();
    return true;
  }

  function refuse() {
    form.inert = false;
    part("again").hidden = true;
    part("state").textContent = say("refused");
  }

  form.addEventListener("keydown", (event) => {
    byArrow = event.key.startsWith("Arrow");
    if (event.key === "Enter" && event.target.matches("[data-answer]:checked")) answered(event.target);
  });
  form.addEventListener("pointerdown", () => (byArrow = false));
  form.addEventListener("input", () => (draw(), save()));
  form.addEventListener("click", (event) => {
    if (event.target.matches("[data-answer]")) answered(event.target);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = left()[0];
    if (first) show(points.indexOf(first));
    else send();
  });
  form.ownerDocument.body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (button) go(button.dataset.go);
    const link = event.target.closest('.summary a[href^="#"]');
    const point = link && document.getElementById(link.hash.slice(1))?.closest("[data-point]");
    if (point) show(points.indexOf(point), false);
  });

  const kept = restore();
  if (!form.elements.started_at.value) form.elements.started_at.value = new Date().toISOString();
  for (const point of points) held.set(point, answer(point)?.value);
  document.body.classList.add("scripted");
  part("progress").hidden = part("left").hidden = false;
  const unanswered = points.findIndex((point) => !answer(point));
  show(form.hasAttribute("data-returned") ? points.length : kept ? kept.at : Math.max(unanswered, 0), false);
  if (kept?.sending) send();
}

function element(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

const stay = (event) => event.preventDefault(); // the browser asks before an unsent round is left

function* pauses() {
  yield* PAUSES;
  while (true) yield PAUSES.at(-1);
}

async function post(action, body) {
  try {
    const response = await fetch(action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { response, page };
  } catch {
    return null; // no network
  }
}

// Until the pause is over, the network is back, or somebody asks.
function rest(seconds) {
  return new Promise((over) => {
    const stop = new AbortController();
    const done = () => (stop.abort(), clearTimeout(timer), over());
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", done, { signal: stop.signal });
    part("again").addEventListener("click", done, { signal: stop.signal });
  });
}

// Shows the page that the server answered with, in place of this one.
function turn(page, response) {
  document.body.replaceWith(document.adoptNode(page.body));
  document.title = page.title;
  if (response.redirected) history.replaceState(null, "", response.url);
  scrollTo(0, 0);
  document.dispatchEvent(new Event("varna:page"));
  document.getElementById("content")?.focus({ preventScroll: true });
  start();
}

function start() {
  const form = document.querySelector("[data-walk]");
  if (form) walk(form);
}

start();
