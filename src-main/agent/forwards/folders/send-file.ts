import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Bytes read at a time, into one buffer: what carries bulk makes nothing anew (ADR 12). */
const BUFFER = 256 * 1024;

/**
 * Writes bytes of a file as fast as they are taken, and ends the answer.
 * @throws {Error} when the file has become shorter or the other side has gone: what was promised cannot be kept
 */
export async function sendFile(
  to: Writable,
  file: FileHandle,
  { start, length }: Readonly<{ start: number; length: number }>,
  onSent: (bytes: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(length, BUFFER));
  const gone = new Promise<never>((_, reject) => {
    to.once('close', () => reject(new Error('the other side has gone')));
  });
  gone.catch(() => undefined);
  for (let sent = 0; sent < length;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - sent), start + sent);
    if (bytesRead === 0) throw new Error('the file has become shorter');
    await Promise.race([gone, write(to, buffer.subarray(0, bytesRead))]);
    sent += bytesRead;
    onSent(bytesRead);
  }
  to.end();
}

/** The buffer may be used again as soon as this resolves. */
function write(to: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
