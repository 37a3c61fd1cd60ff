import { AUTOMATIC_WINDOW, parseAddress, type AgentMessage, type LoopLimits } from '#shared/messages/index.ts';
import type { Clock } from '#shared/clock.ts';
import { PERSON } from '../agents/agent-book.ts';

/** Most threads, pairs of agents and IDs of messages that are kept; those used last stay. */
const MOST_COUNTED = 4096;

type Counted = Pick<AgentMessage, 'id' | 'from' | 'to' | 'thread' | 'auto'>;
/** Two agents, in either direction. */
type Pair = Readonly<{
  /** Times of the counted messages in the window, ms since 1970. */
  times: readonly number[];
  /** Messages without `auto` to which each agent hasn't written one back yet, and the time of the last one. */
  unanswered: ReadonlyMap<string, Readonly<{ count: number; at: number }>>;
}>;

/**
 * Finds agents that answer each other without end: counts messages that were written without a person, in a row in each thread, and in ten minutes
 * between two agents. An answer has `auto`. A program may also answer by a message that names none: one to an agent that has written such a message
 * before is counted as an answer to it. Messages that no one answers aren't counted, however many. In memory only: after a restart of the agent it counts
 * again.
 */
export class LoopGuard {
  readonly #clock: Clock;
  readonly #limits: () => LoopLimits;
  /** Messages without a person in a row, by agents and thread. */
  readonly #rows = new Map<string, number>();
  readonly #pairs = new Map<string, Pair>();
  /** Senders and IDs of messages that were counted, and aren't held. */
  readonly #counted = new Map<string, true>();

  /** @param limits returns the limits that hold now */
  constructor(clock: Clock, limits: () => LoopLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Counts a message that has arrived, or that an agent here sends. One that comes again isn't counted again: its program has repeated the call, or the
   * disk has refused the message before.
   * @returns true if it is one too many, and waits for a person
   */
  count(message: Counted): boolean {
    const { from, id } = message;
    if (this.#counted.has(`${from} ${id}`)) return false;
    // One that is held may be held again.
    if (this.#isOver(message)) return true;
    use(this.#counted, `${from} ${id}`, true);
    return false;
  }

  #isOver(message: Counted): boolean {
    const { auto, thread } = message;
    const between = betweenOf(message);
    const row = auto ? (this.#rows.get(`${between} ${thread}`) ?? 0) + 1 : 0;
    use(this.#rows, `${between} ${thread}`, row);
    // A person isn't one of two programs that answer each other.
    if (!auto && isWithPerson(message)) return false;
    const now = this.#clock.now();
    const before = this.#pairs.get(between);
    const times = (before?.times ?? []).filter((time) => time > now - AUTOMATIC_WINDOW && time <= now);
    const { inARow, inTenMinutes } = this.#limits();
    // Those that are held don't count: a person releases them one by one. Until then, none of these agents goes on.
    const isOver = row > inARow || times.length >= inTenMinutes;
    const unanswered = new Map(before?.unanswered);
    const isAnswer = auto || openAt(unanswered, message.from, now) > 0;
    if (!auto && !isOver) {
      unanswered.set(message.from, { count: Math.max(0, openAt(unanswered, message.from, now) - 1), at: now });
      unanswered.set(message.to, { count: openAt(unanswered, message.to, now) + 1, at: now });
    }
    use(this.#pairs, between, { times: isAnswer && !isOver ? [...times, now] : times, unanswered });
    return isOver;
  }

  /** Begins to count a thread and its agents again, since a person has released a message in it. */
  release(message: Pick<AgentMessage, 'from' | 'to' | 'thread'>): void {
    const between = betweenOf(message);
    this.#rows.delete(`${between} ${message.thread}`);
    this.#pairs.delete(between);
  }
}

function betweenOf({ from, to }: Pick<Counted, 'from' | 'to'>): string {
  return [from, to].toSorted().join(' ');
}

function isWithPerson({ from, to }: Pick<Counted, 'from' | 'to'>): boolean {
  return parseAddress(from).agent === PERSON || parseAddress(to).agent === PERSON;
}

/** Returns the number of messages that an agent may still answer. What came before the window is answered by no loop. */
function openAt(unanswered: Pair['unanswered'], agent: string, now: number): number {
  const open = unanswered.get(agent);
  return open === undefined || open.at <= now - AUTOMATIC_WINDOW ? 0 : open.count;
}

function use<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_COUNTED && oldest !== undefined) map.delete(oldest);
}
