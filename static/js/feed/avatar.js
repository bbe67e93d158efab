// A person as a circle with their initials.

/**
 * @param {string} tag
 * @param {Pick<Person, "initials" | "colour" | "name">} person
 * @param {string} label for screen readers
 */
export function avatar(tag, { initials, colour, name }, label) {
  const element = document.createElement(tag);
  element.className = `avatar person-${colour % 8}`;
  element.title = name;
  const letters = document.createElement("span");
  letters.setAttribute("aria-hidden", "true");
  letters.textContent = initials;
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = label;
  element.append(letters, words);
  return element;
}
