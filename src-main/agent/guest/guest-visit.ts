import type { Clock } from '#shared/clock.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { startHandshake } from '#shared/handshake/index.ts';
import type { DeviceCertificate, DeviceIdentity } from '#shared/identity/index.ts';
import { createSession, type LinkSession, type LinkStream, type StreamKind } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { decodeDeposit, join, PairingError, type PairingWords } from '#shared/pairing/index.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import {
  GUEST_CLAIM,
  GUEST_LEFT,
  GUEST_PARAMS,
  guestAccess,
  VISIT_ENDED,
  type GuestRole,
} from '#shared/share-link/index.ts';
import { encodeViewerMessage, TargetMessageParser, type TargetMessage } from '#shared/terminal/index.ts';
import { ChannelMailbox } from '../pairing/index.ts';
import type { GuestConnection } from '../relay/index.ts';
import { connectToShare } from './connect-to-share.ts';

/**
 * State of a visit. `waiting`: a person at the other device compares the words and decides. `in`: the terminal is shown. `lost`: the connection is made
 * again. `over`: `code` says why; nothing follows.
 */
export type GuestState =
  | Readonly<{ kind: 'connecting' | 'lost' }>
  | Readonly<{ kind: 'waiting'; words: PairingWords }>
  | Readonly<{ kind: 'in'; role: GuestRole; until: number; host: string }>
  | Readonly<{ kind: 'over'; code: string }>;

/** Change of what the terminal shows. `screen`: what follows draws the screen onto an empty one of this size. */
export type GuestEvent =
  | Readonly<{ type: 'screen'; cols: number; rows: number }>
  | Readonly<{ type: 'output'; bytes: Uint8Array }>
  | Readonly<{ type: 'title'; title: string }>;

export type GuestVisitOptions = Readonly<{
  crypto: CryptoBackend;
  /** Keys made for this visit. */
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  /** URL of the relay from which the page came, `wss://host[:port]`. */
  relayUrl: string;
  /** Secret of the share link, 16 bytes. */
  secret: Uint8Array;
  /** Name that the guest has chosen, 1 to 64 characters. */
  name: string;
  onState(state: GuestState): void;
  onEvent(event: GuestEvent): void;
  /** Stream to open in place of the guest's: for tests of pages that someone has changed. */
  stream?: Readonly<{ kind: StreamKind; params: Readonly<Record<string, unknown>> }> | undefined;
  /** Called with each session and its stream: for tests of pages that someone has changed. */
  onSession?: ((session: LinkSession, stream: LinkStream) => void) | undefined;
}>;

/** Pauses before the tries to come back after a lost connection, ms. */
const RETRIES = [250, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000] as const;
/** Codes of tries that may succeed a moment later: the device or the relay restarts, or the network is away. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'relay.share',
  'relay.unreachable',
  'relay.timeout',
  'relay.lost',
  'relay.rate',
  'relay.busy',
  'relay.shutdown',
  'relay.closed',
  'relay.refused.busy',
  'relay.refused.gone',
  'relay.refused.offline',
  'relay.refused.rate',
  'relay.refused.timeout',
  'relay.refused.unknown',
  'link.path-lost',
  'link.closed',
]);

/**
 * Reports whether the device has closed the session because the visit is over. The reason that it writes into the stream before may not have come, where
 * the way was too slow for it. Pure.
 */
export function isEnded(error: unknown): boolean {
  return error instanceof ClawReachError && error.details['remote'] === true && error.details['code'] === VISIT_ENDED;
}

type Host = Readonly<{ certificate: DeviceCertificate; name: string }>;

/**
 * One visit of a guest: pairs by the secret of a share link, waits until a person lets it in, and then shows the one terminal of the link. Comes back by
 * itself after a lost connection, with the same key. Keeps everything in memory.
 */
export class GuestVisit {
  readonly #options: GuestVisitOptions;
  readonly #over = new AbortController();
  #host: Host | undefined;
  /** Connection to the relay, which serves the pairing and what follows. */
  #relay: GuestConnection | undefined;
  #stream: LinkStream | undefined;
  #session: LinkSession | undefined;
  /** Writes of typed bytes, in order. */
  #typing: Promise<void> = Promise.resolve();
  #role: GuestRole = 'view';

  constructor(options: GuestVisitOptions) {
    this.#options = options;
  }

  /** Begins the visit, once. Reports everything by `onState`. */
  start(): void {
    void this.#run();
  }

  /** Types into the terminal. Does nothing for a guest that only watches, or while the connection is lost. */
  type(bytes: Uint8Array): void {
    const stream = this.#stream;
    if (stream === undefined || this.#role !== 'type' || bytes.length === 0) return;
    this.#typing = this.#typing
      .then(() => stream.write(encodeViewerMessage({ type: 'input', bytes })))
      .catch(() => undefined);
  }

  /** Leaves. */
  leave(): void {
    if (this.#over.signal.aborted) return;
    this.#finish('guest.left');
  }

  async #run(): Promise<void> {
    try {
      this.#report({ kind: 'connecting' });
      this.#host = await this.#pair();
      let failures = 0;
      while (!this.#isOver) {
        try {
          await this.#show(this.#host, () => {
            failures = 0;
          });
        } catch (error) {
          if (isEnded(error))
            throw new ClawReachError('share.ended', 'the device has ended the visit', { cause: error });
          const pause = TEMPORARY.has(errorCode(error)) ? RETRIES[failures] : undefined;
          if (pause === undefined || this.#isOver) throw error;
          failures += 1;
          this.#report({ kind: 'lost' });
          await this.#pause(pause);
        }
      }
    } catch (error) {
      this.#options.logger.info('the visit is over', { errorCode: errorCode(error) });
      this.#finish(errorCode(error));
    }
  }

  /** Pairs with the device that shares, and waits until a person there has answered. */
  async #pair(): Promise<Host> {
    const { crypto, identity, clock, secret, name } = this.#options;
    const { signal } = this.#over;
    const relay = await this.#connect();
    const { message2, channel } = await relay.connect(GUEST_CLAIM, signal);
    const inviterSid = decodeDeposit(message2);
    if (inviterSid === undefined) {
      channel.destroy();
      throw new PairingError('pairing.protocol', 'the other side answered something else');
    }
    const outcome = await join({
      crypto,
      identity,
      clock,
      name,
      relayKey: relay.relayKey,
      mailbox: new ChannelMailbox(channel),
      signal,
      onProgress: () => undefined,
      method: {
        kind: 'guest',
        inviterSid,
        secret,
        agree: async ({ words }) => this.#report({ kind: 'waiting', words }),
      },
      grants: [],
      store: () => undefined,
    });
    return { certificate: outcome.peer, name: outcome.name };
  }

  /** Shows the terminal until it ends. @throws when the connection is lost before */
  async #show({ certificate, name }: Host, shown: () => void): Promise<void> {
    const { crypto, identity, clock, logger } = this.#options;
    const { signal } = this.#over;
    const relay = await this.#connect();
    let session: LinkSession | undefined;
    try {
      const handshake = await startHandshake({
        crypto,
        identity,
        peer: certificate,
        sessionId: crypto.randomBytes(16),
        purpose: 'session',
        path: 'guest',
        now: clock.now() / 1000,
      });
      const { message2, channel } = await relay.connect(handshake.message1, signal);
      const { send, receive, sessionId } = await handshake.finish(message2).catch((error: unknown) => {
        channel.destroy();
        throw error;
      });
      session = createSession({
        role: 'initiator',
        id: toHex(sessionId),
        clock,
        logger,
        limits: { pathLossGrace: 0, maxIncomingStreams: 16, maxOutgoingStreams: 16 },
      });
      this.#session = session;
      session.confirmed.catch(() => undefined);
      session.onStream = (stream) => stream.refuse('link.kind', 'a guest serves nothing');
      session.attachPath({ kind: 'relay', channel, send, receive, dialed: true });
      const { kind, params } = this.#options.stream ?? { kind: 'pty', params: GUEST_PARAMS };
      const stream = session.open(kind, params);
      const access = safeParse(guestAccess, await stream.opened);
      if (!access.success) throw new ClawReachError('terminal.protocol', 'not the answer to a guest');
      const { role, until } = access.data;
      this.#role = role;
      this.#stream = stream;
      this.#options.onSession?.(session, stream);
      shown();
      this.#report({ kind: 'in', role, until, host: name });
      await this.#read(stream);
    } finally {
      this.#stream = undefined;
      this.#session = undefined;
      void session?.close('guest.gone', 'the page has done with it');
    }
  }

  async #read(stream: LinkStream): Promise<void> {
    const parser = new TargetMessageParser();
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
      for (const message of parser.push(bytes)) this.#take(message);
    if (!this.#isOver) throw new ClawReachError('link.closed', 'the stream ended without a word');
  }

  #take(message: TargetMessage): void {
    const { onEvent } = this.#options;
    if (this.#isOver) return;
    switch (message.type) {
      case 'snapshot-begin':
        onEvent({ type: 'screen', cols: message.cols, rows: message.rows });
        return;
      case 'output':
        // The parser's bytes are valid until the next read only.
        onEvent({ type: 'output', bytes: message.bytes.slice() });
        return;
      case 'title':
        onEvent({ type: 'title', title: message.title });
        return;
      case 'ended':
        this.#finish(message.end.code ?? 'terminal.ended');
        return;
      default:
    }
  }

  async #connect(): Promise<GuestConnection> {
    if (this.#relay?.isOpen === true) return this.#relay;
    this.#relay = await connectToShare(this.#options, this.#over.signal);
    return this.#relay;
  }

  #pause(time: number): Promise<void> {
    const { signal } = this.#over;
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#options.clock.setTimer(time, done);
      signal.addEventListener('abort', done);
    });
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #finish(code: string): void {
    if (this.#isOver) return;
    this.#report({ kind: 'over', code });
    this.#over.abort();
    void this.#session?.close(GUEST_LEFT, 'the visit is over');
    this.#relay?.close();
  }

  #report(state: GuestState): void {
    if (!this.#isOver) this.#options.onState(state);
  }
}
