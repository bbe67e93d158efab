// The sign-off of a plan.
import "./refreshed.js";
import "./decision.js";
import "./own-key.js";
