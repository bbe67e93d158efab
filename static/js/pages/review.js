// The sign-off of a plan.
import "./refreshed.js";
import "./decision.js";
import "./own-key.js";
import "../editor/pipeline.js";
import "../editor/dialogs.js";
import "../editor/mentions.js";
import "../review/changes.js";
import "../review/sheet.js";
