/** Characters reserved for each of the two outputs; the other one can't use them. */
const RESERVE = 20_000;

/**
 * Collects both outputs of a running program as text, for `runProgram`, up to a common limit in characters, and counts all characters. Touches memory
 * only.
 */
export class LimitedOutput {
  readonly #limit: number;
  readonly #streams = { stdout: new LimitedText(), stderr: new LimitedText() };

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Characters of both outputs, including omitted ones. */
  get length(): number {
    return this.#streams.stdout.length + this.#streams.stderr.length;
  }

  /** Adds bytes (UTF-8) of one output. */
  add(name: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#streams[name].add(bytes, this.#room(name));
  }

  /** Ends one output and returns its text, with a note if characters were omitted. */
  end(name: 'stdout' | 'stderr'): string {
    return this.#streams[name].end(this.#room(name));
  }

  #room(name: 'stdout' | 'stderr'): number {
    const other = this.#streams[name === 'stdout' ? 'stderr' : 'stdout'];
    return this.#limit - Math.max(other.taken, Math.min(RESERVE, this.#limit / 2));
  }
}

class LimitedText {
  readonly #decoder = new TextDecoder();
  readonly #parts: string[] = [];
  taken = 0;
  length = 0;
  #isCut = false;

  add(bytes: Uint8Array, room: number): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }), room);
  }

  end(room: number): string {
    this.#take(this.#decoder.decode(), room);
    const more = this.length - this.taken;
    return this.#parts.join('') + (more === 0 ? '' : `\n… (truncated, ${more} more characters)`);
  }

  #take(text: string, room: number): void {
    this.length += text.length;
    if (this.#isCut || text === '') return;
    let fitting = text;
    if (this.taken + text.length > room) {
      this.#isCut = true;
      const end = Math.max(0, room - this.taken);
      // Never inside a surrogate pair.
      const last = text.charCodeAt(end - 1);
      fitting = text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
    }
    this.taken += fitting.length;
    this.#parts.push(fitting);
  }
}
