// What the pages do beyond htmx. Each module listens on the document, so fragments that
// arrive later need nothing set up.
import "./autosave.js";
import "./comments.js";
import "./focus.js";
import "./keep.js";
import "./keyboard.js";
import "./mentions.js";
import "./page.js";
import "./token.js";
