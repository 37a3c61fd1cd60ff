import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The Node that commands run on: this one where it is new enough, else the one installed with the project. */
export const NODE =
  Number(process.versions.node.split('.')[0]) >= 24 || !existsSync(join(ROOT, 'node_modules/node/bin/node'))
    ? process.execPath
    : join(ROOT, 'node_modules/node/bin/node');

export const CLAWREACH = join(ROOT, 'bin/clawreach.js');
export const CLAWREACH_RELAY = join(ROOT, 'bin/clawreach-relay.js');

export type Ended = Readonly<{
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Stdout as it came. */
  bytes: Buffer;
}>;

export type StartOptions = Readonly<{
  environment: Readonly<Record<string, string>>;
  /** Whole input; without it there is none. */
  input?: string;
  /** Milliseconds, for the end; the process is killed then. */
  timeout?: number;
  /** Instead of Node. */
  program?: string;
}>;

/** How long a command may take that waits for nobody, ms: far more than it needs on a machine that does other things. */
const TIMEOUT = 60_000;

/** A command of ours as a process of its own, with all it has said. */
export class RunningCommand {
  readonly child: ChildProcess;
  /** Never rejects; the exit code tells. */
  readonly ended: Promise<Ended>;
  readonly #words: string;
  readonly #listeners = new Set<() => void>();
  readonly #stdout: Buffer[] = [];
  #stderr = '';
  #over = false;

  constructor(words: readonly string[], options: StartOptions) {
    this.#words = words.join(' ');
    const { input, environment, timeout } = options;
    const child = spawn(options.program ?? NODE, words, {
      cwd: ROOT,
      env: environment,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout.push(chunk);
      this.#tell();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#tell();
    });
    // A command that ends does not read on.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin?.end(input);
    const timer = timeout === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeout);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        this.#over = true;
        this.#tell();
        resolve({ code, signal, stdout: this.stdout, stderr: this.#stderr, bytes: Buffer.concat(this.#stdout) });
      });
    });
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString('utf8');
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`not started: ${this.#words}`);
    return this.child.pid;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Resolves with the match once the output has it; rejects when the command ends, or after `timeout` ms, without. */
  said(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout', timeout = TIMEOUT): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stream === 'stdout' ? this.stdout : this.#stderr);
        if (match !== null) settle(() => resolve(match));
        else if (this.#over) settle(() => reject(this.#failure(`ended without saying ${pattern}`)));
      };
      const timer = setTimeout(() => settle(() => reject(this.#failure(`did not say ${pattern} in time`))), timeout);
      const settle = (result: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        result();
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (!this.#over) this.child.kill(signal);
    return this.ended;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #failure(what: string): Error {
    return new Error(`${this.#words}: ${what}\nstdout: ${this.stdout}\nstderr: ${this.#stderr}`);
  }
}

/** Runs a command to its end. */
export async function runCommand(words: readonly string[], options: StartOptions): Promise<Ended> {
  const ended = await new RunningCommand(words, { timeout: TIMEOUT, ...options }).ended;
  if (ended.signal === 'SIGKILL')
    throw new Error(`${words.join(' ')}: took too long\nstdout: ${ended.stdout}\nstderr: ${ended.stderr}`);
  return ended;
}

/** JSON documents, one per line. */
export function documents(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
