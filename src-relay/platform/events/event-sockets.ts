import { setImmediate as turn } from 'node:timers/promises';
import { addressGroup } from '#shared/forward/index.ts';
import type { Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import {
  EVENTS_CLOSE,
  eventsClientMessage,
  PLATFORM_LIMITS,
  PLATFORM_ROUTES,
  PlatformError,
  type EventsMessage,
} from '#shared/platform/index.ts';
import type { RouteSocket, SocketHandler, SocketRoute } from '../../http/index.ts';
import type { AccountCaller, Callers, Credentials } from '../caller.ts';
import type { PlatformContext } from '../context.ts';
import type { Change } from '../tasks.ts';
import { findAudience, findLiveSessions } from './event-audience.ts';
import { messageOf, PendingChanges } from './event-messages.ts';

/** Limits of the `events` sockets. Times are ms, sizes bytes. */
export const EVENT_LIMITS = {
  /** Sockets in total, of one account, and of one address group: an office behind one address. */
  sockets: 20_000,
  socketsPerAccount: 32,
  socketsPerAddress: 512,
  /** Time during which changes are gathered before they are sent. */
  gatherTime: 200,
  /** Interval at which the sessions of all sockets are checked. */
  checkInterval: 60_000,
  /** Unsent bytes at which a client is closed with 1013. */
  buffer: 64 * 1024,
  /** Messages that a client may send in an interval of `checkInterval`; it sends a ping every 18 s. */
  messages: 60,
} as const;
export type EventLimits = Readonly<{ [Name in keyof typeof EVENT_LIMITS]: number }>;

/** Messages that are sent in one turn of the event loop, about a millisecond, so that links between them don't wait for all. */
const SENT_AT_ONCE = 16;

const FULL = 'too many pages of this account or address are open';

/** Open socket of a page or program. */
type Listener = Readonly<{
  socket: RouteSocket;
  account: string;
  session: string;
  group: string;
}> & { messages: number };

/**
 * Sockets that tell pages what has changed, as IDs. Each hears only of its account, and of projects that its account is in when the message is sent. Created
 * by `createPlatform`; reads the database.
 */
export class EventSockets {
  readonly #context: Pick<PlatformContext, 'store' | 'clock' | 'logger'>;
  readonly #callers: Callers;
  readonly #limits: EventLimits;
  readonly #listeners = new Set<Listener>();
  readonly #byAccount = new Map<string, Set<Listener>>();
  readonly #byGroup = new Map<string, number>();
  readonly #pending = new PendingChanges();
  #gatherTimer: Timer | undefined;
  #checkTimer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    context: Pick<PlatformContext, 'store' | 'clock' | 'logger'>,
    callers: Callers,
    limits: EventLimits = EVENT_LIMITS,
  ) {
    this.#context = context;
    this.#callers = callers;
    this.#limits = limits;
    this.#scheduleCheck();
  }

  /** Number of open sockets. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Route for the HTTP server. */
  get route(): SocketRoute {
    return {
      path: PLATFORM_ROUTES['events.open'].path,
      maxPayload: PLATFORM_LIMITS.eventsMessage,
      maxBuffered: this.#limits.buffer,
      accept: async (arrival) => {
        const caller = await this.#identify(arrival);
        const group = addressGroup(arrival.address);
        const { account } = caller;
        if (this.#listeners.size >= this.#limits.sockets) throw new PlatformError('platform.busy', FULL);
        if (this.#isFull(account, group)) throw new PlatformError('platform.limit', FULL);
        return this.#open(caller, group, () => arrival.authenticated());
      },
    };
  }

  /** Announces changes that are stored. */
  announce(changes: readonly Change[]): void {
    if (this.#isClosed || this.#listeners.size === 0) return;
    for (const change of changes) {
      if (change.kind === 'project' || change.kind === 'account') this.#pending.add(change);
    }
    if (this.#pending.isEmpty) return;
    this.#gatherTimer ??= this.#context.clock.setTimer(this.#limits.gatherTime, () => {
      this.#gatherTimer = undefined;
      this.#sending = this.#sending.then(() => this.#send());
    });
  }

  /** Closes the sockets whose session has ended. Doesn't reject. @param account whose sessions are checked; default: all */
  async check(account?: string): Promise<void> {
    const listeners = [...(account === undefined ? this.#listeners : (this.#byAccount.get(account) ?? []))];
    if (listeners.length === 0) return;
    try {
      const sessions = [...new Set(listeners.map(({ session }) => session))];
      const live = await findLiveSessions(this.#context.store, sessions, this.#context.clock.now());
      for (const { socket, session } of listeners) {
        if (!live.has(session)) socket.close(EVENTS_CLOSE.signedOut, 'signed out');
      }
    } catch (error) {
      this.#context.logger.error('sessions of pages not checked', { message: errorMessage(error) });
    }
  }

  /** Ends its work, once the server has closed the sockets. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#gatherTimer?.cancel();
    this.#checkTimer?.cancel();
    await this.#sending;
  }

  async #identify(arrival: Credentials): Promise<AccountCaller> {
    const caller = await this.#callers.of(arrival);
    if (caller.kind !== 'account') throw new PlatformError('platform.signed-out', 'sign in first');
    return caller;
  }

  /** Reports whether an account or address group has all the sockets that it may have. */
  #isFull(account: string, group: string): boolean {
    const { socketsPerAccount, socketsPerAddress } = this.#limits;
    const ofAccount = this.#byAccount.get(account)?.size ?? 0;
    return ofAccount >= socketsPerAccount || (this.#byGroup.get(group) ?? 0) >= socketsPerAddress;
  }

  #open(caller: AccountCaller, group: string, authenticated: () => void): SocketHandler {
    return (socket) => {
      const { account } = caller;
      // Others may have come while this one was opened.
      if (this.#isFull(account, group)) {
        socket.close(EVENTS_CLOSE.tooSlow, FULL);
        return;
      }
      const listener: Listener = { socket, account, session: caller.session.id, group, messages: 0 };
      this.#add(listener);
      socket.onMessage = (message) => this.#received(listener, message);
      socket.onClose = () => this.#remove(listener);
      authenticated();
      send(socket, { type: 'ready' });
      // The session may have ended since it was checked.
      void this.check(account);
    };
  }

  #received(listener: Listener, message: string | Buffer): void {
    listener.messages += 1;
    if (listener.messages > this.#limits.messages || !isPing(message)) {
      listener.socket.close(EVENTS_CLOSE.policy, 'only pings, and not too many');
      return;
    }
    send(listener.socket, { type: 'pong' });
  }

  async #send(): Promise<void> {
    const changes = this.#pending.take();
    try {
      const projects = changes.flatMap((change) => (change.kind === 'project' ? [change.project] : []));
      const audience = await findAudience(this.#context.store, projects, [...this.#byAccount.keys()]);
      for (const change of changes) {
        const accounts = change.kind === 'account' ? [change.account] : (audience.get(change.project) ?? []);
        await this.#sendTo(accounts, JSON.stringify(messageOf(change)));
      }
    } catch (error) {
      this.#context.logger.error('changes not announced', { message: errorMessage(error) });
      // A page must not believe that it knows everything: it reads everything again when it has reconnected.
      for (const { socket } of this.#listeners) socket.close(EVENTS_CLOSE.tooSlow, 'changes were lost');
    }
  }

  /** Sends a message to all sockets of accounts, a few in each turn. */
  async #sendTo(accounts: readonly string[], text: string): Promise<void> {
    let sent = 0;
    for (const account of accounts) {
      for (const { socket } of this.#byAccount.get(account) ?? []) {
        socket.send(text);
        sent += 1;
        if (sent % SENT_AT_ONCE === 0) await turn();
      }
    }
  }

  #add(listener: Listener): void {
    this.#listeners.add(listener);
    const ofAccount = this.#byAccount.get(listener.account) ?? new Set();
    this.#byAccount.set(listener.account, ofAccount.add(listener));
    this.#byGroup.set(listener.group, (this.#byGroup.get(listener.group) ?? 0) + 1);
  }

  #remove(listener: Listener): void {
    this.#listeners.delete(listener);
    const ofAccount = this.#byAccount.get(listener.account);
    ofAccount?.delete(listener);
    if (ofAccount?.size === 0) this.#byAccount.delete(listener.account);
    const left = (this.#byGroup.get(listener.group) ?? 1) - 1;
    if (left > 0) this.#byGroup.set(listener.group, left);
    else this.#byGroup.delete(listener.group);
  }

  #scheduleCheck(): void {
    this.#checkTimer = this.#context.clock.setTimer(this.#limits.checkInterval, () => {
      this.#scheduleCheck();
      for (const listener of this.#listeners) listener.messages = 0;
      void this.check();
    });
  }
}

function send(socket: RouteSocket, message: EventsMessage): void {
  socket.sendJson(message);
}

function isPing(message: string | Buffer): boolean {
  if (typeof message !== 'string') return false;
  try {
    return eventsClientMessage.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}
