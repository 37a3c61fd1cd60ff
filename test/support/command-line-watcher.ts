import { readdirSync, readFileSync } from 'node:fs';
import { parentPort, Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

/** Reads the command lines of all processes, as any user of the machine can, in a thread of its own. */
export class CommandLineWatcher {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Watches once this resolves. */
  static async start(): Promise<CommandLineWatcher> {
    const worker = new Worker(fileURLToPath(import.meta.url));
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return new CommandLineWatcher(worker);
  }

  /** Ends. @returns every command line that was seen, its words separated by blanks */
  async stop(): Promise<readonly string[]> {
    const seen = new Promise<readonly string[]>((resolve) => this.#worker.once('message', resolve));
    this.#worker.postMessage('stop');
    const lines = await seen;
    await this.#worker.terminate();
    return lines;
  }
}

/** Pause between two looks, ms: a command lasts several times as long. */
const PAUSE = 15;

function look(seen: Set<string>): void {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      seen.add(readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
    } catch {
      // It has ended meanwhile.
    }
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const seen = new Set<string>();
  let stopped = false;
  port.once('message', () => {
    stopped = true;
    look(seen);
    port.postMessage([...seen]);
  });
  const again = (): void => {
    if (stopped) return;
    look(seen);
    setTimeout(again, PAUSE);
  };
  look(seen);
  port.postMessage('watching');
  again();
}
