// A form with scripts: one step in place of two, a proof of work found while the citizen types, files
// with progress, faults at their fields. Whatever fails, the form goes the way it goes without
// scripts. Nothing typed is ever kept here: others may use the machine next.
//
// GET data-proof → {challenge, token}; POST with mot-buoc=1, token, altcha → {receipt: address}, or
// {errors: [{field, message}]}. A sealed form (data-sealer) is sealed by form-sealed.js where it can be.
const WAIT = 25000; // ms that somebody who has pressed the button waits for the proof
const GIVE_UP = 120000; // ms after which the machine is too slow for it
const LANES = 4;

const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A key as ALTCHA (version 2) derives it: PBKDF2, or a digest of a digest, `cost` times. */
async function derive({ algorithm, cost, keyLength }, salt, password) {
  const { subtle } = crypto;
  const [name, hash] = algorithm.split("/");
  if (name === "PBKDF2") {
    const key = await subtle.importKey("raw", password, name, false, ["deriveBits"]);
    const how = { name, hash, salt, iterations: cost };
    return new Uint8Array(await subtle.deriveBits(how, key, keyLength * 8));
  }
  let data = joined(salt, password);
  for (let round = 0; round < Math.max(1, cost); round += 1) {
    data = new Uint8Array(await subtle.digest(name, data));
  }
  return data.subarray(0, keyLength);
}

/** The payload that solves a challenge. The browser works beside the page, which stays free. */
export async function solve(challenge, now = () => performance.now()) {
  const { parameters, signature } = challenge;
  const [nonce, salt] = [unhex(parameters.nonce), unhex(parameters.salt)];
  const end = now() + GIVE_UP;
  for (let first = 0; now() < end; first += LANES) {
    const keys = await Promise.all(Array.from({ length: LANES }, (_, lane) => {
      const counter = new Uint8Array(4);
      new DataView(counter.buffer).setUint32(0, first + lane);
      return derive(parameters, salt, joined(nonce, counter));
    }));
    const found = keys.findIndex((key) => hex(key).startsWith(parameters.keyPrefix.toLowerCase()));
    if (found >= 0) {
      const solution = { counter: first + found, derivedKey: hex(keys[found]) };
      const payload = JSON.stringify({ challenge: { parameters, signature }, solution });
      return btoa(String.fromCharCode(...new TextEncoder().encode(payload)));
    }
  }
  throw new Error("too slow");
}

function start(form) {
  const { proof: at, button: words, megabytes, sending, waiting, failed, many, large } = form.dataset;
  const button = form.querySelector("[type=submit]");
  const status = form.querySelector("[role=status]");
  const bar = form.querySelector("progress");
  const files = form.querySelector("[type=file]");
  const { sealer } = form.dataset;
  let proof = null;
  let sealing = null;
  let unsealed = false; // asked, and so for good: what comes later changes nothing any more
  let busy = false;

  const prove = () => {
    proof ??= (async () => {
      const answer = await fetch(at, { headers: { accept: "application/json" }, cache: "no-store" });
      const { challenge, token } = await answer.json();
      return { token, solved: solve(challenge).catch(() => "") };
    })().catch(() => null);
    return proof;
  };

  const timer = () => new Promise((done) => { setTimeout(done, WAIT); });

  /** The token, and the proof as far as it is found in time; nothing without a token. */
  const proven = async (late = timer()) => {
    const found = await Promise.race([prove(), late]);
    return found?.token && { token: found.token, altcha: await Promise.race([found.solved, late]) };
  };

  const rest = (said = "") => {
    busy = button.disabled = false;
    bar.hidden = true;
    status.textContent = said;
  };

  const made = (tag, attributes, text = "") => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(text);
    return element;
  };

  const clear = () => {
    document.getElementById("loi")?.remove();
    form.querySelectorAll(".fault").forEach((fault) => fault.remove());
    for (const field of form.querySelectorAll(".bad")) {
      field.classList.remove("bad");
      for (const part of [field, ...field.querySelectorAll("[aria-invalid]")]) {
        part.removeAttribute("aria-invalid");
        const told = part.getAttribute("aria-describedby")?.replace(/ ?\S+-loi$/, "");
        if (told) part.setAttribute("aria-describedby", told);
        else part.removeAttribute("aria-describedby");
      }
    }
  };

  const show = (errors) => {
    clear();
    const box = made("div", { id: "loi", className: "errors", tabIndex: -1 });
    box.setAttribute("role", "alert");
    // Where no field is at fault, nothing is there to be mended: only the first words are said.
    const said = errors.some(({ field }) => field) ? failed : failed.split(":")[0];
    box.append(made("h2", {}, said.replace("{count}", errors.length)));
    const list = box.appendChild(made("ul", {}));
    for (const { field, message } of errors) {
      const control = document.getElementById(`o-${field}`);
      const line = list.appendChild(made("li", {}));
      line.append(control ? made("a", { href: `#o-${field}` }, message) : message);
      const place = control?.closest(".field");
      if (!place || place.classList.contains("bad")) continue;
      place.classList.add("bad");
      const id = `o-${field}-loi`;
      const told = place.matches("fieldset") ? place : control;
      told.setAttribute("aria-invalid", "true");
      told.setAttribute("aria-describedby", `${told.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
      const note = made("p", { id, className: "fault" }, message);
      const before = place.querySelector(":scope > :is(input, textarea, select, .choices)");
      place.insertBefore(note, before);
    }
    form.before(box);
    rest();
    box.focus();
  };

  const tooMuch = () => {
    const chosen = [...(files?.files ?? [])];
    const most = files?.dataset.max;
    if (chosen.length > Number(most)) return many.replace("{count}", most);
    const big = chosen.find((file) => file.size > Number(megabytes) * 1e6);
    return big && large.replace("{name}", big.name);
  };

  const post = (to, data, answered) => {
    const request = new XMLHttpRequest();
    request.open("POST", to);
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = ({ loaded, total }) => {
      bar.hidden = !files?.files.length;
      bar.value = (100 * loaded) / total;
    };
    request.onerror = () => show([{ field: "", message: waiting }]);
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
      const receipt = said.receipt ?? (request.responseURL.includes("/bien-nhan/") && request.responseURL);
      if (receipt) location.replace(receipt);
      else if (said.errors?.length && !said.again) show(said.errors);
      else if (request.status >= 500) request.onerror();
      else answered(said);
    };
    request.send(data);
  };

  const send = ({ token, altcha }) => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries({ token, altcha, "mot-buoc": "1" })) data.set(name, value);
    post(form.action, data, () => form.submit());
  };

  /** Says where it is sealed: by the server, in this browser, or not here after all. */
  const say = (which) => {
    if (unsealed) return;
    for (const one of form.querySelectorAll("[data-where] [data-at]")) one.hidden = one.dataset.at !== which;
  };

  /** Nothing is sent; another press sends it to the server, which seals it. */
  const giveUp = () => {
    say("failed");
    unsealed = true;
    sealing = Promise.resolve(null);
    rest(form.dataset.unsealed);
  };

  /** What sends the form sealed; nothing where this browser cannot seal, or no longer. */
  const seal = () => {
    sealing ??= sealer && import(sealer).then((module) => module.ready(form, {
      proven,
      post,
      show,
      unknown: () => show([{ field: "", message: waiting }]),
      forget: () => { proof = null; },
      say,
      giveUp,
    })).catch(() => null);
    return sealing;
  };

  button.textContent = words;
  form.addEventListener("focusin", prove, { once: true });
  form.addEventListener("input", seal, { once: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const message = tooMuch();
    if (message) {
      show([{ field: files.name, message }]);
      return;
    }
    busy = button.disabled = true;
    clear();
    status.textContent = sending;
    const late = timer();
    const sealed = await Promise.race([seal(), late.then(() => "late")]);
    if (sealed === "late") {
      giveUp();
      return;
    }
    if (sealed) {
      sealed();
      return;
    }
    const found = await proven(late);
    if (found?.altcha) send(found);
    else form.submit();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) rest(); });
}

if (typeof document !== "undefined") {
  document.querySelectorAll("form[data-form]").forEach((form) => start(form));
}
