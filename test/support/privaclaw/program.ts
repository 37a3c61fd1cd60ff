import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Program in Python that speaks the documented protocol, as a process of its own. */
export class Program {
  readonly process: ChildProcessWithoutNullStreams;
  /** Lines of its standard output, in order. */
  readonly lines: string[] = [];
  #errors = '';
  readonly #waiting = new Set<() => void>();
  readonly ended: Promise<number | null>;

  constructor(name: 'connector' | 'viewer' | 'skill', words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.process = spawn('python3', ['-B', join(import.meta.dirname, `${name}.py`), ...words], {
      env: { PATH: process.env['PATH'], HOME: '/', PYTHONUNBUFFERED: '1', ...environment },
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.lines.push(line);
      for (const wake of this.#waiting) wake();
    });
    this.process.stderr.on('data', (chunk) => (this.#errors += String(chunk)));
    this.process.stdin.on('error', () => undefined);
    this.ended = once(this.process, 'close').then(([code]) => {
      for (const wake of this.#waiting) wake();
      return code as number | null;
    });
  }

  /** Waits for a line, among those after the first `from`. Returns it; rejects if the program ends without it. */
  async line(matches: (line: string) => boolean, from = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => matches(line));
      if (found !== undefined) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`it ended: ${this.lines.join(' | ')} ${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Writes a line to its standard input. */
  write(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** What a viewer told. */
export type ViewerEvent = Readonly<{ event: string; text?: string; session?: string; code?: number; reason?: string }> &
  Readonly<Record<string, unknown>>;

/** Viewer of a terminal session: `viewer.py`. */
export class ViewerProgram extends Program {
  constructor(words: readonly string[], token: string) {
    super('viewer', words);
    this.write(token);
  }

  /** Everything that it told, in order. */
  get events(): ViewerEvent[] {
    return this.lines.map((line) => JSON.parse(line) as ViewerEvent);
  }

  /** All output of the terminal. */
  get text(): string {
    return this.events.map(({ event, text }) => (event === 'stdout' ? (text ?? '') : '')).join('');
  }

  /** Waits for an event. */
  async event(name: string, from = 0): Promise<ViewerEvent> {
    return JSON.parse(await this.line((line) => (JSON.parse(line) as ViewerEvent).event === name, from)) as ViewerEvent;
  }

  /** Waits until the terminal has printed a text. */
  async prints(text: string): Promise<void> {
    await this.line(() => this.text.includes(text));
  }

  command(command: Readonly<Record<string, unknown>>): void {
    this.write(JSON.stringify(command));
  }

  type(text: string): void {
    this.command({ type: text });
  }
}
