// Signing with a passkey: the server says what the intent of a form is, the passkey signs
// its digest, and the form is sent with that. Nothing is typed.
import { openedBy } from "../account.js";
import { all, closest } from "../dom.js";

const CANCELLED =
  "The passkey was not used: it was cancelled, or took too long. Nothing was signed.";
const AWAY = "The server did not answer. Nothing was signed. Try again.";

/** @param {string} text */
function bytesOf(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function textOf(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * What there is to sign; an Error with the server's reason if there is nothing.
 * @param {HTMLFormElement} form
 */
async function intentOf(form) {
  const data = new FormData(form);
  data.delete("password");
  data.set("intent", "1");
  const request = { method: "POST", body: data, headers: openedBy() };
  const answer = await fetch(form.action, request).catch(() => {
    throw new Error(AWAY);
  });
  const content = await answer.json().catch(() => ({ message: AWAY }));
  if (!answer.ok) throw new Error(content.message);
  return content.publicKey;
}

/** @param {{ challenge: string, allowCredentials: { id: string }[] }} options */
async function sign(options) {
  const publicKey = /** @type {PublicKeyCredentialRequestOptions} */ (
    /** @type {unknown} */ ({
      ...options,
      challenge: bytesOf(options.challenge),
      allowCredentials: options.allowCredentials.map((each) => ({
        ...each,
        id: bytesOf(each.id),
      })),
    })
  );
  const credential = /** @type {PublicKeyCredential | null} */ (
    await navigator.credentials.get({ publicKey }).catch(() => null)
  );
  if (!credential) throw new Error(CANCELLED);
  const response = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
    },
  });
}

/** @param {HTMLFormElement | null} form */
const fieldsOf = (form) =>
  /** @type {{ password?: HTMLInputElement, credential: HTMLInputElement }} */ (
    /** @type {unknown} */ (form?.elements ?? {})
  );

/** @param {HTMLFormElement} form */
async function signWithPasskey(form) {
  const { password, credential } = fieldsOf(form);
  const place = form.querySelector("[data-own-key-error]");
  if (place instanceof HTMLElement) place.hidden = true;
  // It takes the place of a password, which the form would ask for.
  if (password) password.disabled = true;
  try {
    if (!form.reportValidity()) return;
    credential.value = await sign(await intentOf(form));
    form.requestSubmit();
  } catch (error) {
    if (!(place instanceof HTMLElement)) return;
    place.textContent = error instanceof Error ? error.message : CANCELLED;
    place.hidden = false;
  } finally {
    if (password && !credential.value) password.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-own-key]");
  if (!(button instanceof HTMLButtonElement) || !button.form) return;
  const form = button.form;
  button.disabled = true;
  void signWithPasskey(form).finally(() => {
    button.disabled = false;
  });
});

// A page that is come back to has the form as it was sent.
window.addEventListener("pageshow", () => {
  for (const button of all(document, "[data-own-key]")) {
    const { password, credential } = fieldsOf(
      /** @type {HTMLButtonElement} */ (button).form,
    );
    if (password) password.disabled = false;
    credential.value = "";
  }
});
