// An item's form, and the one that adds and removes, post to the `formaction` of the tool that
// was pressed, as without JavaScript, or to their `action`. That is not repeated for htmx in
// the markup, because a page has hundreds of tools.
import { byId } from "../dom.js";

/** @param {RequestEvent} event */
export function postToPressedTool({ detail: { ctx } }) {
  const { request, sourceElement: form } = ctx;
  if (!form.matches?.("form.item-form, #act")) return;
  const tool = request.submitter?.getAttribute("formaction");
  request.action = tool ?? form.getAttribute("action") ?? "";
  // htmx drops an answer whose target is gone. The feed may remove the item before the
  // answer comes, and its toast (with "Undo") is to be shown all the same.
  ctx.target = byId("toasts") ?? document.body;
}
