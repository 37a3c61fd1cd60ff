import { DialError } from '#shared/relay-dialer/index.ts';
import { LINK_UPGRADE_PROTOCOL, RELAY_PATHS } from '#shared/relay-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';

/** Limits of the answer to the upgrade. A relay's answer has less than 200 bytes; a proxy may add a few lines. */
const UPGRADE_RESPONSE_LIMITS = { bytes: 8192, headers: 64 } as const;

const CR = 0x0d;
const LF = 0x0a;

/**
 * Returns the HTTP request that starts the raw form of a data connection (RFC 9110 section 7.8). Pure.
 * @param authority `host:port` of the relay
 */
export function upgradeRequest(authority: string): Uint8Array {
  return toUtf8(
    `GET ${RELAY_PATHS.link} HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade\r\nUpgrade: ${LINK_UPGRADE_PROTOCOL}\r\n\r\n`,
  );
}

/** Reads the head of the answer to that request, in chunks of any size, and accepts only the switch to the relay's protocol. Touches memory only. */
export class UpgradeResponseReader {
  readonly #head = new Uint8Array(UPGRADE_RESPONSE_LIMITS.bytes);
  #length = 0;
  /** Number of bytes of CR LF CR LF matched at the end of the received bytes. */
  #matched = 0;

  /**
   * Adds a chunk.
   * @returns the number of bytes of the chunk that belong to the head once the head is complete (the rest is the other side's); undefined before that
   * @throws {DialError} `relay.upgrade` (details: reason, and status if there is one)
   */
  push(chunk: Uint8Array): number | undefined {
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#length === this.#head.length) throw refused('the answer is too long');
      this.#head[this.#length] = byte;
      this.#length += 1;
      if (byte === (this.#matched % 2 === 0 ? CR : LF)) this.#matched += 1;
      else this.#matched = byte === CR ? 1 : 0;
      if (this.#matched === 4) {
        checkHead(this.#head.subarray(0, this.#length - 4));
        return index + 1;
      }
    }
    return undefined;
  }
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5][0-9][0-9])(?: [\t\x20-\x7e]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e]*?)[\t ]*$/;

function checkHead(head: Uint8Array): void {
  const [first = '', ...lines] = latin1(head).split('\r\n');
  const status = STATUS_LINE.exec(first)?.[1];
  if (status === undefined) throw refused('the answer is not HTTP/1.1');
  if (status !== '101') throw refused('the other end does not switch protocols', Number(status));
  if (lines.length > UPGRADE_RESPONSE_LIMITS.headers) throw refused('the answer has too many headers');
  const upgrades: string[] = [];
  const connection: string[] = [];
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw refused('the answer has a malformed header');
    const key = name.toLowerCase();
    if (key === 'upgrade') upgrades.push(value.toLowerCase());
    else if (key === 'connection')
      connection.push(
        ...value
          .toLowerCase()
          .split(',')
          .map((token) => token.trim()),
      );
    // RFC 9110 sections 8.6 and RFC 9112 section 6.1: neither belongs to a 1xx answer; a body would shift the start of the stream.
    else if (key === 'content-length' || key === 'transfer-encoding') throw refused('the answer has a body');
  }
  if (upgrades.length !== 1 || upgrades[0] !== LINK_UPGRADE_PROTOCOL)
    throw refused('the answer names another protocol');
  if (!connection.includes('upgrade')) throw refused('the answer does not upgrade the connection');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function refused(reason: string, status?: number): DialError {
  return new DialError('relay.upgrade', reason, { details: { reason, ...(status === undefined ? {} : { status }) } });
}
