// The sign-off of a plan.
import "./refreshed.js";
import "./decision.js";
