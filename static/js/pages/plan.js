// What the pages do beyond htmx. Each module listens on the document, so fragments that
// arrive later need nothing set up.
import "../account.js";
import "../editor/misclicks.js"; // before those that listen to clicks
import "../editor/incoming.js";
import "../editor/autosave.js";
import "../editor/comments.js";
import "../copy.js";
import "./decision.js";
import "../editor/drafts.js";
import "../editor/failures.js";
import "../focus.js";
import "../editor/frames.js";
import "../editor/keyboard.js";
import "../feed/plan.js";
import "../editor/mentions.js";
import "../menus.js";
import "../csrf.js";
import "../editor/tools.js";
import "../sign-in-place.js";
