import { BODY_BYTES } from '#shared/messages/index.ts';
import { UsageError } from '../../errors.ts';

/**
 * Reads the text of a message from standard input.
 * @throws {UsageError} `usage.message` if it is longer than 256 KiB, or no UTF-8
 */
export async function readBody(stdin: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_BYTES) throw wrong('It is longer than 256 KiB.');
    parts.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw wrong('It is no UTF-8 text.');
  }
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.message', reason, { details: { reason } });
}
