// What allauth's script leaves out: it tells the console alone why a passkey was not
// used, and the Enter key sends the form without one.

const reasons = {
  NotAllowedError:
    "The passkey was not used: it was cancelled, or took too long. Try again.",
  InvalidStateError:
    "That phone, computer or key has a passkey for your account already. Use another.",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.getElementById("passkey-error");
  if (!place) return;
  place.textContent =
    reasons[event.detail.exception?.name] ??
    "This browser could not use a passkey here. Try again, or use another way.";
  place.hidden = false;
});

// allauth sends the form by `form.submit()`, which is no event.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector('button[type="button"]');
  const used = event.target.elements.credential?.value;
  if (!button || !["", "null"].includes(used)) return;
  event.preventDefault();
  button.click();
});
