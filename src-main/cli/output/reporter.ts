import type { Writable } from 'node:stream';
import { printableJson } from './printable.ts';
import { programView } from './program-view.ts';
import { createStyle, type Style } from './style.ts';
import { truncate, wrap } from './width.ts';

/** Standard output or standard error, which may be a terminal. */
export type TerminalOutput = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/** Streams and settings of a `Reporter`. */
export type ReporterOptions = Readonly<{
  stdout: TerminalOutput;
  stderr: TerminalOutput;
  variables: Readonly<Record<string, string | undefined>>;
  json: boolean;
}>;

/**
 * Prints the output of a command: text for people, or JSON for programs (one document, or one per line). Results go to stdout; notes, progress,
 * warnings and failures go to stderr. JSON mode omits notes and progress. Every command context has one.
 */
export class Reporter {
  /** True to print JSON. */
  readonly json: boolean;
  /** Style of stdout. */
  readonly style: Style;
  /** Style of stderr. */
  readonly noteStyle: Style;
  readonly #stdout: TerminalOutput;
  readonly #stderr: TerminalOutput;
  #progressShown = false;
  /** True while the progress line says what a call waits for. */
  #showsWait = false;
  /** Waits that were noted without a terminal. */
  readonly #notedWaits = new Set<string>();
  #drawn = 0;
  /** Lines for stderr that wait until the open question is answered; undefined without one. */
  #held: string[] | undefined;

  constructor(options: ReporterOptions) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.style = createStyle(options.stdout.isTTY === true, options.variables);
    this.noteStyle = createStyle(options.stderr.isTTY === true, options.variables);
  }

  /** Width of the terminal behind stdout, 80 if it doesn't know its own; 0 (no limit) without one. */
  get columns(): number {
    return this.#stdout.isTTY === true ? this.#stdout.columns || 80 : 0;
  }

  /** Clears the progress line for a question. Progress isn't shown, and notes wait, until `answered`. */
  asking(): void {
    this.clearProgress();
    this.#held ??= [];
  }

  /** Prints the notes that have waited for the answer. */
  answered(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (held.length > 0) this.#write(held);
  }

  /** Prints lines of a result for people; nothing in JSON mode. */
  lines(...lines: readonly string[]): void {
    if (this.json) return;
    this.clearProgress();
    this.#stdout.write(`${lines.join('\n')}\n`);
  }

  /** Prints lines of a result like `lines`, wrapped between words; commands, which are indented by four columns, stay whole. */
  prose(...lines: readonly string[]): void {
    this.lines(...lines.flatMap((line) => (line.startsWith('    ') ? [line] : wrap(line, this.columns))));
  }

  /** Prints the lines that fit the screen in place of those of the previous call. Without a terminal, appends all lines. */
  redraw(lines: readonly string[]): void {
    if (this.json) return;
    this.clearProgress();
    if (this.#stdout.isTTY !== true) {
      this.#stdout.write(`${this.#drawn > 0 ? '\n' : ''}${lines.join('\n')}\n`);
      this.#drawn = 1;
      return;
    }
    // Lines that have scrolled off the screen can't be replaced.
    const shown = lines.flatMap((line) => line.split('\n')).slice(0, Math.max(1, (this.#stdout.rows ?? 24) - 1));
    this.#stdout.write(`${this.#drawn > 0 ? `\u001b[${this.#drawn}A\r\u001b[J` : ''}${shown.join('\n')}\n`);
    this.#drawn = shown.length;
  }

  /** Prints a result for programs; nothing outside JSON mode. */
  document(value: unknown): void {
    if (this.json) this.#stdout.write(`${printableJson(programView(value))}\n`);
  }

  /** Prints lines about the work of the command, such as "Started ClawReach", on stderr. */
  note(...lines: readonly string[]): void {
    if (this.json || lines.length === 0) return;
    this.clearProgress();
    this.#write(lines);
  }

  /** Prints a warning, also in JSON mode. */
  warn(line: string): void {
    this.clearProgress();
    if (this.json) this.#stderr.write(`${printableJson({ warning: line })}\n`);
    else this.#write([this.noteStyle.yellow(`Warning: ${line}`)]);
  }

  /** True if `progress` shows its lines: stderr is a terminal. */
  get showsProgress(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** True while a progress line is shown. */
  get isProgressShown(): boolean {
    return this.#progressShown;
  }

  /** Shows a line on stderr that the next output replaces. Does nothing without a terminal. */
  progress(line: string): void {
    if (this.json || this.#held !== undefined || this.#stderr.isTTY !== true) return;
    // A line that wraps couldn't be replaced.
    this.#stderr.write(`\r\u001b[K${truncate(line, (this.#stderr.columns || 80) - 1)}`);
    this.#progressShown = true;
    this.#showsWait = false;
  }

  /** Shows what a call waits for: a progress line until `waitIsOver`, or a note without a terminal, once for each line. */
  showWait(line: string): void {
    if (this.showsProgress) {
      this.progress(line);
      this.#showsWait = this.#progressShown;
    } else if (!this.#notedWaits.has(line)) {
      this.#notedWaits.add(line);
      this.note(this.noteStyle.dim(line));
    }
  }

  /** Removes the line of `showWait`, unless something else has replaced it. */
  waitIsOver(): void {
    if (this.#showsWait) this.clearProgress();
  }

  /** Removes the progress line. */
  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#stderr.write('\r\u001b[K');
    this.#progressShown = false;
    this.#showsWait = false;
  }

  /** Prints the failure of a command on stderr: lines for people, or `{"error":…}`. */
  failure(lines: readonly string[], value: unknown): void {
    this.answered();
    this.clearProgress();
    if (this.json) this.#stderr.write(`${printableJson(value)}\n`);
    else this.#write(lines);
  }

  /** Writes lines to stderr, wrapped to its terminal. */
  #write(lines: readonly string[]): void {
    if (this.#held !== undefined) {
      this.#held.push(...lines);
      return;
    }
    const columns = this.#stderr.isTTY === true ? this.#stderr.columns || 80 : 0;
    this.#stderr.write(`${lines.flatMap((line) => wrap(line, columns)).join('\n')}\n`);
  }
}
