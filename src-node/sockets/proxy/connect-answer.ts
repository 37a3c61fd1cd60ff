import { DialError } from '#shared/relay-dialer/index.ts';

/** Limits of a proxy's answer to CONNECT. */
export const CONNECT_ANSWER_LIMITS = { bytes: 16 * 1024, headers: 100 } as const;

/** Pause before a proxy that refused is asked again, ms. Its administrator may allow the connection in the meantime. */
const FORBIDDEN = 10 * 60_000;
const CR = 0x0d;
const LF = 0x0a;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9][0-9][0-9])(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads the head of a proxy's answer to CONNECT for `openTunnel`, in chunks of any size. Bytes after the head belong to the tunnel even if the head
 * announces a body, since a 2xx answer to CONNECT has none (RFC 9110 section 9.3.6). Touches memory only.
 */
export class ConnectAnswerReader {
  readonly #head = new Uint8Array(CONNECT_ANSWER_LIMITS.bytes);
  #length = 0;
  #matched = 0;

  /**
   * Adds a chunk.
   * @returns the number of bytes of the chunk that belong to the head once the tunnel is open; undefined before that
   * @throws {DialError} `relay.proxy-auth` (401, 407), `relay.proxy-forbidden` (403), `relay.proxy-refused`; details: status, reason
   */
  push(chunk: Uint8Array): number | undefined {
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#length === this.#head.length) throw refused('its answer is too long');
      this.#head[this.#length] = byte;
      this.#length += 1;
      if (byte === (this.#matched % 2 === 0 ? CR : LF)) this.#matched += 1;
      else this.#matched = byte === CR ? 1 : 0;
      if (this.#matched === 4) {
        checkHead(latin1(this.#head.subarray(0, this.#length - 4)));
        return index + 1;
      }
    }
    // Rejects an answer that isn't HTTP at once, without waiting for its end.
    if (!'HTTP/1.'.startsWith(latin1(this.#head.subarray(0, Math.min(this.#length, 7)))))
      throw refused('its answer is not HTTP');
    return undefined;
  }
}

function checkHead(head: string): void {
  const [first = '', ...lines] = head.split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1] ?? 0);
  if (status === 0) throw refused('its answer is not HTTP');
  if (lines.length > CONNECT_ANSWER_LIMITS.headers || lines.some((line) => !HEADER_LINE.test(line)))
    throw refused('its answer is malformed', status);
  // 407: no credentials were sent. For a wrong password some proxies answer 401 (tinyproxy).
  if (status === 407 || status === 401)
    throw new DialError('relay.proxy-auth', 'the proxy wants to know who asks', { details: { status } });
  if (status === 403)
    throw new DialError('relay.proxy-forbidden', 'the proxy forbids it', {
      details: { status, retryAfter: FORBIDDEN },
    });
  if (status < 200 || status > 299) throw refused(`status ${status}`, status);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function refused(reason: string, status = 0): DialError {
  return new DialError('relay.proxy-refused', `the proxy opens no tunnel: ${reason}`, { details: { reason, status } });
}
