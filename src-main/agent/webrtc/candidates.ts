import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { UDP_LIMITS } from './limits.ts';

/** An address and its line feed, docs/PROTOCOL.md 8.1: 80 characters. */
const LONGEST_LINE = 81;

/** Sends this side's addresses, one per line; the end of the direction marks the last. */
export class CandidateWriter {
  readonly #stream: LinkStream;
  readonly #told = new Set<string>();
  #ended = false;

  constructor(stream: LinkStream) {
    this.#stream = stream;
  }

  tell(address: string): void {
    if (this.#ended || this.#told.size >= UDP_LIMITS.candidates || this.#told.has(address)) return;
    this.#told.add(address);
    // Whether it arrives, the attempt as a whole tells.
    this.#stream.write(toUtf8(`${address}\n`)).catch(() => undefined);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.end().catch(() => undefined);
  }
}

/**
 * Reads the other side's addresses as texts, up to the last.
 * @returns false when it breaks the rules: more than 16, or a line that is too long
 * @throws {LinkError} of the stream
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

/** Addresses are ASCII; what is not becomes what no address is. */
function asText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '?'.repeat(LONGEST_LINE);
  }
}
