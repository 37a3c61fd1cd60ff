import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';

type Line = Readonly<Record<string, unknown>>;

/** Way to start a program that uses a client: words before the path of the token file. */
export type ClientKind = Readonly<{ name: string; words: readonly string[] }>;

/** Program that uses one of the clients, in a process of its own, and does what the test tells it. */
export class ClientProgram {
  readonly lines: Line[] = [];
  /** All that it has printed. */
  output = '';
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;
  readonly #process: ChildProcess;
  #count = 0;

  constructor({ words: [program = '', ...words] }: ClientKind, tokenFile: string) {
    this.#process = spawn(program, [...words, tokenFile], { stdio: 'pipe', env: { HOME: '/nonexistent' } });
    this.ended = once(this.#process, 'close');
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.output += `${line}\n`;
      this.lines.push(JSON.parse(line) as Line);
    });
    stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Bodies of the messages that handlers have begun or ended with. */
  bodies(event: 'begin' | 'end'): readonly unknown[] {
    return this.lines.filter((line) => line['event'] === event).map((line) => line['body']);
  }

  event(name: string): Promise<Line> {
    return this.#line((line) => line['event'] === name);
  }

  /** Tells the program to do something, and returns what that comes to: `value`, or `code` and `text`. */
  async tell(command: Line): Promise<Line> {
    const n = (this.#count += 1);
    this.#process.stdin?.write(`${JSON.stringify({ n, ...command })}\n`);
    return this.#line((line) => line['n'] === n);
  }

  /** Without `wait`, as the client does it by itself. */
  sendAsUsual(to: string, body: string): Promise<Line> {
    return this.tell({ do: 'send', to, body });
  }

  send(to: string, body: string, wait = 'queued', timeout = 60): Promise<Line> {
    return this.tell({ do: 'send', to, body, wait, timeout });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }

  /** Stops the process until `goOn`: it hears nothing of what happens. */
  halt(): void {
    this.#process.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process.kill('SIGCONT');
  }

  async #line(isIt: (line: Line) => boolean): Promise<Line> {
    try {
      await vi.waitUntil(() => this.lines.some(isIt), { timeout: 40_000, interval: 20 });
    } catch (error) {
      throw new Error(`the program has printed:\n${this.output}`, { cause: error });
    }
    return this.lines.find(isIt) ?? {};
  }
}
