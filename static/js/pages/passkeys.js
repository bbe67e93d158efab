// What allauth's script leaves out: it reports only to the console why a passkey was not
// used, and the Enter key sends the form without one.
import { byId, targetOf } from "../dom.js";

/** @type {Record<string, string>} */
const REASONS = {
  NotAllowedError:
    "The passkey was not used: it was cancelled, or took too long. Try again.",
  InvalidStateError:
    "That phone, computer or key has a passkey for your account already. Use another.",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = byId("passkey-error");
  if (!place) return;
  place.textContent =
    REASONS[event.detail.exception?.name ?? ""] ??
    "This browser could not use a passkey here. Try again, or use another way.";
  place.hidden = false;
});

// allauth sends the form by `form.submit()`, which fires no event.
document.addEventListener("submit", (event) => {
  const form = targetOf(event);
  if (!(form instanceof HTMLFormElement)) return;
  /** @type {HTMLButtonElement | null} */
  const button = form.querySelector('button[type="button"]');
  const credential = form.elements.namedItem("credential");
  if (!button || !(credential instanceof HTMLInputElement)) return;
  if (!["", "null"].includes(credential.value)) return;
  event.preventDefault();
  button.click();
});
