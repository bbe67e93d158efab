// What somebody looks at stays where it is while markup above it changes.

// `change` puts markup in at once, and returns a promise of the rest.
export async function keepingPlace(change) {
  const focused = document.activeElement;
  const selection = selectionOf(focused);
  const way = wayUp(focused);
  const anchors = anchorsIn(focused).map((element) => [element, topOf(element)]);
  const root = document.documentElement;
  // The browser would do the same a moment later, and twice is too much.
  root.classList.add("is-swapping");
  const done = change();
  const [anchor, top] = anchors.find(([element]) => element.isConnected) ?? [];
  if (anchor) scrollBy({ top: topOf(anchor) - top, behavior: "instant" });
  requestAnimationFrame(() => root.classList.remove("is-swapping"));
  keepFocus(focused, selection, way);
  await done;
}

const topOf = (element) => element.getBoundingClientRect().top;

const isInView = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

// The control in use first; then what stands in the window, from above.
function anchorsIn(focused) {
  const body = document.getElementById("plan-body");
  const { left, width } = body.getBoundingClientRect();
  const found = focused !== document.body && isInView(focused) ? [focused] : [];
  for (const share of [0.2, 0.4, 0.6, 0.8]) {
    const element = document.elementFromPoint(left + width / 2, innerHeight * share);
    for (const each of [".item", ".block", ".section"]) {
      const around = element?.closest(each);
      if (around && body.contains(around)) found.push(around);
    }
  }
  return found;
}

function selectionOf(control) {
  try {
    const { selectionStart, selectionEnd, selectionDirection } = control;
    return [selectionStart, selectionEnd, selectionDirection];
  } catch {
    return [null];
  }
}

function wayUp(element) {
  const way = [];
  for (let each = element?.parentElement; each; each = each.parentElement) {
    if (each.id && each.id !== "plan") way.push(each);
  }
  return way;
}

// Moving an element takes the focus off it in some browsers. Where the element is gone,
// the focus goes to what was around it, and not into a text that was not meant.
function keepFocus(focused, selection, way) {
  if (focused === document.body || document.activeElement !== document.body) return;
  if (focused.isConnected) {
    focused.focus({ preventScroll: true });
    if (selection[0] !== null) focused.setSelectionRange?.(...selection);
    return;
  }
  const around = way.find((each) => each.isConnected);
  if (!around) return;
  if (!around.hasAttribute("tabindex")) around.tabIndex = -1;
  around.focus({ preventScroll: true });
}
