// Passkeys: the browser makes one, or signs with one; the answer goes back in the page's own form.
// Pages offer other ways besides: a form with a passkey's button stays hidden unless this runs.
const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};
const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

// What a browser is asked, out of what JSON can hold; a new passkey has somebody it is for.
const ask = (options) => {
  const challenge = bytes(options.challenge);
  if (!options.user) {
    const publicKey = { ...options, challenge, allowCredentials: named(options.allowCredentials) };
    return navigator.credentials.get({ publicKey });
  }
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = {
    ...options, challenge, user, excludeCredentials: named(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
};

// What it answers, as JSON can hold it.
const told = (credential) => {
  const response = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response,
  });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const button = form.querySelector("button");
  const said = form.querySelector("[role=status]");
  form.hidden = false;
  const around = form.closest("section[hidden]");
  if (around) around.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      const headers = { "X-Csrf": form.elements.csrf.value };
      const answer = await fetch(form.dataset.passkey, { method: "POST", headers });
      if (!answer.ok) throw new Error(answer.status);
      form.elements["tra-loi"].value = told(await ask(await answer.json()));
      form.submit();
    } catch {
      said.textContent = form.dataset.failed;
      button.disabled = false;
    }
  });
}
