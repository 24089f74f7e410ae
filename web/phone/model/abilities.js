/** Ability sets in the order in which they are offered; what they leave to be asked is the door's matter. */
export const ABILITIES = [
  "deaf",
  "blind",
  "bedridden",
  "stroke",
  "facial_palsy",
  "stiff_neck",
  "cannot_move_head",
  "mouth_closed",
  "drooping_lids",
  "cannot_follow",
];

/** Names what was ticked: a bundle that was drawn for other abilities does not fit any more.
 * @param {readonly string[]} abilities @param {readonly string[]} unable */
export function ableKey(abilities, unable) {
  return [[...abilities].sort().join(","), [...unable].sort().join(",")].join("|");
}
