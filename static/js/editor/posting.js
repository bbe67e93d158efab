// Posts that no form of the page makes: of menus, and of what is dragged.

/**
 * @param {string} address
 * @param {Record<string, string>} fields
 * @param {() => void} [done] when it was done, and its answer is in the page
 */
export function postTo(address, fields, done) {
  const form = document.createElement("form");
  form.hidden = true;
  form.method = "post";
  form.action = address;
  form.setAttribute("hx-post", address);
  form.setAttribute("hx-swap", "none");
  for (const [name, value] of Object.entries(fields)) {
    form.append(
      Object.assign(document.createElement("input"), { type: "hidden", name, value }),
    );
  }
  document.body.append(form);
  htmx.process(form);
  form.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = /** @type {RequestEvent} */ (event).detail;
    setTimeout(() => form.remove());
    if (ctx.response?.status === 200) done?.();
  });
  form.requestSubmit();
}
