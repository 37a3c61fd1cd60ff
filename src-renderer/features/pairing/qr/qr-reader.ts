import decodeQr from 'qr/decode.js';

/** Longer side of a decoded picture, pixels; larger pictures are scaled down. */
const LARGEST_SIDE = 1600;
/** Size of the largest picture file that is read, bytes. */
const LARGEST_FILE = 32 * 1024 * 1024;
/** Length of the longest text that may be a link, characters. */
const LONGEST_TEXT = 1024;
const LINK = /^clawreach:\/\/(?:pair|add)\/?\?/;

/** Reason why a picture gave no link. The text key is `scan.` followed by this. */
export type ScanProblem = 'other' | 'none' | 'too-large' | 'no-image';
/**
 * Result of reading a picture, for `Scan` and its camera: the link of an invitation or of a device that waits to be added, or the reason why there is
 * none.
 */
export type Scanned = Readonly<{ link: string }> | Readonly<{ problem: ScanProblem }>;

/** Searches the pixels of a picture for the QR code of such a link; undefined where there is no QR code. @param timeLimit ms */
export function readPixels(image: ImageData, timeLimit: number): Scanned | undefined {
  let text: string;
  try {
    text = decodeQr(image, { format: 'RGBA', timeLimit });
  } catch {
    // The picture has no code, or only a part of one.
    return undefined;
  }
  return text.length <= LONGEST_TEXT && LINK.test(text) ? { link: text } : { problem: 'other' };
}

/** Reads the QR code in a picture file that the person has chosen, dropped or pasted. The file never leaves this page. */
export async function readImage(file: Blob): Promise<Scanned> {
  if (file.size > LARGEST_FILE) return { problem: 'too-large' };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { problem: 'no-image' };
  }
  try {
    // Small codes need every pixel; photographs decode better at half the size.
    for (const side of [LARGEST_SIDE, LARGEST_SIDE / 2]) {
      const found = readPixels(pixelsOf(bitmap, bitmap.width, bitmap.height, side), 2000);
      if (found !== undefined) return found;
    }
    return { problem: 'none' };
  } finally {
    bitmap.close();
  }
}

/** Returns the pixels of a picture, scaled down so that its longer side has at most `side` pixels. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number, side: number): ImageData {
  const scale = Math.min(1, side / Math.max(width, height));
  const [drawnWidth, drawnHeight] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = document.createElement('canvas');
  canvas.width = drawnWidth;
  canvas.height = drawnHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new TypeError('a canvas that cannot be drawn on');
  // Transparent pixels become white; a black code would otherwise be black on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, drawnWidth, drawnHeight);
  context.drawImage(source, 0, 0, drawnWidth, drawnHeight);
  return context.getImageData(0, 0, drawnWidth, drawnHeight);
}
