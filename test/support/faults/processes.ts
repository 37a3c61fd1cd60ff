import { readFileSync } from 'node:fs';
import { until } from '../e2e/until.ts';

/** Stops, continues and kills processes by their id, and leaves none behind that stands still. */
export class ProcessControl {
  readonly #frozen = new Set<number>();

  /** Resolves when the process stands still: it holds its sockets open and answers nothing. */
  async freeze(pid: number): Promise<void> {
    this.#frozen.add(pid);
    process.kill(pid, 'SIGSTOP');
    await until(`process ${pid} to stand still`, () => (stateOf(pid) === 'T' ? true : undefined));
  }

  thaw(pid: number): void {
    if (this.#frozen.delete(pid)) signal(pid, 'SIGCONT');
  }

  /** SIGKILL, and resolves when it is gone. */
  async kill(pid: number): Promise<void> {
    this.#frozen.delete(pid);
    signal(pid, 'SIGKILL');
    await until(`process ${pid} to end`, () => (isOver(pid) ? true : undefined));
  }

  /** Nothing stands still any more. */
  close(): void {
    for (const pid of this.#frozen) signal(pid, 'SIGCONT');
    this.#frozen.clear();
  }
}

/** A letter of proc(5): R, S, D, T for stopped, Z for a zombie; undefined when there is no such process. */
export function stateOf(pid: number): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

function isOver(pid: number): boolean {
  const state = stateOf(pid);
  return state === undefined || state === 'Z';
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
