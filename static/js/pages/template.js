// The editor of a template: htmx brings the form that it becomes, while it is typed.
import "htmx.org";
import "./base.js";
