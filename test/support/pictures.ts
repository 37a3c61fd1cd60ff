import { crc32, deflateSync } from 'node:zlib';
import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';

/** Pictures of 8 × 6 pixels as Chromium makes them of a canvas, with the colour profile that it adds to WebP. */
export const CANVAS_PICTURES = {
  /** Lossy, opaque. */
  lossy: fromBase64(
    'UklGRkACAABXRUJQVlA4WAoAAAAgAAAABwAABQAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggUgAAALACAJ0BKggABgACwEwlsAJ0RwB+gGWAAuau3QqkhAD+7PMQl6S+5Lhxi9IDqCb7CIM/hjm4XnJtdnJGehgcmj3/44KYNSsTAx/+if7eClvQAAA=',
  ),
  /** Lossy, with an alpha channel. */
  alpha: fromBase64(
    'UklGRloCAABXRUJQVlA4WAoAAAAwAAAABwAABQAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZBTFBIDgAAAAEP8MD/iIjw8f+I/scIVlA4IFYAAACQAgCdASoIAAYAAsBMJbACdEcAZIAC5q7dCqXSAAD+7PMQl6S+5Lhxi9IDqCb7CwFX4ZJxYt7aOw6Mb8oWTuTR7/8RQO0Cv7KZql//AX6vdVa3EAAAAA==',
  ),
  lossless: fromBase64(
    'UklGRgYCAABXRUJQVlA4WAoAAAAwAAAABwAABQAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDhMFwAAAC8HQAEQD3AP8eccn2f4f4ChheGI6H9wAA==',
  ),
  png: fromBase64(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAYAAAD+Bd/7AAAAO0lEQVR4AYyMywkAMAhDi4O4R6Gdre1sPbiHk3hScvIDDyS8hITXzaBRXAhT/3GwEwKG+PcF4f0cXDAAAAD//wUm5UkAAAAGSURBVAMA4tEZFbCC8CkAAAAASUVORK5CYII=',
  ),
} as const;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Chunk of a PNG file. */
export function pngChunk(name: string, data: Uint8Array): Uint8Array {
  const named = concatBytes(toUtf8(name), data);
  return concatBytes(word(data.length), named, word(crc32(named)));
}

/** Header chunk of a PNG picture, with 8 bits of red, green and blue. */
export function pngHeader(width: number, height: number): Uint8Array {
  return pngChunk('IHDR', concatBytes(word(width), word(height), Uint8Array.of(8, 2, 0, 0, 0)));
}

/** PNG file of chunks. */
export function pngFile(...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(concatBytes(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), ...chunks));
}

/** PNG picture of one colour. */
export function pngPicture(width = 96, height = width, [red, green, blue] = [200, 30, 60]): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let index = 0; index < rows.length; index += 1) {
    const place = index % (width * 3 + 1);
    rows[index] = (place === 0 ? 0 : [red, green, blue][(place - 1) % 3]) ?? 0;
  }
  return pngFile(pngHeader(width, height), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', new Uint8Array()));
}

/** Chunk of a WebP file. */
export function webpChunk(name: string, data: Uint8Array): Uint8Array {
  return concatBytes(toUtf8(name), word(data.length, true), data, new Uint8Array(data.length % 2));
}

/** WebP file of chunks. */
export function webpFile(...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concatBytes(toUtf8('WEBP'), ...chunks);
  return Uint8Array.from(concatBytes(toUtf8('RIFF'), word(body.length, true), body));
}

/** Names of the chunks of a picture, in their order. */
export function chunkNames(bytes: Uint8Array): string[] {
  const view = Buffer.from(bytes);
  const isPng = view[0] === 0x89;
  const names: string[] = [];
  for (let start = isPng ? 8 : 12; start < view.length;) {
    const length = isPng ? view.readUInt32BE(start) : view.readUInt32LE(start + 4);
    names.push(view.toString('latin1', start + (isPng ? 4 : 0), start + (isPng ? 8 : 4)));
    start += isPng ? 12 + length : 8 + length + (length % 2);
  }
  return names;
}

function word(value: number, isLittle = false): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, isLittle);
  return bytes;
}
