// Says why a passkey was not used, where allauth's script tells the console alone.

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.getElementById("passkey-error");
  if (!place) return;
  const wasCancelled = event.detail.exception?.name === "NotAllowedError";
  place.textContent = wasCancelled
    ? "The passkey was not used: it was cancelled, or took too long. Try again."
    : "This browser could not use a passkey here. Try again, or use another way.";
  place.hidden = false;
});
