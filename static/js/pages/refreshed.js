// Pages that load themselves again when something changes.
import "./base.js";
import "../feed/refresh.js";
