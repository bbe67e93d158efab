// What the pages do beyond htmx. Each module listens on the document, so fragments that
// arrive later need nothing set up.
import "./account.js";
import "./slips.js"; // before those that listen to clicks
import "./arriving.js";
import "./autosave.js";
import "./comments.js";
import "./copy.js";
import "./decision.js";
import "./drafts.js";
import "./failures.js";
import "./focus.js";
import "./keep.js";
import "./keyboard.js";
import "./live.js";
import "./mentions.js";
import "./page.js";
import "./token.js";
import "./tools.js";
import "./way-back.js";
