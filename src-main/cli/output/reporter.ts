import type { Writable } from 'node:stream';
import { printableJson } from './printable.ts';
import { createStyle, type Style } from './style.ts';
import { truncate, wrap } from './width.ts';

/** Where a command writes: a stream that may be a terminal. */
export type TerminalOutput = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export type ReporterOptions = Readonly<{
  stdout: TerminalOutput;
  stderr: TerminalOutput;
  variables: Readonly<Record<string, string | undefined>>;
  json: boolean;
}>;

/**
 * The two voices of a command: text for people, or JSON for programs (one document, or one per line for what goes on). Results go to
 * stdout; what merely happens on the way goes to stderr, and in JSON mode nowhere.
 */
export class Reporter {
  readonly json: boolean;
  /** Of stdout. */
  readonly style: Style;
  /** Of stderr. */
  readonly noteStyle: Style;
  readonly #stdout: TerminalOutput;
  readonly #stderr: TerminalOutput;
  #progressShown = false;
  #drawn = 0;

  constructor(options: ReporterOptions) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.style = createStyle(options.stdout.isTTY === true, options.variables);
    this.noteStyle = createStyle(options.stderr.isTTY === true, options.variables);
  }

  /** Columns of the terminal behind stdout; 0 when there is none, which means no limit. */
  get columns(): number {
    return this.#stdout.isTTY === true ? (this.#stdout.columns ?? 80) : 0;
  }

  /** A result for people. */
  lines(...lines: readonly string[]): void {
    if (this.json) return;
    this.clearProgress();
    this.#stdout.write(`${lines.join('\n')}\n`);
  }

  /** Lines for people that take the place of those of the call before; without a terminal they follow them. */
  redraw(lines: readonly string[]): void {
    if (this.json) return;
    this.clearProgress();
    if (this.#stdout.isTTY !== true) {
      this.#stdout.write(`${this.#drawn > 0 ? '\n' : ''}${lines.join('\n')}\n`);
      this.#drawn = 1;
      return;
    }
    // What has scrolled away could not be taken back.
    const shown = lines.slice(0, Math.max(1, (this.#stdout.rows ?? 24) - 1));
    this.#stdout.write(`${this.#drawn > 0 ? `\u001b[${this.#drawn}A\r\u001b[J` : ''}${shown.join('\n')}\n`);
    this.#drawn = shown.length;
  }

  /** A result for programs. */
  document(value: unknown): void {
    if (this.json) this.#stdout.write(`${printableJson(value)}\n`);
  }

  /** Something on the way, such as "started the agent". */
  note(...lines: readonly string[]): void {
    if (this.json) return;
    this.clearProgress();
    this.#write(lines);
  }

  /** A warning that programs get, too. */
  warn(line: string): void {
    this.clearProgress();
    if (this.json) this.#stderr.write(`${printableJson({ warning: line })}\n`);
    else this.#write([this.noteStyle.yellow(`Warning: ${line}`)]);
  }

  /** A line that the next one replaces; only where there is a terminal. */
  progress(line: string): void {
    if (this.json || this.#stderr.isTTY !== true) return;
    // A line that wraps could not be replaced.
    this.#stderr.write(`\r\u001b[K${truncate(line, (this.#stderr.columns ?? 80) - 1)}`);
    this.#progressShown = true;
  }

  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#stderr.write('\r\u001b[K');
    this.#progressShown = false;
  }

  /** The end of a command that failed: lines for people or `{"error":…}`, on stderr. */
  failure(lines: readonly string[], value: unknown): void {
    this.clearProgress();
    if (this.json) this.#stderr.write(`${printableJson(value)}\n`);
    else this.#write(lines);
  }

  /** To stderr, in lines that fit its terminal. */
  #write(lines: readonly string[]): void {
    const columns = this.#stderr.isTTY === true ? (this.#stderr.columns ?? 80) : 0;
    this.#stderr.write(`${lines.flatMap((line) => wrap(line, columns)).join('\n')}\n`);
  }
}
