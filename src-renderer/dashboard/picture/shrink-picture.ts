import { PICTURE_TYPES, PLATFORM_LIMITS, type PictureType } from '#shared/platform/index.ts';

/** Size of the largest file that is read, bytes. */
export const LARGEST_FILE = 32 * 1024 * 1024;
/** Sides that are tried until the picture is small enough. PNG needs the smaller ones, where a browser can't encode WebP. */
const SIDES = [PLATFORM_LIMITS.pictureSide, 80, 64, 48] as const;
const QUALITY = 0.85;
/** Part of a picture that is taken first. */
export const MIDDLE = 0.5;

/** Reason why a file gave no picture. The text key is `account.picture.` followed by this. */
export type PictureProblem = 'too-large' | 'unreadable';
/** Small picture that is sent to the relay. */
export type SmallPicture = Readonly<{ type: PictureType; bytes: Uint8Array<ArrayBuffer> }>;

/** Small picture of a file. `isSquare`: it has the whole file, so that there is no part to choose. */
export type ShrunkPicture = Readonly<{ picture: SmallPicture; isSquare: boolean }>;

/**
 * Makes a small square picture of a part of a file. It is drawn again, so that nothing else of the file is in it, such as the place of a photo. The file
 * itself never leaves this page.
 * @param part place of the square along the longer side, from 0 at the left or top to 1
 */
export async function shrinkPicture(
  file: Blob,
  part = MIDDLE,
): Promise<ShrunkPicture | Readonly<{ problem: PictureProblem }>> {
  if (file.size > LARGEST_FILE) return { problem: 'too-large' };
  let bitmap: ImageBitmap | undefined;
  try {
    if (!isRaster(new Uint8Array(await file.slice(0, 12).arrayBuffer()))) return { problem: 'unreadable' };
    bitmap = await createImageBitmap(file);
    return { picture: await encode(bitmap, part), isSquare: bitmap.width === bitmap.height };
  } catch {
    return { problem: 'unreadable' };
  } finally {
    bitmap?.close();
  }
}

/**
 * Reports by the first bytes whether a file is a picture of pixels: JPEG, PNG, GIF, WebP, or AVIF and its kin. Not SVG, which is a document that can load
 * and draw anything. Pure.
 */
export function isRaster(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, 12));
  return /^(?:\u00ff\u00d8\u00ff|\u0089PNG\r\n|GIF8|RIFF[^]{4}WEBP|[^]{4}ftyp)/.test(text);
}

async function encode(bitmap: ImageBitmap, part: number): Promise<SmallPicture> {
  const longest = Math.min(bitmap.width, bitmap.height);
  for (const side of SIDES) {
    const blob = await encodeCanvas(drawPart(bitmap, part, Math.min(side, longest)));
    const type = PICTURE_TYPES.find((known) => known === blob.type);
    if (type !== undefined && blob.size <= PLATFORM_LIMITS.picture) {
      return { type, bytes: new Uint8Array(await blob.arrayBuffer()) };
    }
  }
  throw new TypeError('no side is small enough');
}

/** Draws a square of a picture. */
function drawPart(bitmap: ImageBitmap, part: number, side: number): HTMLCanvasElement {
  let square = Math.min(bitmap.width, bitmap.height);
  let source: CanvasImageSource = bitmap;
  let [left, top] = [(bitmap.width - square) * part, (bitmap.height - square) * part];
  // Halved until the last step: at once, browsers would leave out most pixels.
  for (;;) {
    const next = square > 2 * side ? Math.ceil(square / 2) : side;
    const canvas = document.createElement('canvas');
    canvas.width = next;
    canvas.height = next;
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new TypeError('a canvas that cannot be drawn on');
    // What is transparent becomes white, in light and dark themes.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, next, next);
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, left, top, square, square, 0, 0, next, next);
    if (next === side) return canvas;
    [source, square, left, top] = [canvas, next, 0, 0];
  }
}

/** Encodes as WebP; as PNG in browsers that can't (HTML Living Standard 4.12.5.5). */
function encodeCanvas(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new TypeError('the canvas has no picture')) : resolve(blob)),
      'image/webp',
      QUALITY,
    );
  });
}
