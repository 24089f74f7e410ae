/**
 * What the browser tells of the camera that is recorded, in words of our own (schemas/camera.py): it is signed with the
 * recording. No id of a device, no size (the file has it), no other camera than the one that films.
 */
const LONGEST_LABEL = 100;
const FACINGS = ["user", "environment", "left", "right"];
/** By our word: what the browser calls it (`getCapabilities`). @type {[string, string][]} */
const ABILITIES = [
  ["facing", "facingMode"],
  ["torch", "torch"],
  ["zoom", "zoom"],
  ["focus", "focusMode"],
];

/** The statement, or null where there is nothing to state. Whatever a browser answers, the door can read it, and filming goes on.
 * @param {MediaStream} stream @returns {string|null} */
export function stateCamera(stream) {
  try {
    const track = stream.getVideoTracks()[0];
    return track ? JSON.stringify(statementOf(track)) : null;
  } catch {
    return null;
  }
}

/** @param {MediaStreamTrack} track */
function statementOf(track) {
  /** @type {Record<string, unknown>} */
  const settings = { ...track.getSettings() };
  /** @type {Record<string, unknown>} */
  const capabilities = "getCapabilities" in track ? { ...track.getCapabilities() } : {};
  const facing = String(settings.facingMode);
  const offers = ABILITIES.filter(([, name]) => isOffered(capabilities[name])).map(([word]) => word);
  return {
    label: Array.from(clean(track.label)).slice(0, LONGEST_LABEL).join(""),
    ...(FACINGS.includes(facing) ? { facing } : {}),
    ...(offers.length ? { offers } : {}),
    ...("displaySurface" in settings ? { is_screen: true } : {}),
  };
}

/** Without control characters and halves of characters, which not every reader takes. @param {string} label */
function clean(label) {
  return label.replace(/[\p{Cc}\p{Cs}]/gu, " ").trim();
}

/** Browsers offer what they cannot do as an empty list or `false`. @param {unknown} value */
function isOffered(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
