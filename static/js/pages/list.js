// Lists with filters: the registers, the search.
import "./base.js";
import "../filters.js";
