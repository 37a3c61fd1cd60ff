import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PATIENCE = 5000;

type Started = Readonly<{ child: ChildProcess; name: string; output: string[] }>;

/** Processes that end with the script that started them, however that ends. */
export class Processes {
  readonly #started: Started[] = [];
  #ending = Promise.resolve();

  /**
   * Starts a process in a group of its own (Ctrl-C of the terminal does not reach it) and resolves with what `find` makes of a line that it
   * prints.
   */
  async start<T>(
    name: string,
    words: readonly string[],
    find: (line: string) => T | undefined,
    environment: Readonly<Record<string, string>> = {},
    timeout = 20_000,
  ): Promise<Readonly<{ child: ChildProcess; found: T; lines: AsyncIterable<string> }>> {
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...ownEnvironment(), ...environment },
    });
    const output: string[] = [];
    this.#started.push({ child, name, output });
    const stderr = createInterface({ input: child.stderr });
    stderr.on('line', (line) => remember(output, line));
    const lines = createInterface({ input: child.stdout });
    const found = await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(failure(name, 'took too long to start', output)), timeout);
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(failure(name, `ended with code ${code}`, output));
      });
      lines.on('line', (line) => {
        remember(output, line);
        const value = find(line);
        if (value === undefined) return;
        clearTimeout(timer);
        resolve(value);
      });
    });
    return { child, found, lines };
  }

  /** Takes over a process that was started otherwise. */
  adopt(name: string, child: ChildProcess): void {
    this.#started.push({ child, name, output: [] });
  }

  /** Ends all of them, the last first: asks, waits, and then insists, also with what they started. */
  end(): Promise<void> {
    // Whoever asks later, as after a signal, waits for what is under way too.
    this.#ending = this.#ending.then(() => this.#end());
    return this.#ending;
  }

  async #end(): Promise<void> {
    for (const { child } of this.#started.splice(0).toReversed()) {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
        await exited;
        clearTimeout(timer);
      }
      killGroup(child);
    }
  }

  /** The same without waiting, for the end of the process itself. */
  kill(): void {
    for (const { child } of this.#started.splice(0).toReversed()) killGroup(child);
  }
}

let discovery = 'off';
let direct: string | undefined;

/** Lets what is started find each other in the local network. */
export function allowDiscovery(): void {
  discovery = 'on';
}

/** Lets what is started connect directly on this computer alone, by its address of loopback. */
export function connectByLoopback(): void {
  direct = 'loopback';
}

/** The environment without the person's own settings of ClawReach: a script brings its own relay and profiles. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('CLAWREACH_'));
  // What it starts is on this computer alone, unless it has no relay.
  return {
    ...Object.fromEntries(others),
    CLAWREACH_DISCOVERY: discovery,
    ...(direct === undefined ? {} : { CLAWREACH_DIRECT: direct }),
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

function remember(output: string[], line: string): void {
  output.push(line);
  if (output.length > 20) output.shift();
}

function failure(name: string, what: string, output: readonly string[]): Error {
  return new Error([`${name} ${what}`, ...output.map((line) => `  ${line}`)].join('\n'));
}
