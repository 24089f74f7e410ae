/**
 * Which prompt holds at which second of the recording, and when its words are spoken (again).
 *
 * @typedef {import("../model/types.js").Challenge} Challenge
 * @typedef {import("../model/types.js").Prompt} Prompt
 */

/** A prompt that was not followed is said again after so many seconds … */
export const REPEAT_AFTER_S = 6;
/** … when so much of its window is left that an old person can still follow it (docs/challenge.md: words 1.5 s, an action 2.5 s). */
export const NEEDED_S = 3;
/** Before the recording, "look into the camera" is said so often at most, so far apart: a cadre may take longer to aim. */
export const LOOKS = 3;
/** The longest recording when the challenge does not say. */
const LONGEST_S = 10;

/** @param {Challenge} challenge */
export function longestS(challenge) {
  return challenge.longest_s ?? LONGEST_S;
}

/** The prompt that holds at this second, or null: look into the camera. @param {Challenge} challenge @param {number} second */
export function promptAt(challenge, second) {
  const index = challenge.prompts.findIndex((each) => each.at_s <= second && second < each.until_s);
  return index < 0 ? null : { index, prompt: /** @type {Prompt} */ (challenge.prompts[index]) };
}

/** When which words are spoken, in order. @param {Challenge} challenge
 * @returns {{at_s: number, action: string}[]} */
export function spokenTimes(challenge) {
  return challenge.prompts.flatMap(({ action, at_s, until_s }) => {
    const times = [];
    for (let at = at_s; at === at_s || at + NEEDED_S <= until_s; at += REPEAT_AFTER_S) times.push({ at_s: at, action });
    return times;
  });
}

/** When the recorder may stop: after the last window, and never after the longest. @param {Challenge} challenge */
export function endS(challenge) {
  const last = challenge.prompts.slice(-1)[0]?.until_s ?? longestS(challenge) - 0.5;
  return Math.min(last + 0.4, longestS(challenge));
}
