// The pages of a plan that can be edited, and of its comments.
import "htmx.org";
import "./base.js";
import "../editor/misclicks.js"; // before the modules that act on clicks
import "../editor/pipeline.js";
import "../editor/add-menu.js";
import "../editor/column-menu.js";
import "../editor/dialogs.js";
import "../editor/dragging.js";
import "../editor/item-menu.js";
import "../editor/keyboard.js";
import "../editor/walking.js";
import "../editor/mentions.js";
import "../editor/pasting.js";
import "../editor/text-bar.js";
import "../editor/text-preview.js";
import "../finding/keys.js";
