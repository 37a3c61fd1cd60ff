import type { IncomingMessage } from 'node:http';
import { fromUtf8 } from '#shared/bytes/index.ts';

/** Reasons why a body can't be read. */
export type BodyProblem = 'too-large' | 'not-utf8' | 'aborted';

/**
 * Reads the body of a request as text. Reads no more than `limit` bytes.
 * @returns the text, or the reason why there is none. After `too-large` the rest of the body is unread: the connection has to close
 */
export async function readRequestBody(
  request: IncomingMessage,
  limit: number,
): Promise<Readonly<{ text: string; problem?: never }> | Readonly<{ problem: BodyProblem }>> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) return { problem: 'too-large' };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not the request's own iterator, which would destroy the socket before the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) return { problem: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { problem: 'aborted' };
  }
  try {
    return { text: fromUtf8(Buffer.concat(chunks)) };
  } catch {
    return { problem: 'not-utf8' };
  }
}
