// A sealed form, sealed here: what is typed leaves the browser encrypted to the keys that the page
// names, in the format of age by the package age-encryption; or it does not leave before it was said
// that the server will see it. Inside is what the relay seals itself (relay/sealing/message.py).
//
// POST data-seal-to: niem-phong (the file), khoa, token, altcha → {receipt: address}, {errors}, or
// {errors, again: "keys" or "proof"}: that is fetched anew, and it is sent once more.
const MIB = 1 << 20;
export const CLASSES = [MIB / 16, MIB, 4 * MIB, 8 * MIB, 16 * MIB, 32 * MIB];
const TRIES = 2;
const KINDS = {
  pdf: "application/pdf",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  odt: "application/vnd.oasis.opendocument.text",
};
const kindOf = (name) => KINDS[name.toLowerCase().split(".").pop()];

/** What is sealed, as bytes: JSON, and line ends up to one of a few sizes. */
export function packed(rule, values, files, at) {
  const those = (wanted) => Object.fromEntries(
    Object.keys(values).sort().filter(wanted).map((name) => [name, values[name]]),
  );
  const text = new TextEncoder().encode(JSON.stringify({
    contact: those((name) => rule.contact.includes(name)),
    fields: those((name) => !rule.contact.includes(name)),
    files,
    kind: rule.kind,
    moment: at.toISOString().replace(/\.\d+Z$/, "+00:00"),
    portal: rule.portal,
    route: rule.route,
    unit: rule.unit,
    version: 1,
  }));
  const size = CLASSES.find((most) => text.length <= most);
  const whole = new Uint8Array(size).fill(10); // throws where no class is large enough
  whole.set(text);
  return whole;
}

/** Bytes encrypted to public keys, as a binary age file. */
export function sealed(age, keys, content) {
  const encrypter = new age.Encrypter();
  keys.forEach((key) => encrypter.addRecipient(key));
  return encrypter.encrypt(content);
}

/** What was typed into the form's own fields, one form of every letter; empty fields are left out. */
export function typed(rule, data) {
  const found = {};
  for (const { name } of rule.fields) {
    const value = (data.get(name) ?? "").replace(/\r\n?/g, "\n").normalize("NFC").trim();
    if (value) found[name] = value;
  }
  return found;
}

/** Fields that are empty and must not be, or too long: nobody can look on the way. */
export function faults(rule, values) {
  return rule.fields.flatMap(({ name, max, needed, with: beside }) => {
    const must = needed || Object.entries(beside).some(([other, value]) => values[other] === value);
    const length = [...(values[name] ?? "")].length;
    if (must && !length) return [{ name, words: "empty" }];
    return max && length > max ? [{ name, words: "long", length, max }] : [];
  });
}

/** A picture drawn anew: what the camera wrote into it, such as the place, is gone. */
async function redrawn(file, kind) {
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((done, fail) => {
    canvas.toBlob((drawn) => (drawn ? done(drawn) : fail(new Error("too large"))), kind, 0.88);
  });
}

const base64 = (blob) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => fail(reader.error);
  reader.readAsDataURL(blob);
});

/** Loads what seals and tries it on the page's keys; gives what seals and sends the form. */
export async function ready(form, { proven, post, show, unknown, forget, say, giveUp }) {
  const words = form.dataset;
  let rule = JSON.parse(words.seal);
  let last = {}; // what was sealed before: the same words sent twice are one message

  const told = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const labelOf = (name) => document.getElementById(`o-${name}`).closest(".field")
    .querySelector("legend, label").firstChild.textContent.trim();

  let age;
  try {
    age = await import(words.age);
    await sealed(age, rule.keys, new Uint8Array(1));
  } catch (error) {
    say("failed");
    throw error;
  }
  say("browser");

  /** The files as they are sealed; a fault at the field where one cannot be. */
  const files = async (field) => {
    const taken = [];
    for (const file of field?.files ?? []) {
      const { name } = file;
      const wrong = (text) => ({ fault: { field: field.name, message: told(text, { name }) } });
      const kind = kindOf(name);
      if (!kind) return wrong(words.ending);
      const picture = kind.startsWith("image/");
      const clean = picture ? await redrawn(file, kind).catch(() => null) : file;
      if (!clean) return wrong(words.picture);
      taken.push({ content: await base64(clean), kind, name });
    }
    return { taken };
  };

  const content = async (values) => {
    const field = form.querySelector("[type=file]");
    const chosen = [...(field?.files ?? [])].map((file) => [file.name, file.size, file.lastModified]);
    const same = JSON.stringify([values, chosen, rule.keys]);
    if (last.same !== same) {
      const { fault, taken } = await files(field);
      if (fault) return { fault };
      const bytes = await sealed(age, rule.keys, packed(rule, values, taken, new Date()));
      last = { same, bytes };
    }
    return last;
  };

  /** The keys of today, from the page as it is today. */
  const renewed = async () => {
    const page = await (await fetch(words.page, { cache: "reload" })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-seal]");
    rule = JSON.parse(fresh.dataset.seal);
  };

  const send = async (left = TRIES) => {
    const values = typed(rule, new FormData(form));
    const wrong = faults(rule, values);
    if (wrong.length) {
      show(wrong.map(({ name, words: kind, ...more }) => (
        { field: name, message: told(words[kind], { label: labelOf(name), ...more }) })));
      return;
    }
    const found = await proven();
    if (!found) {
      forget();
      unknown();
      return;
    }
    const { fault, bytes } = await content(values);
    if (fault) {
      show([fault]);
      return;
    }
    const data = new FormData();
    data.set("niem-phong", new Blob([bytes]), "niem-phong.age");
    data.set("khoa", rule.keys.join(" "));
    data.set("token", found.token);
    data.set("altcha", found.altcha ?? "");
    if (form.elements.website.value) data.set("website", "1");
    post(words.sealTo, data, async (said) => {
      try {
        if (said.again && left) {
          forget();
          if (said.again === "keys") await renewed();
          await send(left - 1);
        } else if (said.again === "proof") {
          show(said.errors);
        } else {
          giveUp();
        }
      } catch {
        giveUp();
      }
    });
  };
  return () => send().catch(giveUp);
}
