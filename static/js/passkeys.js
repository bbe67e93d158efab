// Says why a passkey was not used, where allauth's script tells the console alone.

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
