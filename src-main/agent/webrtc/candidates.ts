import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { UDP_LIMITS } from './limits.ts';

/** Longest line: an address of 80 characters and its line feed (docs/PROTOCOL.md 8.1). */
const LONGEST_LINE = 81;

/**
 * Sends this side's addresses to the peer, one per line, on the stream of an offer; the end of the stream marks the last. Used by `dialUdp` and
 * `UdpAnswers`.
 */
export class CandidateWriter {
  readonly #stream: LinkStream;
  readonly #sent = new Set<string>();
  #ended = false;

  constructor(stream: LinkStream) {
    this.#stream = stream;
  }

  /** Sends an address once, within the limit. */
  send(address: string): void {
    if (this.#ended || this.#sent.size >= UDP_LIMITS.candidates || this.#sent.has(address)) return;
    this.#sent.add(address);
    // A failure here shows in the attempt as a whole.
    this.#stream.write(toUtf8(`${address}\n`)).catch(() => undefined);
  }

  /** Ends the stream after the last address. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.end().catch(() => undefined);
  }
}

/**
 * Reads the peer's addresses until the end of the stream.
 * @param take receives each address, unchecked
 * @returns false if the peer breaks the rules: more than 16 addresses, a line that is too long, or a last line without a line feed
 * @throws {LinkError} error of the stream
 */
export async function readCandidates(stream: LinkStream, take: (address: string) => void): Promise<boolean> {
  const buffer = new Uint8Array(2048);
  let line = '';
  let count = 0;
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) return line === '';
    const lines = (line + asText(buffer.subarray(0, length))).split('\n');
    line = lines.pop() ?? '';
    for (const address of lines) {
      count += 1;
      if (count > UDP_LIMITS.candidates || address.length >= LONGEST_LINE) return false;
      take(address);
    }
    if (line.length >= LONGEST_LINE) return false;
  }
}

/** Decodes a piece of text. Invalid UTF-8 becomes a text that is no address. */
function asText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '?'.repeat(LONGEST_LINE);
  }
}
