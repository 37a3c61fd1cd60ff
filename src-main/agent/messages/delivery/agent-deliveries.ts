import type { RightDecision } from '#shared/app-api/index.ts';
import { equalJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  addressText,
  ANSWER_MEMORY,
  DELIVERIES,
  DELIVERIES_PER_PEER,
  DELIVERY_PAUSE,
  type AgentMessage,
} from '#shared/messages/index.ts';
import type { LocalAgent } from '../agents/agent-book.ts';
import type { Inbox, InboxEntry } from '../inbox/inbox.ts';
import { isOver } from '../inbox/visibility.ts';
import { deliverBy, type Deliverers } from './deliverer.ts';
import { Slots } from './slots.ts';

export type AgentDeliveriesOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  random: () => number;
  inbox: Pick<Inbox, 'list' | 'get' | 'read' | 'decline' | 'beginDelivery' | 'endDelivery'>;
  deliverers: Deliverers;
  agent(name: string): LocalAgent | undefined;
  /** Returns the decision on the right `prompt` of a device; `allow` for this one. */
  mayAct(device: PeerId): RightDecision;
  /** Asks the person whether a message may go to its agent. @returns the refusal; undefined if it may. The caller must then act without waiting */
  ask(message: AgentMessage, signal: AbortSignal): Promise<PersonRefusal | undefined>;
  isPaused(): boolean;
  /** Sets the state of a message, and notifies its sender. */
  settle(id: string, state: 'taken' | 'read'): Promise<void>;
  /** Sends the answer of an agent's program. A repeated call sends it once. */
  reply(entry: InboxEntry, body: string): Promise<void>;
  /** Called when it has changed why a message isn't delivered. */
  onProblem(entry: InboxEntry): void;
  onDelivered(entry: InboxEntry): void;
}>;

/** Refusal of a message for the program of its agent. `wasAsked`: the question was shown to the person. */
export type PersonRefusal = Readonly<{ code: string; wasAsked: boolean }>;

/** Messages of one agent to one agent here that wait for its program, oldest first. */
type Lane = {
  readonly peerId: PeerId;
  readonly ids: Set<string>;
  isRunning: boolean;
  failures: number;
  timer: Timer | undefined;
};

/**
 * - `done`: the program has it, and its answer was sent.
 * - `kept`: it stays in the inbox until a person does something; the next one follows.
 * - `declined`: the same, and the disk says so.
 * - `barred`: the peer may not give work to agents here; all of its messages wait.
 * - `failed`: it is tried again after a pause, and the next ones wait.
 * - `again`: it is looked at again at once, since something has changed.
 */
type Outcome = Readonly<
  { kind: 'done' } | { kind: 'again' } | { kind: 'declined' } | { kind: 'kept' | 'barred' | 'failed'; code: string }
>;

/**
 * Delivers messages from the inbox to the programs behind agents whose intake is `deliver`: one at a time for each sender, in order, and only from peers
 * whose right `prompt` permits it. Messages that can't be delivered stay in the inbox. One per agent of a device.
 */
export class AgentDeliveries {
  readonly #options: AgentDeliveriesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #slots = new Slots<PeerId>({ each: DELIVERIES_PER_PEER, all: DELIVERIES });
  readonly #problems = new Map<string, string>();
  /** Messages that may have been given to their program before: in this life of the agent, or in an earlier one that was killed in between. */
  readonly #tried = new Set<string>();
  /** Messages that aren't tried again before a person releases them, besides those that the person has declined. */
  readonly #kept = new Set<string>();
  /** Messages that a person has released: that is their approval, once. */
  readonly #released = new Set<string>();
  /** Answers that could not be sent yet. */
  readonly #answers = new Map<string, string>();
  /** Questions to the person about messages, by ID. */
  readonly #questions = new Map<string, AbortController>();
  readonly #running = new Set<Readonly<{ peerId: PeerId; agent: string; stop: AbortController }>>();
  #isOn = false;

  constructor(options: AgentDeliveriesOptions) {
    this.#options = options;
  }

  /** Begins to deliver. Called once, after the inbox was read. */
  start(): void {
    this.#isOn = true;
    const recent = this.#options.clock.now() - ANSWER_MEMORY;
    // Answers of long ago can no longer be fetched.
    for (const { id, state, since } of this.#options.inbox.list()) {
      if (state === 'taken' && since <= recent) this.#kept.add(id);
      // A program may have one that was on its way when the agent was killed.
      if (state === 'stored') this.#tried.add(id);
    }
    this.retryAll();
  }

  /** Ends. Runs at gateways go on: their answers are fetched after the next start. */
  close(): void {
    this.#isOn = false;
    for (const { timer } of this.#lanes.values()) timer?.cancel();
  }

  /** Returns why a message isn't delivered; undefined: no reason is known, or it needn't be. */
  problemOf({ id, agent, state, isDelivered }: InboxEntry): string | undefined {
    // A reason of before: its program is another one now, or none.
    if (!this.#isDeliverer(agent) || (state !== 'stored' && !isDelivered)) return undefined;
    return this.#problems.get(id);
  }

  /** Called when a message has arrived or has changed. */
  changed(entry: InboxEntry): void {
    if (entry.state === 'read' || entry.state === 'expired') this.#forget(entry.id);
    // The question about it is withdrawn.
    if (entry.state === 'expired') this.#questions.get(entry.id)?.abort();
    if (!this.#isOn || !this.#isDue(entry)) return;
    const lane = this.#laneOf(entry);
    lane.ids.add(entry.id);
    this.#start(lane);
  }

  /**
   * Delivers a message that a person releases. That is their approval of this one message: they aren't asked about it again. A peer to which `prompt` is
   * denied stays barred. After a restart before its program has it, they are asked.
   * @param note writes to the disk that it is released
   * @throws errors of `note`
   */
  async release(id: string, note: () => Promise<void>): Promise<void> {
    // Before the note: what it changes is delivered at once.
    this.#released.add(id);
    try {
      await note();
    } catch (error) {
      this.#released.delete(id);
      throw error;
    }
    this.#kept.delete(id);
    this.#problems.delete(id);
    const entry = this.#options.inbox.get(id);
    if (entry !== undefined && this.#isDue(entry)) this.changed(entry);
    else this.#released.delete(id);
  }

  /** Tries everything again, without a pause: an agent, a right or a connection has changed. */
  retryAll(): void {
    if (!this.#isOn) return;
    for (const entry of this.#options.inbox.list()) if (this.#isDue(entry)) this.#laneOf(entry).ids.add(entry.id);
    for (const lane of this.#lanes.values()) {
      lane.timer?.cancel();
      lane.timer = undefined;
      this.#start(lane);
    }
  }

  /** Ends what runs for a peer, since its right was taken away. */
  revoke(peerId: PeerId): void {
    for (const id of this.#released) if (this.#options.inbox.get(id)?.from.device === peerId) this.#released.delete(id);
    for (const running of this.#running) if (running.peerId === peerId) running.stop.abort(new Revoked());
  }

  /** Ends what runs for an agent here, since it was changed or removed. */
  agentChanged(name: string): void {
    for (const running of this.#running) if (running.agent === name) running.stop.abort(new Revoked());
    this.retryAll();
  }

  #isDue(entry: InboxEntry): boolean {
    const { id, agent, state, held, isDelivered, isAcknowledged, isDiscarded, foreign } = entry;
    if (isOver(entry, this.#options.clock.now())) return false;
    // The relay may have written what only it vouches for: that reaches no agent that acts, whatever a person has allowed.
    if (foreign !== undefined) return false;
    // The disk may not have it yet that one was discarded.
    if (isDiscarded || held !== undefined || this.#isDeclined(entry) || this.#kept.has(id)) return false;
    // One that was taken otherwise is another program's.
    if (state !== 'stored' && !(state === 'taken' && isDelivered && !isAcknowledged)) return false;
    return this.#isDeliverer(agent);
  }

  #isDeliverer(agent: string): boolean {
    const { intake, deliverer } = this.#options.agent(agent) ?? {};
    return intake === 'deliver' && deliverer !== null;
  }

  /** Reports whether a message stays in the inbox. One on which no person has decided is delivered once all of its sender are. */
  #isDeclined({ isDeclined, undecided, from }: InboxEntry): boolean {
    return isDeclined && (undecided === undefined || this.#options.mayAct(from.device) !== 'allow');
  }

  #laneOf({ from, agent }: InboxEntry): Lane {
    const key = `${addressText(from)} ${agent}`;
    const lane = this.#lanes.get(key) ?? {
      peerId: from.device,
      ids: new Set(),
      isRunning: false,
      failures: 0,
      timer: undefined,
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #start(lane: Lane): void {
    if (lane.isRunning || lane.timer !== undefined || this.#options.isPaused()) return;
    lane.isRunning = true;
    this.#work(lane).catch((error: unknown) =>
      this.#options.logger.error('a message could not be delivered', { errorCode: errorCode(error) }),
    );
  }

  /** Delivers what waits in a lane, until one message has to wait. */
  async #work(lane: Lane): Promise<void> {
    const { inbox, clock, random, isPaused } = this.#options;
    try {
      for (;;) {
        const [id] = lane.ids;
        if (id === undefined || !this.#isOn || isPaused()) return;
        const entry = inbox.get(id);
        if (entry === undefined || !this.#isDue(entry)) {
          lane.ids.delete(id);
          continue;
        }
        const outcome = await this.#deliver(entry);
        if (!this.#isOn) return;
        if (outcome.kind === 'done') {
          this.#forget(id);
          lane.ids.delete(id);
          lane.failures = 0;
          continue;
        }
        if (outcome.kind === 'again') continue;
        if (outcome.kind === 'declined') {
          this.#problems.delete(id);
          lane.ids.delete(id);
          continue;
        }
        this.#note(entry, outcome.code);
        if (outcome.kind === 'kept') {
          this.#kept.add(id);
          lane.ids.delete(id);
          continue;
        }
        if (outcome.kind === 'barred') return;
        lane.failures += 1;
        lane.timer = clock.setTimer(equalJitter(lane.failures, DELIVERY_PAUSE, random), () => {
          lane.timer = undefined;
          this.#start(lane);
        });
        return;
      }
    } finally {
      // In the same step as the last look at the lane: what arrives from here on starts it again.
      lane.isRunning = false;
      if (lane.ids.size === 0) for (const [key, known] of this.#lanes) if (known === lane) this.#lanes.delete(key);
    }
  }

  async #deliver(entry: InboxEntry): Promise<Outcome> {
    const { inbox, mayAct } = this.#options;
    const { device } = entry.from;
    if (mayAct(device) === 'deny') return { kind: 'barred', code: 'rights.denied' };
    const stop = new AbortController();
    const running = { peerId: device, agent: entry.agent, stop };
    this.#running.add(running);
    try {
      return await this.#act(entry, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) return this.#failure(entry, error);
      const isDenied = mayAct(device) === 'deny';
      // The run was called off at the gateway, if there was one: it isn't begun again by itself.
      if (entry.state === 'taken') return { kind: 'kept', code: isDenied ? 'rights.denied' : 'remote.aborted' };
      return isDenied ? { kind: 'barred', code: 'rights.denied' } : { kind: 'again' };
    } finally {
      inbox.endDelivery(entry.id);
      this.#running.delete(running);
    }
  }

  /** @throws the reason why the message couldn't be delivered */
  async #act(entry: InboxEntry, signal: AbortSignal): Promise<Outcome> {
    const { inbox, agent, deliverers, mayAct, settle, reply, onDelivered } = this.#options;
    const { id, from } = entry;
    let answer = this.#answers.get(id);
    if (answer === undefined) {
      const message = await inbox.read(id);
      const wasTaken = entry.state === 'taken';
      const isReleased = this.#released.has(id);
      const isAsked = !wasTaken && !isReleased && mayAct(from.device) === 'ask';
      const refused = isAsked ? await this.#ask(message, signal) : undefined;
      signal.throwIfAborted();
      if (isAsked && !this.#isDue(entry)) return { kind: 'again' };
      if (refused !== undefined) {
        if (mayAct(from.device) === 'deny') return { kind: 'barred', code: refused.code };
        const undecided = !refused.wasAsked
          ? 'rights.unasked'
          : refused.code === 'rights.unanswered'
            ? refused.code
            : undefined;
        await inbox.decline(id, undecided);
        return { kind: 'declined' };
      }
      const free = await this.#slots.take(from.device);
      try {
        signal.throwIfAborted();
        // What follows doesn't wait before it acts. The question and the wait for a place may have been long: it may have expired, or another program has it.
        const { deliverer = null } = agent(entry.agent) ?? {};
        if (deliverer === null || !this.#isDue(entry)) return { kind: 'again' };
        const decision = mayAct(from.device);
        if (decision === 'deny' || (decision === 'ask' && !isAsked && !isReleased && !wasTaken))
          return decision === 'deny' ? { kind: 'barred', code: 'rights.denied' } : { kind: 'again' };
        let taking: Promise<void> = Promise.resolve();
        const taken = (): void => {
          taking = settle(id, 'taken');
          // Awaited below; until then it must not count as an error that no one handles.
          taking.catch(() => undefined);
        };
        inbox.beginDelivery(id);
        const isRepeated = this.#tried.has(id);
        this.#tried.add(id);
        try {
          answer =
            (await deliverBy(deliverers, deliverer, { entry, message, wasTaken, isRepeated }, taken, signal)) ?? '';
        } finally {
          await taking;
        }
        this.#answers.set(id, answer);
      } finally {
        free();
      }
    }
    // First the answer, then the state: after a crash in between, the same key sends no second answer.
    if (answer.trim() !== '') await reply(entry, answer);
    await settle(id, 'read');
    onDelivered(entry);
    return { kind: 'done' };
  }

  /** Asks the person, until the message expires. */
  async #ask(message: AgentMessage, signal: AbortSignal): Promise<PersonRefusal | undefined> {
    const over = new AbortController();
    this.#questions.set(message.id, over);
    try {
      return await this.#options.ask(message, AbortSignal.any([signal, over.signal]));
    } finally {
      this.#questions.delete(message.id);
    }
  }

  #failure(entry: InboxEntry, error: unknown): Outcome {
    const code = errorCode(error);
    this.#options.logger.warn('a message was not delivered', { agent: entry.agent, errorCode: code });
    const isTaken = entry.state === 'taken' && !this.#answers.has(entry.id);
    // The program has worked on it. A second time could do the same things twice.
    if (isTaken && (ENDED.has(code) || entry.since <= this.#options.clock.now() - ANSWER_MEMORY))
      return { kind: 'kept', code };
    return { kind: 'failed', code };
  }

  #note(entry: InboxEntry, code: string): void {
    if (this.#problems.get(entry.id) === code) return;
    this.#problems.set(entry.id, code);
    this.#options.onProblem(entry);
  }

  #forget(id: string): void {
    this.#problems.delete(id);
    this.#kept.delete(id);
    this.#released.delete(id);
    this.#answers.delete(id);
    this.#tried.delete(id);
  }
}

/** Reason for which a delivery was broken off: a right or an agent has changed. */
class Revoked extends Error {
  override readonly name = 'Revoked';
}

/** Codes after which a run that a program has taken is over. */
const ENDED: ReadonlySet<string> = new Set([
  'remote.run-failed',
  'remote.aborted',
  'remote.too-long',
  'remote.lost',
  'message.agent-slow',
]);
