/** Faces in the camera's picture, on any phone and without a signal: small, grey, through the cascade. */
import { findFaces, readCascade } from "./cascade.js";
import { greyOf } from "./guidance.js";

/** @typedef {import("./guidance.js").Face} Face */

const CASCADE = new URL("../vendor/facefinder.bin", import.meta.url);
/** The longer side of the picture that is searched, in pixels, and the smallest face in it: half of the width below which a face is
 * said to be too far. */
export const LONG_SIDE = 160;
const LEAST = 12;

/** What finds faces; fetched when filming begins to be prepared, never before: the page works without it.
 * @returns {Promise<(source: CanvasImageSource, width: number, height: number) => Face[]>} */
export async function loadFinder() {
  const answer = await fetch(CASCADE);
  if (!answer.ok) throw new Error(`no ${CASCADE.pathname}`);
  const cascade = readCascade(await answer.arrayBuffer());
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  return (source, width, height) => {
    const scale = LONG_SIDE / Math.max(width, height);
    const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
    if (pen.canvas.width !== columns || pen.canvas.height !== rows) Object.assign(pen.canvas, { width: columns, height: rows });
    pen.drawImage(source, 0, 0, columns, rows);
    const { data } = pen.getImageData(0, 0, columns, rows);
    const grey = new Uint8Array(columns * rows);
    for (let at = 0; at < grey.length; at += 1) grey[at] = greyOf(data, at * 4);
    return findFaces(cascade, grey, columns, rows, LEAST).map(({ size, score }) => ({
      ofLong: size / LONG_SIDE,
      ofShort: size / Math.min(columns, rows),
      score,
    }));
  };
}
