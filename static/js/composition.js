// An input method composes a text before it commits it: "shi" may become 世界. Until
// then its letters are not saved, and nothing is inserted around them.

/** @type {EventTarget | null} */
let composing = null;
/** @type {(() => void)[]} */
let waiting = []; // called when the composition ends

/** @param {EventTarget | null} control */
export const isComposing = (control) => composing !== null && control === composing;

/** Resolves at a moment without an open composition. */
export async function afterComposition() {
  while (composing instanceof Node && composing.isConnected) {
    await new Promise((resolve) => waiting.push(() => resolve(undefined)));
  }
}

document.addEventListener(
  "compositionstart",
  ({ target }) => {
    composing = target;
  },
  true,
);

function end() {
  composing = null;
  const callbacks = waiting;
  waiting = [];
  for (const callback of callbacks) callback();
}

// Leaving the control ends it too, whichever event the browser sends.
for (const type of ["compositionend", "focusout"]) {
  document.addEventListener(
    type,
    () => {
      if (composing) end();
    },
    true,
  );
}
