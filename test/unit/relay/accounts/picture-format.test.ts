import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPicture } from '#relay/accounts/pictures/index.ts';
import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';
import { casesOf } from '../../../support/fuzz.ts';
import {
  CANVAS_PICTURES,
  chunkNames,
  pngChunk,
  pngFile,
  pngHeader,
  pngPicture,
  webpChunk,
  webpFile,
} from '../../../support/pictures.ts';

const NOTHING = new Uint8Array();
const IDAT = pngChunk('IDAT', Uint8Array.of(1));
const IEND = pngChunk('IEND', NOTHING);
const HTML = toUtf8('<script>alert(1)</script>');
const SVG = toUtf8('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script></svg>');

/** Data of `VP8X` with a canvas. */
const extended = (flags: number, width: number, height: number): Uint8Array =>
  Uint8Array.of(flags, 0, 0, 0, width - 1, (width - 1) >> 8, 0, height - 1, (height - 1) >> 8, 0);
/** Key frame of a size, without what would be drawn. */
const lossy = (width: number, height: number): Uint8Array =>
  webpChunk('VP8 ', Uint8Array.of(0, 0, 0, 0x9d, 1, 0x2a, width & 255, width >> 8, height & 255, height >> 8));
const lossless = (width: number, height: number): Uint8Array => {
  const data = new Uint8Array(6);
  data[0] = 0x2f;
  new DataView(data.buffer).setUint32(1, (width - 1) | ((height - 1) << 14), true);
  return webpChunk('VP8L', data);
};

describe('a picture', () => {
  test.each([
    ['png', 'image/png', ['IHDR', 'IDAT', 'IDAT', 'IEND']],
    ['lossy', 'image/webp', ['VP8X', 'VP8 ']],
    ['alpha', 'image/webp', ['VP8X', 'ALPH', 'VP8 ']],
    ['lossless', 'image/webp', ['VP8X', 'VP8L']],
  ] as const)('%s of a browser is taken, without its colour profile', (name, type, chunks) => {
    const picture = readPicture(CANVAS_PICTURES[name]);
    expect(picture?.type).toBe(type);
    expect(chunkNames(picture?.bytes ?? NOTHING)).toEqual(chunks);
    // What was taken is taken again, and not changed.
    expect(readPicture(picture?.bytes ?? NOTHING)).toEqual(picture);
  });

  test.each([
    ['PNG', (side: number) => pngPicture(side, 96)],
    ['PNG, upright', (side: number) => pngPicture(96, side)],
    ['lossy WebP', (side: number) => webpFile(lossy(side, 96))],
    ['lossless WebP', (side: number) => webpFile(lossless(96, side))],
    ['extended WebP', (side: number) => webpFile(webpChunk('VP8X', extended(0, side, 96)), lossy(side, 96))],
  ])('%s has at most 96 pixels in each direction [S-PICTURE-2]', (_, make) => {
    expect([1, 96, 97, 353].map((side) => readPicture(make(side)) !== undefined)).toEqual([true, true, false, false]);
  });

  test('loses comments, places and everything else that is not drawn [S-PICTURE-2]', () => {
    const [head, ...rest] = [pngHeader(8, 8), IDAT, IEND];
    const photo = pngFile(head, pngChunk('eXIf', HTML), pngChunk('tEXt', HTML), pngChunk('iCCP', HTML), ...rest);
    expect(readPicture(photo)?.bytes).toEqual(pngFile(head, ...rest));
    const webp = webpFile(
      webpChunk('VP8X', extended(0x3c, 8, 8)),
      webpChunk('ICCP', HTML),
      webpChunk('ALPH', Uint8Array.of(1)),
      lossy(8, 8),
      webpChunk('EXIF', HTML),
      webpChunk('XMP ', HTML),
      webpChunk('oops', HTML),
    );
    expect(readPicture(webp)?.bytes).toEqual(
      webpFile(webpChunk('VP8X', extended(0x10, 8, 8)), webpChunk('ALPH', Uint8Array.of(1)), lossy(8, 8)),
    );
    expect(readPicture(webpFile(lossy(8, 8), webpChunk('EXIF', HTML)))?.bytes).toEqual(webpFile(lossy(8, 8)));
  });

  test.each<readonly [string, Uint8Array]>([
    ['no bytes', NOTHING],
    ['an SVG', SVG],
    ['HTML', HTML],
    ['a GIF', Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64')],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16)],
    ['HTML before a PNG', concatBytes(HTML, pngPicture())],
    ['HTML after a PNG', concatBytes(pngPicture(), HTML)],
    ['HTML in a chunk after the end of a PNG', concatBytes(pngPicture(), pngChunk('tEXt', HTML))],
    ['HTML after a WebP', concatBytes(CANVAS_PICTURES.lossy, HTML)],
    ['a PNG signature alone', pngFile()],
    ['a PNG without a header', pngFile(IDAT, IEND)],
    ['a PNG with its header later', pngFile(pngChunk('tEXt', HTML), pngHeader(8, 8), IDAT, IEND)],
    ['a PNG with two headers', pngFile(pngHeader(8, 8), pngHeader(9000, 9000), IDAT, IEND)],
    ['a PNG with a long header', pngFile(pngChunk('IHDR', new Uint8Array(14).fill(1)), IDAT, IEND)],
    ['a PNG without pixels', pngFile(pngHeader(8, 8), IEND)],
    ['a PNG without width', pngFile(pngHeader(0, 8), IDAT, IEND)],
    ['a PNG that was cut', pngPicture().subarray(0, -4)],
    ['a PNG without an end', pngFile(pngHeader(8, 8), IDAT)],
    ['an unknown part of a PNG that must be known', pngFile(pngHeader(8, 8), pngChunk('EVIL', HTML), IDAT, IEND)],
    ['an animated PNG', pngFile(pngHeader(8, 8), pngChunk('acTL', new Uint8Array(8)), IDAT, IEND)],
    ['a WebP without a frame', webpFile(webpChunk('VP8X', extended(0, 8, 8)))],
    ['a WebP with two frames', webpFile(webpChunk('VP8X', extended(0, 8, 8)), lossy(8, 8), lossy(8, 8))],
    ['a WebP with a large frame', webpFile(webpChunk('VP8X', extended(0, 8, 8)), lossy(900, 8))],
    ['a WebP with another canvas', webpFile(webpChunk('VP8X', extended(0, 9, 8)), lossy(8, 8))],
    ['a WebP that says that it is animated', webpFile(webpChunk('VP8X', extended(2, 8, 8)), lossy(8, 8))],
    [
      'an animated WebP',
      webpFile(
        webpChunk('VP8X', extended(2, 8, 8)),
        webpChunk('ANIM', new Uint8Array(6)),
        webpChunk('ANMF', concatBytes(new Uint8Array(16), lossy(8, 8))),
      ),
    ],
    [
      'a WebP whose frame needs another',
      webpFile(webpChunk('VP8 ', Uint8Array.of(1, 0, 0, 0x9d, 1, 0x2a, 8, 0, 8, 0))),
    ],
    ['a WebP of another size than it says', webpFile(lossy(8, 8)).subarray(0, -1)],
    ['a WebP with a chunk before its frame', webpFile(webpChunk('oops', HTML), lossy(8, 8))],
    ['a WAV file', concatBytes(toUtf8('RIFF'), Uint8Array.of(4, 0, 0, 0), toUtf8('WAVE'))],
  ])('is not: %s [S-PICTURE-2]', (_, bytes) => {
    expect(readPicture(bytes)).toBeUndefined();
  });

  test('of bytes that a stranger changed is refused, or as small and clean as any [S-PICTURE-2]', () => {
    const samples = [...Object.values(CANVAS_PICTURES), pngPicture(12)];
    const change = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.nat(20) });
    fc.assert(
      fc.property(fc.nat(samples.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), (which, changes) => {
        let bytes = (samples[which] ?? NOTHING).slice();
        for (const { at, to, cut } of changes) {
          bytes[at % bytes.length] = to;
          if (cut === 0) bytes = bytes.slice(0, at % bytes.length);
          if (bytes.length === 0) return;
        }
        const picture = readPicture(bytes);
        if (picture === undefined) return;
        expect(picture.bytes.length).toBeLessThanOrEqual(bytes.length);
        expect(
          chunkNames(picture.bytes).filter((name) => !/^(?:IHDR|PLTE|tRNS|IDAT|IEND|VP8[ LX]|ALPH)$/.test(name)),
        ).toEqual([]);
        expect(readPicture(picture.bytes)).toEqual(picture);
      }),
      { numRuns: casesOf(20_000) },
    );
  });
});
