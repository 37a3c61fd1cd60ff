import { open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { unwritableError } from '#node/files/index.ts';

/**
 * Writes all of an input to a file that is there, and waits until the system has it.
 * @param signal ends the input
 * @param onSize called with the bytes that are written
 * @throws {StoreError} `store.write` if less than all is written, as on a full disk; {Error} for the input, and the signal's reason
 */
export async function writeInput(
  input: Readable,
  path: string,
  signal: AbortSignal,
  onSize: (bytes: number) => void,
): Promise<void> {
  signal.throwIfAborted();
  addAbortSignal(signal, input);
  const file = await open(path, 'r+');
  try {
    let size = 0;
    for await (const chunk of input as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(chunk);
      // `write` may write less than it is given, without an error.
      await file.writeFile(bytes).catch((error: unknown) => Promise.reject(unwritableError(path, error)));
      size += bytes.length;
      onSize(size);
    }
    signal.throwIfAborted();
  } finally {
    await file.close();
  }
}
