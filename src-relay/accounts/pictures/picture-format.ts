import { concatBytes } from '#shared/bytes/index.ts';
import { PLATFORM_LIMITS, type PictureType } from '#shared/platform/index.ts';

/** Picture that the relay may store. */
export type Picture = Readonly<{ type: PictureType; bytes: Uint8Array }>;

/** Part of a file: its name of four characters, its data, and all of its bytes. */
type Chunk = Readonly<{ name: string; data: Uint8Array; whole: Uint8Array }>;

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Chunks of a PNG picture that draw. All others are metadata, which are left out. */
const PNG_DRAWING: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
/** Alpha bit of `VP8X`. The other bits announce animation and metadata. */
const WEBP_ALPHA = 0x10;
const WEBP_ANIMATION = 0x02;

/**
 * Reads a still picture of at most 96 × 96 pixels, by its bytes alone: PNG (W3C, Third Edition) or WebP (RFC 9649). Returns it with the chunks that draw
 * it and no others, so that no comment, place or time of a photo is stored; undefined for anything else, such as a picture with bytes after its end. Pure.
 */
export function readPicture(bytes: Uint8Array): Picture | undefined {
  if (PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)) return readPng(bytes);
  return nameAt(bytes, 0) === 'RIFF' && nameAt(bytes, 8) === 'WEBP' ? readWebp(bytes) : undefined;
}

function readPng(bytes: Uint8Array): Picture | undefined {
  const chunks = splitPng(bytes);
  if (chunks === undefined) return undefined;
  const [header] = chunks;
  if (header?.name !== 'IHDR' || header.data.length !== 13) return undefined;
  if (!isSmall(wordAt(header.data, 0), wordAt(header.data, 4))) return undefined;
  const names = chunks.map(({ name }) => name);
  const isWhole =
    names.includes('IDAT') && names.indexOf('IEND') === names.length - 1 && names.lastIndexOf('IHDR') === 0;
  if (!isWhole || names.includes('acTL')) return undefined;
  // A decoder must know every chunk whose name begins with a capital letter.
  if (names.some((name) => /^[A-Z]/.test(name) && !PNG_DRAWING.has(name))) return undefined;
  const drawing = chunks.filter(({ name }) => PNG_DRAWING.has(name)).map(({ whole }) => whole);
  return { type: 'image/png', bytes: concatBytes(Uint8Array.from(PNG_SIGNATURE), ...drawing) };
}

/** Returns the chunks of a PNG file; undefined if they don't end where it ends. */
function splitPng(bytes: Uint8Array): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let start = PNG_SIGNATURE.length;
  while (start < bytes.length) {
    // Length, name, data, checksum.
    const end = start + 12 + wordAt(bytes, start);
    if (end > bytes.length) return undefined;
    const whole = bytes.subarray(start, end);
    chunks.push({ name: nameAt(bytes, start + 4), data: whole.subarray(8, -4), whole });
    start = end;
  }
  return chunks;
}

function readWebp(bytes: Uint8Array): Picture | undefined {
  if (littleAt(bytes, 4, 4) !== bytes.length - 8) return undefined;
  const chunks = splitWebp(bytes);
  const frames = chunks?.filter(({ name }) => name === 'VP8 ' || name === 'VP8L') ?? [];
  const [frame, ...more] = frames;
  if (chunks === undefined || frame === undefined || more.length > 0) return undefined;
  const size = frameSize(frame);
  if (size === undefined || !isSmall(...size)) return undefined;
  const [first] = chunks;
  if (first?.name !== 'VP8X') return first === frame ? webp([frame.whole]) : undefined;
  const { data } = first;
  if (data.length !== 10 || ((data[0] ?? 0) & WEBP_ANIMATION) !== 0) return undefined;
  if (littleAt(data, 4, 3) + 1 !== size[0] || littleAt(data, 7, 3) + 1 !== size[1]) return undefined;
  const header = first.whole.slice();
  // Flags, and three bytes that are reserved.
  header.set([(data[0] ?? 0) & WEBP_ALPHA, 0, 0, 0], 8);
  const alpha = chunks.find(({ name }) => name === 'ALPH');
  return webp([header, ...(alpha === undefined ? [] : [alpha.whole]), frame.whole]);
}

/** Returns the chunks of a WebP file; undefined if they don't end where it ends. */
function splitWebp(bytes: Uint8Array): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let start = 12;
  while (start < bytes.length) {
    // Name, length, data, and a zero after an odd number of bytes.
    const length = littleAt(bytes, start + 4, 4);
    const end = start + 8 + length + (length % 2);
    if (end > bytes.length) return undefined;
    const whole = bytes.subarray(start, end);
    chunks.push({ name: nameAt(bytes, start), data: whole.subarray(8, 8 + length), whole });
    start = end;
  }
  return chunks;
}

/** Returns width and height of a lossy (RFC 6386 section 9.1) or lossless (RFC 9649 section 3.4) frame; undefined for none. */
function frameSize({ name, data }: Chunk): [number, number] | undefined {
  if (name === 'VP8 ') {
    const isKeyFrame = ((data[0] ?? 1) & 1) === 0 && littleAt(data, 3, 3) === 0x2a019d;
    return isKeyFrame ? [littleAt(data, 6, 2) & 0x3fff, littleAt(data, 8, 2) & 0x3fff] : undefined;
  }
  if (data[0] !== 0x2f) return undefined;
  const bits = littleAt(data, 1, 4);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}

function webp(chunks: readonly Uint8Array[]): Picture {
  const file = concatBytes(new Uint8Array(12), ...chunks);
  for (const [index, character] of [...'RIFF\0\0\0\0WEBP'].entries()) file[index] = character.charCodeAt(0);
  new DataView(file.buffer, file.byteOffset).setUint32(4, file.length - 8, true);
  return { type: 'image/webp', bytes: file };
}

function isSmall(width: number, height: number): boolean {
  const { pictureSide } = PLATFORM_LIMITS;
  return width >= 1 && width <= pictureSide && height >= 1 && height <= pictureSide;
}

/** Returns four bytes as text. */
function nameAt(bytes: Uint8Array, start: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + 4));
}

/** Returns a big-endian number of four bytes; missing ones count as zero. */
function wordAt(bytes: Uint8Array, start: number): number {
  return [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (bytes[start + index] ?? 0), 0);
}

/** Returns a little-endian number; missing bytes count as zero. */
function littleAt(bytes: Uint8Array, start: number, length: number): number {
  let sum = 0;
  for (let index = length - 1; index >= 0; index -= 1) sum = sum * 256 + (bytes[start + index] ?? 0);
  return sum;
}
