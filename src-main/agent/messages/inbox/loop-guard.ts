import {
  AUTOMATIC_IN_A_ROW,
  AUTOMATIC_IN_WINDOW,
  AUTOMATIC_WINDOW,
  type AgentMessage,
} from '#shared/messages/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Most threads and pairs of agents that are counted; those used last stay. */
const MOST_COUNTED = 4096;

/**
 * Finds agents that answer each other without end: counts messages that were written without a person, in a row in each thread, and in ten minutes
 * between two agents. In memory only: after a restart of the agent it counts again.
 */
export class LoopGuard {
  readonly #clock: Clock;
  readonly #limits: Readonly<{ inARow: number; inWindow: number }>;
  /** Messages without a person in a row, by thread. */
  readonly #rows = new Map<string, number>();
  /** Times of messages without a person, by the two agents in either direction, ms since 1970. */
  readonly #times = new Map<string, number[]>();

  constructor(clock: Clock, limits = { inARow: AUTOMATIC_IN_A_ROW, inWindow: AUTOMATIC_IN_WINDOW }) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts a message that has arrived, or that an agent here sends. @returns true if it is one too many, and waits for a person */
  count({ from, to, thread, auto }: Pick<AgentMessage, 'from' | 'to' | 'thread' | 'auto'>): boolean {
    const between = [from, to].toSorted().join(' ');
    const row = auto ? (this.#rows.get(`${between} ${thread}`) ?? 0) + 1 : 0;
    use(this.#rows, `${between} ${thread}`, row);
    if (!auto) return false;
    const now = this.#clock.now();
    const times = (this.#times.get(between) ?? []).filter((time) => time > now - AUTOMATIC_WINDOW && time <= now);
    // Those that are held don't count: a person releases them one by one.
    const isOver = row > this.#limits.inARow || times.length >= this.#limits.inWindow;
    use(this.#times, between, isOver ? times : [...times, now]);
    return isOver;
  }

  /** Begins to count a thread again, since a person has released a message in it. */
  release({ from, to, thread }: Pick<AgentMessage, 'from' | 'to' | 'thread'>): void {
    const between = [from, to].toSorted().join(' ');
    this.#rows.delete(`${between} ${thread}`);
    this.#times.delete(between);
  }
}

function use<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_COUNTED && oldest !== undefined) map.delete(oldest);
}
