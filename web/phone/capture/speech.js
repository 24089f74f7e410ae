/**
 * The recorded prompts, aloud. A folder for each dialect, with a manifest; whoever adds one drops a folder
 * (docs/phone-page.md). Loaded whole before the camera opens, so that nothing is fetched while somebody waits.
 *
 * @typedef {{name: {zh: string, en: string}, type: string, prompts: Record<string, {file: string, seconds: number}>}} Manifest
 */
import { AUDIO, FIRST_DIALECT, voiceFile } from "../outbox/voices.js";

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
    /** Says a prompt; a phone that is muted or refuses says nothing, and the cadre reads it out. @param {string} name */
    say(name) {
      const url = urls.get(name);
      if (!url) return;
      player.src = url;
      player.play().catch(() => undefined);
    },
    close() {
      player.pause();
      for (const url of urls.values()) URL.revokeObjectURL(url);
    },
  };
}
