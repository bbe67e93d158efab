// A frame is the markup of a list that leaves out the parts that did not change: an empty
// element with `data-keep` stands for each. The page keeps what it has under that id, and
// moves it to where the frame has it.

htmx.registerExtension("keep", {
  htmx_before_morph_node: (
    /** @type {Element} */ _element,
    /** @type {{ newNode: Element }} */ { newNode },
  ) => !newNode.matches?.("[data-keep]"),
});

// A frame that counts on something that the page does not have: the whole body is loaded.
export function reportIncompleteFrame() {
  if (!document.querySelector("[data-keep]")) return;
  document.dispatchEvent(new CustomEvent("planner:lost"));
}
