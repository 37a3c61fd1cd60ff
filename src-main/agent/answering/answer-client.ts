import type { ApprovalView, GatewayRequestView } from '#shared/app-api/index.ts';
import { Alarm } from '#shared/alarm.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { requestList, sendAnswer, type RemoteAnswer, type WaitingRequests } from './messages.ts';

/** Longest time for a machine to send its list, ms. */
const PATIENCE = 10_000;
/** Pause before a machine that didn't send its list is asked again, ms. */
const AGAIN_AFTER = 2000;
/** Codes of answers that would be the same again. */
const FINAL: ReadonlySet<string> = new Set(['link.refused', 'requests.malformed']);
/** Most requests shown of one machine, of each kind, and of all machines. */
const MOST = { ofMachine: 64, all: 256 };

/** Dependencies of `AnswerClient`. */
export type AnswerClientOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Returns the name of a machine here. */
  nameOf(peerId: PeerId): string | undefined;
  /** Returns the session with a machine if it has a path now. */
  current(peerId: PeerId): Session | undefined;
  /** Returns the session with a machine, and dials one if needed. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  onChange(): void;
}>;

type Approval = Readonly<{ machine: PeerId; there: number; view: ApprovalView }>;
type Request = Readonly<{ machine: PeerId; there: string; view: GatewayRequestView }>;

/**
 * Requests that wait at machines for which this browser answers, as each machine last listed them. A machine is asked when it links, when it says that
 * this browser may answer, and when it says that its list has changed; again after a failure, and once its link has a path. In memory only.
 */
export class AnswerClient {
  readonly #options: AnswerClientOptions;
  /** Machines that let this browser answer. */
  readonly #machines = new Set<PeerId>();
  readonly #approvals = new Map<string, Approval>();
  readonly #requests = new Map<string, Request>();
  /** Machines that are being asked; true if the list has changed meanwhile. */
  readonly #asking = new Map<PeerId, boolean>();
  /** Machines that could not be asked, with the time for the next try; without one if their link has no path. */
  readonly #unasked = new Map<PeerId, Timer | undefined>();
  readonly #expiry: Alarm;
  #nextId = 1;
  #isClosed = false;

  constructor(options: AnswerClientOptions) {
    this.#options = options;
    this.#expiry = new Alarm(options.clock, () => this.#dropEnded());
  }

  /** Requests for rights, newest first. */
  get approvals(): readonly ApprovalView[] {
    return [...this.#approvals.values()]
      .map(({ view }) => view)
      .toSorted((a, b) => b.id - a.id)
      .slice(0, MOST.all);
  }

  /** Requests of gateways, oldest first. */
  get requests(): readonly GatewayRequestView[] {
    return [...this.#requests.values()]
      .map(({ view }) => view)
      .toSorted((a, b) => a.requestedAt - b.requestedAt)
      .slice(0, MOST.all);
  }

  get count(): number {
    return this.#approvals.size + this.#requests.size;
  }

  /** Called with each answer of a machine about what this browser may do there. */
  named(machine: PeerId, answers: boolean): void {
    if (answers) {
      this.#machines.add(machine);
      void this.refresh(machine);
    } else this.forget(machine);
  }

  /** Called when a machine says that its requests have changed. One that doesn't let this browser answer isn't asked. */
  noticed(machine: PeerId): void {
    if (this.#machines.has(machine)) void this.refresh(machine);
  }

  /** Asks those machines for their requests whose link had no path before. */
  linksChanged(): void {
    for (const [machine, timer] of this.#unasked)
      if (timer === undefined && this.#options.current(machine) !== undefined) void this.refresh(machine);
  }

  /** Asks a machine for its requests. Never rejects; one that doesn't answer has none here until it does. */
  async refresh(machine: PeerId): Promise<void> {
    if (this.#asking.has(machine)) {
      this.#asking.set(machine, true);
      return;
    }
    const { clock, current, logger } = this.#options;
    this.#asking.set(machine, false);
    this.#unasked.get(machine)?.cancel();
    this.#unasked.delete(machine);
    let list = NONE;
    try {
      const session = current(machine);
      const signal = AbortSignal.timeout(PATIENCE);
      if (session === undefined) this.#askLater(machine);
      else list = await requestList(session, () => clock.now(), signal);
    } catch (error) {
      const code = errorCode(error);
      logger.debug('could not list the requests of a machine', { peer: machine, errorCode: code });
      if (!FINAL.has(code)) this.#askLater(machine, AGAIN_AFTER);
    }
    if (this.#machines.has(machine)) this.#set(machine, list);
    const isOld = this.#asking.get(machine) === true;
    this.#asking.delete(machine);
    if (isOld && !this.#isClosed) await this.refresh(machine);
  }

  /** @param wait ms; undefined: until its link has a path */
  #askLater(machine: PeerId, wait?: number): void {
    if (!this.#machines.has(machine) || this.#isClosed) return;
    const ask = (): void => void this.refresh(machine);
    this.#unasked.set(machine, wait === undefined ? undefined : this.#options.clock.setTimer(wait, ask));
  }

  /** Drops what is known of a machine: it was removed, or no longer lets this browser answer. */
  forget(machine: PeerId): void {
    this.#machines.delete(machine);
    this.#unasked.get(machine)?.cancel();
    this.#unasked.delete(machine);
    this.#set(machine, NONE);
  }

  /**
   * Answers a peer's request at its machine.
   * @param id as in `approvals`
   * @throws {ClawReachError} `approval.gone`; the machine's refusal, or the reason why it can't be reached
   */
  async decide(id: number, answer: RemoteAnswer, signal: AbortSignal): Promise<ApprovalView> {
    const found = [...this.#approvals.values()].find(({ view }) => view.id === id);
    if (found === undefined) throw new ClawReachError('approval.gone', `request ${id} does not wait for an answer`);
    await this.#send(found.machine, { action: 'decide', approval: found.there, answer }, signal);
    const state = answer === 'approve' ? 'approved' : 'denied';
    return { ...found.view, state, decidedAt: Math.floor(this.#options.clock.now()) };
  }

  /** Answers a gateway's request at its machine. @param key as in `requests`. @throws as `decide`, with `request.gone` */
  async decideGateway(key: string, answer: RemoteAnswer, signal: AbortSignal): Promise<GatewayRequestView> {
    const found = this.#requests.get(key);
    if (found === undefined) throw new ClawReachError('request.gone', 'the request does not wait for an answer');
    await this.#send(found.machine, { action: 'decide-gateway', key: found.there, answer }, signal);
    return found.view;
  }

  close(): void {
    this.#isClosed = true;
    this.#expiry.cancel();
    for (const timer of this.#unasked.values()) timer?.cancel();
    this.#unasked.clear();
  }

  async #send(machine: PeerId, message: Parameters<typeof sendAnswer>[1], signal: AbortSignal): Promise<void> {
    try {
      await sendAnswer(await this.#options.session(machine, signal), message);
    } finally {
      // Also after a refusal: the list here was old then.
      void this.refresh(machine);
    }
  }

  #set(machine: PeerId, { approvals, requests }: WaitingRequests): void {
    if (this.#isClosed) return;
    const before = JSON.stringify([this.approvals, this.requests]);
    const name = this.#options.nameOf(machine) ?? '';
    const at = { machine: { peerId: machine, name } };
    const known = new Map([...this.#approvals].filter(([, one]) => one.machine === machine));
    for (const key of known.keys()) this.#approvals.delete(key);
    for (const view of approvals.slice(0, MOST.ofMachine)) {
      const key = `${machine} ${view.id}`;
      const id = known.get(key)?.view.id ?? this.#nextId++;
      this.#approvals.set(key, { machine, there: view.id, view: { ...view, ...at, id } });
    }
    for (const [key, one] of this.#requests) if (one.machine === machine) this.#requests.delete(key);
    for (const view of requests.slice(0, MOST.ofMachine)) {
      const key = `${machine} ${view.key}`;
      // What lasts isn't offered, whatever the machine says.
      const decisions = view.decisions.filter((one) => one !== 'approve-always');
      if (decisions.length > 0)
        this.#requests.set(key, { machine, there: view.key, view: { ...view, ...at, key, decisions } });
    }
    this.#planExpiry();
    if (before !== JSON.stringify([this.approvals, this.requests])) this.#options.onChange();
  }

  #planExpiry(): void {
    const ends = [...this.#approvals.values(), ...this.#requests.values()].flatMap(({ view }) => view.expiresAt ?? []);
    this.#expiry.set(ends.length === 0 ? null : Math.min(...ends));
  }

  /** Drops requests whose time is over: a machine that can't be reached says nothing. */
  #dropEnded(): void {
    const now = this.#options.clock.now();
    const isOver = ({ view }: Approval | Request): boolean => view.expiresAt !== null && view.expiresAt <= now;
    for (const [key, one] of this.#approvals) if (isOver(one)) this.#approvals.delete(key);
    for (const [key, one] of this.#requests) if (isOver(one)) this.#requests.delete(key);
    this.#planExpiry();
    this.#options.onChange();
  }
}

const NONE: WaitingRequests = { approvals: [], requests: [] };
