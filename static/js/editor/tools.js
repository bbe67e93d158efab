// An item's form posts to its `action`, or to the `formaction` of the tool that was
// pressed, as it does without JavaScript. Said once in the markup: a page has hundreds.

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const { request, sourceElement: form } = ctx;
  if (!form.matches?.("form.item-form")) return;
  const tool = request.submitter?.getAttribute("formaction");
  request.action = tool ?? form.getAttribute("action");
  // The feed may take the item out before the answer comes, which says so (and offers to
  // undo) all the same: htmx drops an answer whose target is gone.
  ctx.target = document.getElementById("toasts");
});
