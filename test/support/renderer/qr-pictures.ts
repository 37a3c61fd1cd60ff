import { crc32, deflateSync } from 'node:zlib';
import { encodeQR } from 'qr';

type Picture = Readonly<{ size: number; isDark(x: number, y: number): boolean }>;

/** A QR code as dots; `scale` of them to a module, four modules of white around. */
function draw(text: string, scale: number): Picture {
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: 4 });
  return {
    size: modules.length * scale,
    isDark: (x, y) => modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true,
  };
}

/** A PNG of one byte a dot. */
export function qrPng(text: string, scale = 4): Buffer {
  const { size, isDark } = draw(text, scale);
  const rows = Buffer.alloc((size + 1) * size, 255);
  for (let y = 0; y < size; y += 1) {
    rows[y * (size + 1)] = 0;
    for (let x = 0; x < size; x += 1) if (isDark(x, y)) rows[y * (size + 1) + 1 + x] = 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 8;
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), framed.length - 4);
  return framed;
}

/** A film (YUV4MPEG2) of a camera before which somebody holds a QR code, 640 × 480, two frames. */
export function qrFilm(text: string): Buffer {
  const [width, height] = [640, 480];
  const { size, isDark } = draw(text, 5);
  const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  const luma = Buffer.alloc(width * height, 160);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) luma[(top + y) * width + left + x] = isDark(x, y) ? 20 : 235;
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]);
}
