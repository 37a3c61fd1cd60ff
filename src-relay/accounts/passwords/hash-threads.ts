import { Worker } from 'node:worker_threads';
import type { PasswordFunction } from './phc.ts';

/** Task of a thread: a function that Node computes, and its input. */
export type HashTask = Readonly<{ of: PasswordFunction; password: string; salt: Uint8Array; length: number }>;

/** Time after which a thread without a task ends, ms. */
const IDLE = 30_000;
/** Heap of a thread, MiB. The memory of the hash itself is outside of it. */
const HEAP = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };

/**
 * Nice value of a thread: a third of the processor time that a thread of the relay gets. So a flood of sign-ins delays sign-ins before terminals, and a
 * sign-in gets on although other programs keep the machine busy; at 19 it would take half a minute there.
 */
const NICE = 5;

/** Code of a thread. On Linux a priority belongs to a thread. Elsewhere it belongs to the process, and stays as it is. */
const SOURCE = `
const { argon2Sync, scryptSync } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
if (process.platform === 'linux') {
  try {
    require('node:os').setPriority(${NICE});
  } catch {}
}
parentPort.on('message', ({ of, password, salt, length }) => {
  try {
    parentPort.postMessage({ key: of.name === 'scrypt' ? scrypt() : argon2() });
  } catch (error) {
    parentPort.postMessage({ error });
  }
  function scrypt() {
    const cost = 2 ** of.logCost;
    // Node counts 128 * N * r and somewhat more, and its default is exactly too little.
    return scryptSync(password, salt, length, { N: cost, r: of.blockSize, p: of.lanes, maxmem: 256 * cost * of.blockSize });
  }
  function argon2() {
    const { memory, passes, lanes } = of;
    return argon2Sync(of.name, { message: password, nonce: salt, parallelism: lanes, tagLength: length, memory, passes });
  }
});
`;

type Answer = Readonly<{ key: Uint8Array }> | Readonly<{ error: unknown }>;

/** Threads that compute keys, each one at a time. As many as there are tasks at once; `HashQueue` limits these. Keep no process alive. */
export class HashThreads {
  readonly #idle = new Map<Worker, NodeJS.Timeout>();

  /** Number of threads that wait for a task. */
  get idle(): number {
    return this.#idle.size;
  }

  /**
   * Computes a key.
   * @throws {Error} for parameters that Node refuses, or if the thread ends
   */
  async run(task: HashTask): Promise<Uint8Array> {
    const worker = this.#take();
    try {
      const answer = await ask(worker, task);
      this.#give(worker);
      if ('key' in answer) return answer.key;
      throw new Error('the key could not be computed', { cause: answer.error });
    } catch (error) {
      if (!this.#idle.has(worker)) void worker.terminate();
      throw error;
    }
  }

  /** Ends the threads that wait for a task. */
  async close(): Promise<void> {
    await Promise.all([...this.#idle.keys()].map((worker) => worker.terminate()));
  }

  /** Takes the thread that was used last, so that the others end. */
  #take(): Worker {
    const worker = [...this.#idle.keys()].at(-1);
    if (worker === undefined) return this.#create();
    clearTimeout(this.#idle.get(worker));
    this.#idle.delete(worker);
    worker.ref();
    return worker;
  }

  #create(): Worker {
    const worker = new Worker(SOURCE, { eval: true, resourceLimits: HEAP });
    // Without a listener, the error of a thread would end the process.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      clearTimeout(this.#idle.get(worker));
      this.#idle.delete(worker);
    });
    return worker;
  }

  #give(worker: Worker): void {
    worker.unref();
    const timer = setTimeout(() => {
      this.#idle.delete(worker);
      void worker.terminate();
    }, IDLE);
    timer.unref();
    this.#idle.set(worker, timer);
  }
}

async function ask(worker: Worker, task: HashTask): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const ended = (): void => reject(new Error('the thread for hashes has ended'));
  worker.on('message', resolve).on('error', reject).on('exit', ended);
  worker.postMessage(task);
  try {
    return await promise;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', ended);
  }
}
