/**
 * What the desk works with, read once from the door's answers (read.js). Days are ISO dates, times minutes or "08:30".
 *
 * @typedef {"am"|"pm"} Half
 * @typedef {{zh?: string, en?: string, code?: string}} Words
 *
 * @typedef {object} Place A half-day of a cadre.
 * @property {string} cadreId
 * @property {string} day
 * @property {Half} half
 * @property {number} [order] Place in the order without what is moved, from 0; left out: the cheapest.
 *
 * @typedef {object} Person One visit: one person.
 * @property {string} visitId
 * @property {string} name Empty when the door does not say it.
 * @property {string[]} programmes
 * @property {[string, string]} window First and last day on which one visit answers all.
 * @property {string|null} toldOn The day that was told to the person.
 * @property {boolean} frail
 * @property {{code: string, words: Words}[]} records That its recording is lost, and what agencies hold against the visit in their own records.
 *
 * @typedef {object} Stop One dwelling: all of a household together.
 * @property {string} key
 * @property {Person[]} people
 * @property {string|null} arrive
 * @property {number|null} lat
 * @property {number|null} lon
 * @property {string} village
 * @property {[string, string]} window
 * @property {string|null} toldOn
 * @property {boolean} pinned Put there by hand: its day stays when the plan is made again.
 * @property {boolean} ordered Its place in the order was chosen by hand: it stays too.
 * @property {boolean} ofVillage The village's coordinates stand for those of the house.
 *
 * @typedef {object} Route A half-day that is ridden.
 * @property {string} cadreId
 * @property {string} day
 * @property {Half} half
 * @property {string} start
 * @property {string} end
 * @property {number} minutes From setting out to being back.
 * @property {number} rideMinutes
 * @property {number} km
 * @property {boolean} published The phones have exactly this.
 * @property {Stop[]} stops In the order in which they are ridden.
 * @property {number} longerMinutes Minutes ridden more than in the shortest order, when this one was chosen by hand.
 * @property {boolean} orderGivenUp The order that was chosen by hand could not be kept.
 *
 * @typedef {object} Unplanned
 * @property {Stop} stop
 * @property {string|null} cadreId
 * @property {string} code
 * @property {Words} why
 *
 * @typedef {object} Slot A half-day that a cadre works.
 * @property {string} day
 * @property {Half} half
 * @property {number} budget Minutes to which it is filled: less than its length, because roads are longer than lines.
 * @property {boolean} market
 *
 * @typedef {object} Cadre
 * @property {string} id
 * @property {string} name
 * @property {string} township
 * @property {string[]} villages
 * @property {number|null} lat
 * @property {number|null} lon
 * @property {Slot[]} slots
 * @property {string[]} daysOff Leave, meetings, illness: days on which he does not work though he otherwise would.
 *
 * @typedef {object} Move What differs from what the phones have.
 * @property {string} visitId
 * @property {string} name
 * @property {Place|null} was
 * @property {Place|null} now
 * @property {boolean} told Whether the person must be told anew.
 * @property {Words} why
 *
 * @typedef {object} Plan
 * @property {number} version Of the draft; 0: there is none.
 * @property {number} published Version that the phones have; 0: none yet.
 * @property {boolean} differs From what the phones have.
 * @property {Move[]} moves
 * @property {number} newCount Visits that the phones do not have yet.
 * @property {number} goneCount Visits that the phones still have and nobody makes any more.
 * @property {Words|null} undo The last step, that can be undone.
 * @property {Words|null} redo
 * @property {number|null} undoStep Number of that step.
 * @property {number|null} redoStep
 * @property {number} pending Visits that changed and are not worked into the draft yet.
 * @property {string} first
 * @property {string} last
 * @property {string} today In the county, wherever the desk stands.
 * @property {Cadre[]} cadres
 * @property {Route[]} routes
 * @property {Unplanned[]} unplanned
 * @property {Record<string, {name: string, lat: number|null, lon: number|null}>} places Villages and townships by code.
 *
 * @typedef {{cadre?: string, day?: string, half?: string, township?: string, village?: string, visit?: string, state?: string, due?: string, due_to?: string, from?: string, to?: string}} Filter
 * Which visits: of whom, when, where; `state` is planned, unplanned, told, overdue, late or over; `due` the last day of the window,
 * `due_to` its latest;
 * `from` and `to` bound the day that is planned.
 *
 * @typedef {{visitIds: string[], from: Place|null, whole: boolean}} Load `whole`: all of the half-day `from`.
 * @typedef {{cadre_id: string, day: string, half_day: Half, stops: {visit_ids: string[], arrive: string}[]}} Proposed A half-day as it would be.
 * @typedef {object} Carrying
 * @property {string[]} visitIds
 * @property {Place|null} from
 * @property {boolean} whole
 * @property {Place|null} at Where the keyboard points, or where it was dropped.
 * @property {boolean} byKeyboard
 * @property {boolean} busy
 * @property {{faults: {words: Words}[], warnings: {words: Words}[], cost: Record<string, number>, routes: Proposed[]}|null} answer What the drop would do.
 * @property {number} version The draft's, of which the answer speaks.
 * @property {boolean} again Whether the draft was changed after an earlier answer.
 * @typedef {object} Job
 * @property {string} id
 * @property {"plan"|"what_if"} kind
 * @property {"waiting"|"running"|"done"|"failed"|"cancelled"} state
 * @property {number} done
 * @property {number} of
 * @property {any} answer
 * @property {Words|null} why Why it failed.
 * @property {{words: Words}[]} warnings
 */
export {};
