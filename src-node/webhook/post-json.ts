import { request } from 'node:http';
import { isWebhook } from '#shared/messages/index.ts';
import { ClawReachError, systemCode } from '#shared/errors.ts';

/** Request to a program on this machine. */
export type PostRequest = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON text. */
  body: string;
  /** Longest time of the whole request, ms. */
  timeout: number;
  /** Most bytes of the answer's body. */
  answerBytes: number;
}>;

/** Answer of the program. A redirect is an answer like others. */
export type PostAnswer = Readonly<{ status: number; body: string }>;

/**
 * Sends JSON to a program on this machine by HTTP. Checks once more that the address is a literal loopback one, uses a connection of its own, no proxy and
 * no cookies, and follows no redirect.
 * @throws {ClawReachError} `message.webhook-address`, `message.webhook-unreachable`, `message.webhook-slow`, `message.webhook-large`; the signal's reason
 */
export async function postJson(
  { url, headers, body, timeout, answerBytes }: PostRequest,
  signal: AbortSignal,
): Promise<PostAnswer> {
  if (!isWebhook(url)) throw new ClawReachError('message.webhook-address', 'not a literal loopback address');
  const { hostname, port, pathname, search } = new URL(url);
  const limit = AbortSignal.timeout(timeout);
  const content = Buffer.from(body, 'utf8');
  const { promise, resolve, reject } = Promise.withResolvers<PostAnswer>();
  const outgoing = request({
    // Not the text of the address: what is connected to is what was checked.
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? 80 : Number(port),
    path: `${pathname}${search}`,
    method: 'POST',
    agent: false,
    headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': content.length },
    signal: AbortSignal.any([signal, limit]),
  });
  outgoing.on('error', reject);
  outgoing.on('response', (answer) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= answerBytes) {
        pieces.push(piece);
        return;
      }
      reject(new ClawReachError('message.webhook-large', 'the answer is too long'));
      outgoing.destroy();
    });
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') }));
    answer.on('error', reject);
    answer.on('close', () => {
      if (!answer.complete) reject(new ClawReachError('message.webhook-unreachable', 'the answer broke off'));
    });
  });
  outgoing.end(content);
  try {
    return await promise;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw new ClawReachError('message.webhook-slow', 'no answer in time', { cause: error });
    if (error instanceof ClawReachError) throw error;
    const details = { reason: systemCode(error) ?? '' };
    throw new ClawReachError('message.webhook-unreachable', 'no connection', { cause: error, details });
  }
}
