/**
 * The recorded prompts, aloud. A folder for each dialect, with a manifest; whoever adds one drops a folder
 * (docs/phone-page.md). Loaded whole before the camera opens, so that nothing is fetched while somebody waits.
 *
 * @typedef {{name: {zh: string, en: string}, type: string, prompts: Record<string, {file: string, seconds: number}>}} Manifest
 */
import { AUDIO, FIRST_DIALECT, voiceFile } from "../outbox/voices.js";

/** Said when the recording is over; a dialect may lack it. */
export const LAST = "done";

/** The chosen dialect; Mandarin when its files are not on this phone. @param {string} dialect */
export async function loadSpeech(dialect) {
  try {
    return await load(dialect);
  } catch (error) {
    if (dialect === FIRST_DIALECT) throw error;
    return load(FIRST_DIALECT);
  }
}

/** @param {string} dialect */
async function load(dialect) {
  const folder = new URL(`${dialect}/`, AUDIO);
  const manifest = /** @type {Manifest} */ (await (await voiceFile(new URL("manifest.json", folder))).json());
  const player = new Audio();
  let last = "";
  /** @type {Map<string, string>} */
  const urls = new Map();
  await Promise.all(
    Object.entries(manifest.prompts).map(async ([name, { file }]) => {
      const bytes = await (await voiceFile(new URL(file, folder))).arrayBuffer();
      urls.set(name, URL.createObjectURL(new Blob([bytes], { type: manifest.type })));
    }),
  );
  return {
    dialect,
    /** Says a prompt. @param {string} name @returns {Promise<boolean>} False where the phone refuses: the cadre reads it out. */
    async say(name) {
      const url = urls.get(name);
      if (!url) return false;
      last = name;
      player.src = url;
      try {
        await player.play();
      } catch (error) {
        return error instanceof DOMException && error.name === "AbortError"; // by the words that came after
      }
      return true;
    },
    /** What is said at the end is said to its end, whatever screen has come. */
    close() {
      const end = () => {
        player.pause();
        for (const url of urls.values()) URL.revokeObjectURL(url);
      };
      if (last === LAST && !player.paused) player.addEventListener("ended", end, { once: true });
      else end();
    },
  };
}
