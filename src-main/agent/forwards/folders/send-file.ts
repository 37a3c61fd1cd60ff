import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Bytes read at a time. One buffer is reused for the whole file, since bulk transfers must not allocate per chunk (ADR 12). */
const BUFFER = 256 * 1024;

/**
 * Copies a range of an open file to an HTTP response, as fast as the client takes it, and ends the response. The caller closes the file.
 * @param onSent called with the size of each chunk
 * @throws {Error} if the file has become shorter or the client has gone: the promised length can't be sent
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

/** Resolves when the buffer may be reused. */
function write(to: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
