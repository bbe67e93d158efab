// Pages that load themselves again when something changes.
import "htmx.org";
import "./base.js";
import "../feed/refresh.js";
