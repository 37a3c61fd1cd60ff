import type { Locator } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';

/** Dots of a module of the code. */
const SCALE = 4;

/** Reads a QR code that a page shows, from its picture. */
export async function readQr(picture: Locator): Promise<string> {
  const size = Number((await picture.getAttribute('viewBox'))?.split(' ').at(-1));
  const drawn = (await picture.locator('path').getAttribute('d')) ?? '';
  const [width, height] = [size * SCALE, size * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (const [, column, row, length] of drawn.matchAll(/M(\d+) (\d+)h(\d+)/gu))
    for (let y = Number(row) * SCALE; y < (Number(row) + 1) * SCALE; y += 1)
      for (let x = Number(column) * SCALE; x < (Number(column) + Number(length)) * SCALE; x += 1)
        data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  return decodeQR({ width, height, data });
}
