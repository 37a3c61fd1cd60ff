import { request as httpRequest } from 'node:http';
import { MAPPING_LIMITS } from './types.ts';

/** Answer of a router to an HTTP request. */
export type RouterAnswer = Readonly<{ status: number; text: string }>;

/**
 * Sends an HTTP request to the router and reads its answer, at most 64 KiB within 3 s. Follows no redirects and connects to no other host, whatever
 * the router says: only path and port are taken from the URL, after its host was compared.
 * @throws {Error} for another host, an error of the network, or an answer that is too long or late
 */
export async function askRouter(
  gateway: string,
  url: URL,
  options: Readonly<{ signal: AbortSignal; action?: string; body?: string }>,
): Promise<RouterAnswer> {
  if (url.protocol !== 'http:' || url.hostname !== gateway) throw new Error('the URL is not one of the router');
  const { action, body } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(MAPPING_LIMITS.request)]);
  return await new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: gateway,
        port: url.port === '' ? 80 : Number(url.port),
        path: `${url.pathname}${url.search}`,
        method: body === undefined ? 'GET' : 'POST',
        agent: false,
        signal,
        headers: {
          Connection: 'close',
          ...(body === undefined
            ? {}
            : { 'Content-Type': 'text/xml; charset="utf-8"', 'Content-Length': Buffer.byteLength(body) }),
          ...(action === undefined ? {} : { SOAPAction: `"${action}"` }),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        answer.on('data', (part: Buffer) => {
          length += part.length;
          parts.push(part);
          if (length > MAPPING_LIMITS.answer) answer.destroy(new Error('the answer is too long'));
        });
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
