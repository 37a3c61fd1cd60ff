import { addressGroup } from '#shared/forward/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { byHandMailboxes } from '#shared/pairing/index.ts';
import { decodeEarlyData, NAMES_MAILBOXES, type AgentMessage, type RefuseReason } from '#shared/relay-api/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Store } from '../store/index.ts';
import { enrolmentError, type Admission } from './admission.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { PeerConnections } from './peer-connections.ts';
import type { ControlConnection } from './control-connection.ts';
import { shareProject, type OnlineDevices } from './online-devices.ts';
import { HelloError } from './hello.ts';
import type { MailboxRegistry } from './mailbox-registry.ts';
import type { Shares } from './shares.ts';
import type { MemberChanges } from './member-changes.ts';
import type { MessageForwarder, RefusedMessage } from './message-forwarder.ts';

/** Parts of the hub that the dispatcher uses. */
export type DispatcherOptions = Readonly<{
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  metrics: Metrics;
  rateLimiter: RateLimiter;
  store: Store;
  admission: Admission;
  devices: OnlineDevices;
  memberChanges: MemberChanges;
  connections: PeerConnections;
  mailboxes: MailboxRegistry;
  shares: Shares;
  messages: MessageForwarder;
  isDraining(): boolean;
}>;

type Message<Type extends AgentMessage['type']> = Extract<AgentMessage, { type: Type }>;

/**
 * Handles each message that a device or joiner sends after its hello: checks rates and rights, then calls the part of the hub that does the work.
 * Errors that end the connection are thrown as HelloError.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /**
   * Handles a text message.
   * @throws {HelloError} `rate`, `order`, `not-allowed`, which end the connection
   */
  message(connection: ControlConnection, message: AgentMessage): void {
    const { connections, mailboxes } = this.#options;
    const peer = this.#sender(connection);
    const wait = this.#take('messagesPerDevice', peer);
    if (wait > 0) throw new HelloError('rate', 'too many messages', wait);
    if (connection.state === 'joiner' && !JOINER_MAY.has(message.type)) {
      throw new HelloError('not-allowed', `a joiner may not ${message.type}`);
    }
    if (connection.state === 'guest' && !GUEST_MAY.has(message.type)) {
      throw new HelloError('not-allowed', `a guest may not ${message.type}`);
    }
    switch (message.type) {
      case 'hello':
        throw new HelloError('order', 'hello was said already');
      case 'connect':
        if (connection.state === 'guest') this.#connectGuest(connection, peer, message);
        else this.#connect(connection, peer, message);
        break;
      case 'accept':
        connections.accept(connection, peer, message.connection, message.message2);
        break;
      case 'refuse':
        connections.refuse(connection, peer, message.connection, message.reason);
        break;
      case 'cancel':
        connections.cancel(connection, peer, message.connection);
        break;
      case 'early-end':
        connections.endEarlyData(connection, peer, message.connection, message.bytes);
        break;
      case 'mailbox-open':
        this.#openMailbox(connection, peer, message);
        break;
      case 'mailbox-claim':
        this.#claimMailbox(connection, message);
        break;
      case 'mailbox-send':
        requireBox(connection, message);
        if (!mailboxes.send(connection, message.body, message.box))
          connection.sendError('mailbox', 'no one is at the other end');
        break;
      case 'mailbox-close':
        requireBox(connection, message);
        mailboxes.leave(connection, message.box);
        break;
      case 'ping':
        connection.send({ type: 'pong' });
        break;
      case 'pong':
        break;
      case 'message':
        this.#forwardMessage(connection, peer, message);
        break;
      case 'add-request':
        this.#run(connection, message.request, () => this.#requestAdding(connection, peer, message));
        break;
      case 'share-open':
        this.#openShare(connection, peer, message);
        break;
      case 'share-close':
        this.#options.shares.close(connection, message.share);
        break;
      case 'enrol':
        this.#run(connection, message.request, () => this.#enrol(connection, peer, message));
        break;
      case 'remove':
        this.#run(connection, message.request, () => this.#remove(connection, peer, message));
        break;
      default:
        assertNever(message);
    }
  }

  /**
   * Handles a binary message, which carries early data, and forwards it.
   * @throws {FormatError} for a message of a wrong length
   * @throws {HelloError} `rate`, `not-allowed`
   */
  binary(connection: ControlConnection, data: Uint8Array): void {
    const { connections, metrics } = this.#options;
    const peer = this.#sender(connection);
    if (connection.state === 'joiner') throw new HelloError('not-allowed', 'a joiner may not send early data');
    const early = decodeEarlyData(data);
    const wait =
      this.#take('messagesPerDevice', peer) ||
      this.#take('earlyBytesPerDevice', peer, data.length) ||
      this.#take('earlyBytesPerProject', projectOf(connection), data.length);
    if (wait > 0) throw new HelloError('rate', 'too much early data', wait);
    if (!connections.forwardEarlyData(connection, peer, early.connection, early.bytes)) {
      metrics.refused('early-data', 'not-allowed');
    }
  }

  #connect(connection: ControlConnection, peer: PeerId, message: Message<'connect'>): void {
    const { connections, devices } = this.#options;
    if (connections.has(peer, message.connection)) throw new HelloError('order', 'that connection id is in use');
    const wait = this.#take('connectsPerDevice', peer) || this.#take('connectsPerProject', projectOf(connection));
    if (wait > 0) {
      connection.sendError('rate', 'too many connects', { retryAfter: wait });
      this.#refuse(connection, message.connection, 'rate');
      return;
    }
    const responder = devices.get(message.to as PeerId);
    if (message.to === peer) {
      this.#refuse(connection, message.connection, 'self');
    } else if (this.#options.isDraining()) {
      this.#refuse(connection, message.connection, 'gone');
    } else if (responder?.peerId === undefined || !shareProject(connection, responder)) {
      // One database query in every case, so that the time of the answer does not reveal whether a stranger is online.
      void this.#refuseAbsent(connection, message.connection, message.to);
    } else {
      const refused = connections.ring(
        message.connection,
        message.message1,
        connection,
        peer,
        responder,
        responder.peerId,
      );
      if (refused !== undefined) this.#refuse(connection, message.connection, refused);
    }
  }

  /** Calls the device of a guest's share, and no other. */
  #connectGuest(connection: ControlConnection, peer: PeerId, message: Message<'connect'>): void {
    const { connections, shares } = this.#options;
    const { share } = connection;
    if (connections.has(peer, message.connection)) throw new HelloError('order', 'that connection id is in use');
    const host = shares.hostOf(share);
    const wait = this.#take('connectsPerDevice', peer) || this.#take('connectsPerShare', share ?? '');
    if (wait > 0) {
      connection.sendError('rate', 'too many connects', { retryAfter: wait });
      this.#refuse(connection, message.connection, 'rate');
    } else if (this.#options.isDraining()) {
      this.#refuse(connection, message.connection, 'gone');
    } else if (host === undefined || share === undefined || message.to !== host.peerId) {
      this.#refuse(connection, message.connection, 'unknown');
    } else {
      const { control, peerId } = host;
      const refused = connections.ring(message.connection, message.message1, connection, peer, control, peerId, share);
      if (refused !== undefined) this.#refuse(connection, message.connection, refused);
    }
  }

  #openShare(connection: ControlConnection, peer: PeerId, { request, share }: Message<'share-open'>): void {
    const wait = this.#take('shareOpensPerDevice', peer);
    const outcome = wait > 0 ? 'rate' : this.#options.shares.open(connection, peer, share);
    if (outcome === 'open') {
      connection.send({ type: 'ok', request });
      return;
    }
    const code = outcome === 'taken' ? 'share' : outcome === 'full' ? 'busy' : outcome;
    this.#options.metrics.refused('control', code);
    connection.sendError(code, SHARE_TEXTS[outcome], { request, ...(wait > 0 ? { retryAfter: wait } : {}) });
  }

  async #refuseAbsent(connection: ControlConnection, id: string, to: string): Promise<void> {
    this.#refuse(connection, id, await this.#whyAbsent(connection, to));
  }

  /** Returns why a device can't be reached: `unknown` also for a device that is online, in other projects. Never rejects. */
  async #whyAbsent(connection: ControlConnection, to: string): Promise<'offline' | 'unknown' | 'busy'> {
    const { store, logger } = this.#options;
    const projects = connection.memberships.map(({ project }) => project);
    try {
      return (await store.isMemberOfAny(to, projects)) ? 'offline' : 'unknown';
    } catch (error) {
      logger.error('database', { message: errorMessage(error) });
      return 'busy';
    }
  }

  #forwardMessage(connection: ControlConnection, peer: PeerId, message: Message<'message'>): void {
    const { request, to } = message;
    const outcome = this.#options.isDraining()
      ? ({ reason: 'gone' } as const)
      : this.#options.messages.forward(connection, peer, message);
    if (outcome === 'sent') {
      connection.send({ type: 'ok', request });
    } else if (outcome === 'absent') {
      // One database query in every case, as for `connect`.
      void this.#whyAbsent(connection, to).then((reason) => this.#refuseMessage(connection, request, { reason }));
    } else {
      this.#refuseMessage(connection, request, outcome);
    }
  }

  /** Passes a request to be added on to the devices of the account that admitted the sender. */
  async #requestAdding(connection: ControlConnection, peer: PeerId, message: Message<'add-request'>): Promise<void> {
    const { request, name, system } = message;
    const wait = this.#take('addRequestsPerDevice', peer);
    if (wait > 0) {
      this.#refuseMessage(connection, request, { reason: 'rate', retryAfter: wait });
      return;
    }
    const found = await this.#options.store.accountDevices(peer, this.#options.clock.now());
    const ofAccount = found === undefined ? 0 : this.#take('addRequestsPerAccount', found.account);
    if (found === undefined) this.#refuseMessage(connection, request, { reason: 'unknown' });
    else if (ofAccount > 0) this.#refuseMessage(connection, request, { reason: 'rate', retryAfter: ofAccount });
    else if (!found.isSteppedUp) this.#refuseMessage(connection, request, { reason: 'step-up' });
    else if (this.#options.isDraining()) this.#refuseMessage(connection, request, { reason: 'gone' });
    else {
      const { email: account, devices } = found;
      const asked = { type: 'add-requested', from: peer, account, name, system } as const;
      if (this.#options.messages.toDevices(connection, devices, asked) > 0) connection.send({ type: 'ok', request });
      else this.#refuseMessage(connection, request, { reason: 'offline' });
    }
  }

  #refuseMessage(connection: ControlConnection, request: number, refusal: RefusedMessage): void {
    this.#options.metrics.refused('message', refusal.reason);
    connection.send({ type: 'message-refused', request, ...refusal });
  }

  #openMailbox(connection: ControlConnection, peer: PeerId, message: Message<'mailbox-open'>): void {
    const { request } = message;
    const wait =
      this.#take('mailboxOpensPerDevice', peer) || this.#take('mailboxOpensPerProject', projectOf(connection));
    if (wait > 0) {
      this.#refuseMailbox(connection, 'rate', 'too many pairings were started', request, wait);
      return;
    }
    if (!this.#hasRoom(connection, request)) {
      this.#refuseMailbox(connection, 'limit', 'too many mailboxes at a time', request);
      return;
    }
    const own = byHandMailboxes(this.#options.crypto, peer);
    if (message.mailbox !== undefined && own.includes(message.mailbox))
      this.#options.mailboxes.reclaim(connection, own);
    const mailbox = this.#options.mailboxes.open({ connection, box: request }, message.deposit, message.mailbox);
    if (mailbox === 'full') {
      this.#refuseMailbox(connection, 'busy', 'too many pairings are running here', request);
    } else if (mailbox === 'taken') {
      this.#refuseMailbox(connection, 'mailbox', 'that mailbox was used already', request);
    } else {
      connection.send({
        type: 'mailbox-opened',
        request,
        ...(mailbox.isNameplate ? { nameplate: mailbox.key } : {}),
        expiresIn: this.#options.mailboxes.life,
      });
    }
  }

  #claimMailbox(connection: ControlConnection, message: Message<'mailbox-claim'>): void {
    const { request } = message;
    const key = message.nameplate ?? message.mailbox;
    if (key === undefined || (message.nameplate !== undefined && message.mailbox !== undefined)) {
      throw new HelloError('format', 'a claim names a nameplate or a mailbox');
    }
    if (connection.state === 'joiner' && connection.hasClaimed) {
      this.#refuseMailbox(connection, 'limit', 'one mailbox at a time, and one claim for a joiner', request);
      return;
    }
    if (!this.#hasRoom(connection, request)) {
      this.#refuseMailbox(connection, 'limit', 'too many mailboxes at a time', request);
      return;
    }
    const group = addressGroup(connection.address);
    const wait =
      this.#take('mailboxClaimsPerAddress', group) ||
      this.#options.rateLimiter.wait('mailboxFailuresPerAddress', group, this.#options.clock.monotonic());
    if (wait > 0) {
      this.#refuseMailbox(connection, 'rate', 'too many codes were tried from your address', request, wait);
      return;
    }
    connection.hasClaimed = true;
    const mailbox = this.#options.mailboxes.claim({ connection, box: request }, key);
    if (mailbox === undefined) {
      this.#take('mailboxFailuresPerAddress', group);
      const code = message.nameplate === undefined ? 'mailbox' : 'nameplate';
      this.#refuseMailbox(connection, code, 'no such mailbox: it was used, has run out, or never was', request);
      return;
    }
    connection.send({ type: 'mailbox-claimed', request, deposit: mailbox.deposit });
  }

  /** @throws {HelloError} `order` for the number of a mailbox that this connection has */
  #hasRoom(connection: ControlConnection, request: number): boolean {
    const { mailboxes } = this.#options;
    if (connection.version >= NAMES_MAILBOXES && mailboxes.has(connection, request))
      throw new HelloError('order', 'that request number names a mailbox');
    return mailboxes.hasRoom(connection);
  }

  async #enrol(connection: ControlConnection, peer: PeerId, message: Message<'enrol'>): Promise<void> {
    const { admission, store, clock, memberChanges } = this.#options;
    const now = clock.now();
    const enrolment = admission.readEnrolment(message.enrolment, now);
    if (enrolment.inviter !== peer) throw new HelloError('enrolment', 'an enrolment is handed in by its signer');
    await store.exclusively(
      async (changes) => {
        const error = enrolmentError(await changes.enrol(enrolment, now));
        if (error !== undefined) throw error;
        return changes.memberships(enrolment.member);
      },
      (memberships) => {
        memberChanges.admitted(enrolment.member, memberships);
        connection.send({ type: 'ok', request: message.request });
      },
    );
    this.#options.logger.info('device enrolled', {
      peer: shortPeerId(enrolment.member),
      by: shortPeerId(peer),
      project: enrolment.project.slice(0, 8),
    });
  }

  async #remove(connection: ControlConnection, peer: PeerId, message: Message<'remove'>): Promise<void> {
    const { admission, store, clock, logger } = this.#options;
    const removal = admission.readRemoval(message.removal, clock.now());
    if (removal.remover !== peer) throw new HelloError('enrolment', 'a removal is handed in by its signer');
    await store.exclusively(
      async (changes) => {
        const outcome = await changes.remove(removal, clock.now());
        if (outcome !== 'removed')
          throw new HelloError(outcome === 'full' ? 'limit' : 'not-allowed', REMOVAL_TEXTS[outcome]);
        const { project, member } = removal;
        return {
          project,
          member,
          memberships: await changes.memberships(member),
          at: await changes.departedAt(project, member),
        };
      },
      (removed) => {
        connection.send({ type: 'ok', request: message.request });
        this.#options.memberChanges.removed(removed);
      },
    );
    logger.info('device removed', {
      peer: shortPeerId(removal.member),
      by: shortPeerId(peer),
      project: removal.project.slice(0, 8),
    });
  }

  #run(connection: ControlConnection, request: number, task: () => Promise<void>): void {
    const guarded = async (): Promise<void> => {
      try {
        await task();
      } catch (error) {
        if (error instanceof HelloError) {
          this.#options.metrics.refused('control', error.reason);
          connection.sendError(error.reason, error.message, { request });
        } else {
          this.#options.logger.error('internal error', { message: errorMessage(error) });
          connection.sendError('busy', 'the relay could not do that; try again', { request, retryAfter: 5000 });
        }
      }
    };
    void guarded();
  }

  #refuse(connection: ControlConnection, id: string, reason: RefuseReason): void {
    this.#options.metrics.refused('connect', reason);
    connection.send({ type: 'refused', connection: id, reason });
  }

  #refuseMailbox(
    connection: ControlConnection,
    code: 'rate' | 'limit' | 'busy' | 'mailbox' | 'nameplate',
    text: string,
    request: number,
    retryAfter?: number,
  ): void {
    this.#options.metrics.refused('mailbox', code);
    connection.sendError(code, text, { request, ...(retryAfter === undefined ? {} : { retryAfter }) });
  }

  #take(name: Parameters<RateLimiter['take']>[0], key: string, amount = 1): number {
    return this.#options.rateLimiter.take(name, key, this.#options.clock.monotonic(), amount);
  }

  #sender(connection: ControlConnection): PeerId {
    if (connection.peerId === undefined) throw new HelloError('order', 'hello comes first');
    return connection.peerId;
  }
}

/** Messages that a joiner may send. */
const JOINER_MAY: ReadonlySet<AgentMessage['type']> = new Set([
  'hello',
  'mailbox-claim',
  'mailbox-send',
  'mailbox-close',
  'ping',
  'pong',
]);

/** Messages that a guest may send. */
const GUEST_MAY: ReadonlySet<AgentMessage['type']> = new Set([
  'hello',
  'connect',
  'cancel',
  'early-end',
  'ping',
  'pong',
]);

const SHARE_TEXTS = {
  rate: 'too many shares were opened',
  taken: 'another device has opened this share',
  limit: 'this device shares as much as it may',
  full: 'too much is shared at this relay',
} as const;

const REMOVAL_TEXTS = {
  'no-authority': 'an owner removes others; a member removes itself and those it enrolled',
  'last-owner': 'the last owner of a project stays',
  superseded: 'a newer enrolment stands against that removal',
  full: 'the project has as many members as this relay allows',
} as const;

/** Checks that a message names its mailbox if it has to. @throws {HelloError} `format` */
function requireBox({ version }: ControlConnection, { box }: Message<'mailbox-send' | 'mailbox-close'>): void {
  if (version >= NAMES_MAILBOXES && box === undefined) throw new HelloError('format', 'a message names its mailbox');
}

/** Returns the project against which a device's rates count: its oldest one. */
function projectOf(connection: ControlConnection): string {
  return connection.memberships[0]?.project ?? connection.share ?? '';
}
