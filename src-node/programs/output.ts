/** Characters reserved for each of the two outputs, which the other one can't use. */
const RESERVE = 20_000;

/** Both outputs of a program as text, up to a limit; characters beyond it are counted. */
export class KeptOutput {
  readonly #limit: number;
  readonly #streams = { stdout: new KeptText(), stderr: new KeptText() };

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#streams.stdout.length + this.#streams.stderr.length;
  }

  add(name: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#streams[name].add(bytes, this.#room(name));
  }

  /** The whole of one of them, with a mark where something is left out. */
  end(name: 'stdout' | 'stderr'): string {
    return this.#streams[name].end(this.#room(name));
  }

  #room(name: 'stdout' | 'stderr'): number {
    const other = this.#streams[name === 'stdout' ? 'stderr' : 'stdout'];
    return this.#limit - Math.max(other.kept, Math.min(RESERVE, this.#limit / 2));
  }
}

class KeptText {
  readonly #decoder = new TextDecoder();
  readonly #parts: string[] = [];
  kept = 0;
  length = 0;
  #isCut = false;

  add(bytes: Uint8Array, room: number): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }), room);
  }

  end(room: number): string {
    this.#take(this.#decoder.decode(), room);
    const more = this.length - this.kept;
    return this.#parts.join('') + (more === 0 ? '' : `\n… (truncated, ${more} more characters)`);
  }

  #take(text: string, room: number): void {
    this.length += text.length;
    if (this.#isCut || text === '') return;
    let fitting = text;
    if (this.kept + text.length > room) {
      this.#isCut = true;
      const end = Math.max(0, room - this.kept);
      // Never inside a surrogate pair.
      const last = text.charCodeAt(end - 1);
      fitting = text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
    }
    this.kept += fitting.length;
    this.#parts.push(fitting);
  }
}
