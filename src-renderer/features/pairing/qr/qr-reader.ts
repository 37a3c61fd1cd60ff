import decodeQr from 'qr/decode.js';

/** Pixels of the longer side that are looked at. */
const LARGEST_SIDE = 1600;
/** Of a file, bytes. */
const LARGEST_FILE = 32 * 1024 * 1024;
/** As long as the longest link. */
const LONGEST_TEXT = 1024;
const LINK = /^clawreach:\/\/pair\/?\?/;

/** What is wrong with what was read; a key of the catalogue without `scan.`. */
export type ScanProblem = 'other' | 'none' | 'too-large' | 'no-image';
export type Scanned = Readonly<{ link: string }> | Readonly<{ problem: ScanProblem }>;

/** Looks for an invitation in the pixels of a picture, for so many ms; undefined where there is no QR code. */
export function readPixels(image: ImageData, timeLimit: number): Scanned | undefined {
  let text: string;
  try {
    text = decodeQr(image, { format: 'RGBA', timeLimit });
  } catch {
    // There is none, or not all of it.
    return undefined;
  }
  return text.length <= LONGEST_TEXT && LINK.test(text) ? { link: text } : { problem: 'other' };
}

/** The same for a file that the person has chosen, dropped or pasted. Nothing of it leaves this page. */
export async function readImage(file: Blob): Promise<Scanned> {
  if (file.size > LARGEST_FILE) return { problem: 'too-large' };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { problem: 'no-image' };
  }
  try {
    // Small codes want every pixel, photographs fewer.
    for (const side of [LARGEST_SIDE, LARGEST_SIDE / 2]) {
      const found = readPixels(pixelsOf(bitmap, bitmap.width, bitmap.height, side), 2000);
      if (found !== undefined) return found;
    }
    return { problem: 'none' };
  } finally {
    bitmap.close();
  }
}

/** What a source shows, at most `side` pixels wide and high. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number, side: number): ImageData {
  const scale = Math.min(1, side / Math.max(width, height));
  const [drawnWidth, drawnHeight] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = document.createElement('canvas');
  canvas.width = drawnWidth;
  canvas.height = drawnHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new TypeError('a canvas that cannot be drawn on');
  // What is transparent is white: a code on nothing is black on nothing.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, drawnWidth, drawnHeight);
  context.drawImage(source, 0, 0, drawnWidth, drawnHeight);
  return context.getImageData(0, 0, drawnWidth, drawnHeight);
}
