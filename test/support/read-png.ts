import { inflateSync } from 'node:zlib';

/** Pixels of a PNG, four bytes each: red, green, blue, alpha. */
export type Pixels = Readonly<{ width: number; height: number; data: Buffer }>;

/** Reads a PNG of eight bits a channel with transparency, not interlaced, as Chromium writes them. */
export function readPng(file: Buffer): Pixels {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  if (file[24] !== 8 || file[25] !== 6 || file[28] !== 0) throw new Error('a PNG of another kind');
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  const filtered = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const data = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const left = x < 4 ? 0 : (data[y * stride + x - 4] ?? 0);
      const above = y === 0 ? 0 : (data[(y - 1) * stride + x] ?? 0);
      const corner = x < 4 || y === 0 ? 0 : (data[(y - 1) * stride + x - 4] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      data[y * stride + x] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return { width, height, data };
}

/** Returns the one of the three that is next to the sum of the first two less the last (PNG, 9.4). */
function paeth(left: number, above: number, corner: number): number {
  const sum = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
