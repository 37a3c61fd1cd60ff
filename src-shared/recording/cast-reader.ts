import { readEvent, readHeader, type CastEvent, type CastHeader } from './asciicast.ts';
import { RecordingError } from './errors.ts';

/** Maximum length of a line, characters: one write of a terminal with every character escaped. */
const LONGEST_LINE = 1_048_576;

/**
 * Parses a recording whose bytes arrive piece by piece from the agent, for the window and the command line. Keeps it in memory only. Raises a time
 * that is lower than the one before, so that times never decrease.
 */
export class CastReader {
  readonly #decoder = new TextDecoder();
  readonly #events: CastEvent[] = [];
  #header: CastHeader | undefined;
  #rest = '';
  #last = 0;

  /** Adds the next bytes. @throws {RecordingError} `recording.format` */
  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Returns the parsed recording; skips an incomplete last line. @throws {RecordingError} `recording.format` */
  finish(): Readonly<{ header: CastHeader; events: readonly CastEvent[] }> {
    this.#take(`${this.#decoder.decode()}\n`);
    if (this.#header === undefined) throw new RecordingError('recording.format', 'the recording is empty');
    return { header: this.#header, events: this.#events };
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) throw new RecordingError('recording.format', 'a line is too long');
    for (const line of lines) this.#line(line.trim());
  }

  #line(line: string): void {
    if (line === '') return;
    if (this.#header === undefined) {
      this.#header = readHeader(line);
      return;
    }
    const event = readEvent(line);
    if (event === undefined) return;
    this.#last = Math.max(this.#last, event.at);
    this.#events.push({ ...event, at: this.#last });
  }
}
