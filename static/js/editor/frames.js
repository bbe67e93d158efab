// A frame is the markup of a list without that of what did not change in it: an empty
// element with `data-keep` stands in its place. The page keeps what it has under that id,
// and moves it to where the frame has it.

htmx.registerExtension("keep", {
  htmx_before_morph_node: (_element, { newNode }) => !newNode.matches?.("[data-keep]"),
});

// A frame that counts on something the page does not have: it has to ask for it.
document.addEventListener("htmx:after:swap", () => {
  if (!document.querySelector("[data-keep]")) return;
  document.dispatchEvent(new CustomEvent("planner:lost"));
});
