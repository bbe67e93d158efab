// An item's form posts to its `action`, or to the `formaction` of the tool that was
// pressed, as it does without JavaScript. Said once in the markup: a page has hundreds.

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement: form } = event.detail.ctx;
  if (!form.matches?.("form.item-form")) return;
  const tool = request.submitter?.getAttribute("formaction");
  request.action = tool ?? form.getAttribute("action");
});
