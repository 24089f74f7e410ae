/** Colours of cadres on the map, each dark enough on the light ground; the number and the legend say the same without colour. */
const COLOURS = ["#0b5d4e", "#b3441e", "#14559e", "#7a3b97", "#8a6100", "#a3195b", "#3f6212", "#0e7490", "#5a5148", "#c2185b"];

/** @param {number} order */
export function colourOf(order) {
  return COLOURS[order % COLOURS.length] ?? "#333";
}
