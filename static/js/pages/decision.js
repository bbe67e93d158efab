// A decision's form follows what is chosen: the words that a signature says by default,
// and whether it needs a comment. (Which label shows is a matter of the style sheet.)

const decisionsOf = (form) => [...form.querySelectorAll("[data-meaning]")];

document.addEventListener("change", (event) => {
  const chosen = event.target.closest?.("form.decision [data-meaning]");
  if (!chosen) return;
  const { comment, meaning } = chosen.form.elements;
  comment.required = chosen.value !== "approved";
  // Somebody's own words stay.
  const usual = decisionsOf(chosen.form).map((each) => each.dataset.meaning);
  if (usual.includes(meaning.value.trim())) meaning.value = chosen.dataset.meaning;
});
