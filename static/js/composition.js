// An input method composes a text before it is committed: "shi" may become 世界. Until
// then its letters are not saved, and nothing is put in around them from outside.

let composing = null; // the control
let waiting = []; // what is called at the end

export const isComposing = (control) => composing !== null && control === composing;

// A promise of a moment without an open composition.
export async function afterComposition() {
  while (composing?.isConnected) await new Promise((done) => waiting.push(done));
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
  const called = waiting;
  waiting = [];
  for (const done of called) done();
}

// Leaving the control ends it too, whatever a browser says of that.
for (const type of ["compositionend", "focusout"]) {
  document.addEventListener(
    type,
    () => {
      if (composing) end();
    },
    true,
  );
}
