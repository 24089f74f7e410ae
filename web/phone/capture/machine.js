/**
 * The states of one recording. Every state has a time limit and an error exit, so that it never sticks.
 *
 *   opening → framing → starting → prompting → stopping → saving → saved
 *      └────────┴──────────┴──────────┴───────────┴─────────┴────→ failed (why) → again | other paths
 *                                          (pictures_missing) ─────────→ saving, when the cadre wants it sent all the same
 *
 * Pure: events in, states out; the camera, the clock and the store are `recorder.js` and `screens/capture.js`.
 *
 * @typedef {"opening"|"framing"|"starting"|"prompting"|"stopping"|"saving"|"saved"|"failed"} Phase
 * @typedef {"camera_denied"|"camera_missing"|"camera_busy"|"recorder_failed"|"no_picture"|"interrupted"|"empty"|
 *   "storage_full"|"save_failed"|"too_slow"|"left"|"turned"|"pictures_missing"} Failure
 * @typedef {{type: "camera_ready"}|{type: "begin"}|{type: "first_picture"}|{type: "prompts_over"}|{type: "recorded"}|
 *   {type: "kept"}|{type: "failed", why: Failure}|{type: "timeout"}|{type: "hidden"}|{type: "retry"}|{type: "send_anyway"}} Event
 * @typedef {{phase: Phase, why: Failure|null, limitMs: number|null}} State
 */

/** How long each state may last. Framing is the cadre's time: two minutes, then the camera rests to spare the battery.
 * Prompting has the challenge's own length and two seconds. @type {Record<Phase, number|null>} */
const LIMIT_MS = {
  opening: 20_000,
  framing: 120_000,
  starting: 6_000,
  prompting: null,
  stopping: 6_000,
  saving: 20_000,
  saved: null,
  failed: null,
};
const AFTER_LAST_S = 2;

/** @type {Partial<Record<Phase, Failure>>} What it means that a state took too long. */
const TOO_LONG = {
  opening: "camera_busy",
  framing: "too_slow",
  starting: "no_picture",
  prompting: "recorder_failed",
  stopping: "recorder_failed",
  saving: "save_failed",
};

/** @type {Partial<Record<Phase, Partial<Record<Event["type"], Phase>>>>} */
const STEPS = {
  opening: { camera_ready: "framing" },
  framing: { begin: "starting" },
  starting: { first_picture: "prompting" },
  prompting: { prompts_over: "stopping" },
  stopping: { recorded: "saving" },
  saving: { kept: "saved" },
  failed: { retry: "opening", send_anyway: "saving" },
};

/** Whether the camera is in use. @param {Phase} phase */
export function films(phase) {
  return phase === "starting" || phase === "prompting" || phase === "stopping";
}

/** @returns {State} */
export function begin() {
  return { phase: "opening", why: null, limitMs: LIMIT_MS.opening };
}

/** The next state; the same one when the event has no meaning in it.
 * @param {State} state @param {Event} event @param {number} longestS Longest recording, in seconds. @returns {State} */
export function step(state, event, longestS) {
  if (state.phase === "saved") return state;
  if (event.type === "failed" && state.phase !== "failed") return failure(event.why);
  if (event.type === "timeout" && TOO_LONG[state.phase]) return failure(/** @type {Failure} */ (TOO_LONG[state.phase]));
  if (event.type === "hidden") return state.phase === "saving" || state.phase === "failed" ? state : failure("interrupted");
  if (event.type === "send_anyway" && state.why !== "pictures_missing") return state;
  const phase = STEPS[state.phase]?.[event.type];
  if (!phase) return state;
  return { phase, why: null, limitMs: phase === "prompting" ? (longestS + AFTER_LAST_S) * 1000 : LIMIT_MS[phase] };
}

/** @param {Failure} why @returns {State} */
function failure(why) {
  return { phase: "failed", why, limitMs: null };
}
