// A passkey answers a form: the button asks the device, puts its answer in the form's hidden input and sends it.
// Without this script, or without passkeys, the form's own words say what to do instead.

const octets = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (keys) => (keys || []).map((key) => ({ ...key, id: octets(key.id) }));

function asked(options) {
  const wanted = { ...options, challenge: octets(options.challenge) };
  if (options.user) wanted.user = { ...options.user, id: octets(options.user.id) };
  if (options.excludeCredentials) wanted.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) wanted.allowCredentials = named(options.allowCredentials);
  return wanted;
}

function told(key) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
    if (key.response[part]) response[part] = text(key.response[part]);
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

async function answer(button) {
  const form = button.form;
  const failed = form.querySelector("[data-key-failed]");
  const makes = "keyMakes" in button.dataset;
  failed.hidden = true;
  if (makes && !form.reportValidity()) return; // before the device makes what cannot be saved
  button.disabled = true;
  try {
    const publicKey = asked(JSON.parse(button.dataset.key));
    const key = await navigator.credentials[makes ? "create" : "get"]({ publicKey });
    form.elements[button.dataset.keySends].value = told(key);
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential)
  for (const button of document.querySelectorAll("[data-key]")) {
    button.hidden = false;
    for (const without of button.form.querySelectorAll("[data-keyless]")) without.hidden = true;
    button.addEventListener("click", () => answer(button));
    button.form.addEventListener("submit", (event) => {
      if (event.submitter) return;
      event.preventDefault(); // Enter, in a form that only a passkey sends
      answer(button);
    });
  }

// Back from the next page, the answer that was sent is of no use any more.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-key]")) {
    button.disabled = false;
    button.form.elements[button.dataset.keySends].value = "";
  }
});
