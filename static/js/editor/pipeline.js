// What happens around a request of htmx and around the swap of its answer (or of markup
// from the feed), step by step. The modules know their own step; the order is only here.
import { sendNewestToken } from "../csrf.js";
import { dropOlderMarkup } from "../feed/plan.js";
import { showPeopleOnItems } from "../feed/presence.js";
import { showAccountOfAnswer } from "../feed/state.js";
import { showSections } from "../sections/folding.js";
import { foldAsChosen } from "../pictures/folding.js";
import { filterAgain } from "../pictures/risk-filter.js";
import { finishSave, prepareSave, retrySave, takeAnswerToSave } from "./autosave.js";
import { followColumns } from "./column-changes.js";
import {
  announceComment,
  dropLateThreads,
  keepHalfWritten,
  noteRequestedThreads,
  openDrawer,
  restoreHalfWritten,
} from "./comments.js";
import { forgetSentDrafts, noteSentDrafts, restoreLooseDrafts } from "./drafts.js";
import { tellNoConnection, tellRefusal } from "./failures.js";
import { reportIncompleteFrame } from "./frames.js";
import { keepOpenHeading, offerHeadingOfRemoved } from "./headings.js";
import {
  learnCleanedTexts,
  mergeIntoControls,
  offerTextsOfRemoved,
  receiveWaiting,
  showStoredTexts,
} from "./incoming.js";
import { endPosting } from "./item-menu.js";
import { showMine } from "./mine.js";
import { announceMove } from "./places.js";
import { noteRemovedButton } from "./misclicks.js";
import { watchSections } from "./outline.js";
import { showWhetherForReading } from "./reading.js";
import {
  focusNextToRemoved,
  focusWhatWasAwaited,
  focusWhatWasCreated,
  noteFocusBeforeRemoval,
} from "./requested-focus.js";
import { attachQuote, endQuote, goToStretch } from "./stretches.js";
import { closeSuggested, restoreSuggested } from "./suggest.js";
import { addSuggestLinks, noteSuggestLink } from "./suggest-links.js";
import { postToPressedTool } from "./tools.js";
import { readShown, showUnread } from "./unread.js";
import { closeIdle } from "./values.js";

/**
 * @template {keyof DocumentEventMap} K
 * @param {K} type
 * @param {((event: DocumentEventMap[K]) => void)[]} steps
 */
function run(type, steps) {
  document.addEventListener(type, (event) => {
    for (const step of steps) {
      try {
        step(event);
      } catch (error) {
        reportError(error); // the other steps are still due
      }
    }
  });
}

// --- A request ---

run("htmx:config:request", [postToPressedTool]);

run("htmx:before:request", [
  noteSentDrafts,
  noteFocusBeforeRemoval,
  prepareSave,
  noteRequestedThreads,
  sendNewestToken, // into the body that prepareSave makes
]);

run("htmx:after:request", [forgetSentDrafts, takeAnswerToSave, showAccountOfAnswer]);

// --- The swap of its answer, or of markup from the feed ---

run("htmx:before:swap", [
  learnCleanedTexts, // also from markup that is dropped next
  dropOlderMarkup,
  followColumns,
  mergeIntoControls,
  keepOpenHeading,
  dropLateThreads,
  keepHalfWritten,
  noteSuggestLink,
]);

run("htmx:after:swap", [
  noteRemovedButton,
  addSuggestLinks,
  restoreSuggested, // names the places of its texts
  restoreLooseDrafts,
  focusNextToRemoved,
  showStoredTexts,
  offerTextsOfRemoved,
  offerHeadingOfRemoved,
  restoreHalfWritten,
  attachQuote,
  showUnread,
  readShown,
  reportIncompleteFrame,
  showPeopleOnItems,
  focusWhatWasAwaited,
  watchSections,
  showMine,
  showSections,
  showWhetherForReading,
  foldAsChosen,
  filterAgain,
]);

// --- The end of the request, with its answer in place ---

run("htmx:finally:request", [
  finishSave,
  receiveWaiting,
  openDrawer,
  readShown,
  goToStretch,
  endQuote,
  announceComment,
  closeSuggested,
  tellRefusal,
  focusWhatWasCreated,
  endPosting,
  announceMove,
  closeIdle,
]);

run("htmx:error", [retrySave, tellNoConnection]);

addSuggestLinks();
