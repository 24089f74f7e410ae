/**
 * The recorded prompts, aloud. A folder for each dialect, with a manifest; whoever adds one drops a folder
 * (docs/phone.md). Loaded whole before the camera opens, so that nothing is fetched while somebody waits.
 *
 * @typedef {{name: {zh: string, en: string}, type: string, prompts: Record<string, {file: string, seconds: number}>}} Manifest
 */

/** @param {string} dialect */
export async function loadSpeech(dialect) {
  const folder = new URL(`../audio/${dialect}/`, import.meta.url);
  const manifest = /** @type {Manifest} */ (await (await fetch(new URL("manifest.json", folder))).json());
  const player = new Audio();
  /** @type {Map<string, string>} */
  const urls = new Map();
  await Promise.all(
    Object.entries(manifest.prompts).map(async ([name, { file }]) => {
      const bytes = await (await fetch(new URL(file, folder))).arrayBuffer();
      urls.set(name, URL.createObjectURL(new Blob([bytes], { type: manifest.type })));
    }),
  );
  return {
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
