// Every page. The modules listen on the document, so markup that arrives later needs no
// setup.
import "../account.js";
import "../copy.js";
import "../csrf.js";
import "../focus.js";
import "../inbox-count.js";
import "../menus.js";
import "../outline-fold.js";
import "../plan-menu.js";
import "../scrollable.js";
import "../share.js";
import "../sign-in-place.js";
import "../site-search.js";
import "../times.js";
