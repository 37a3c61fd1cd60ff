import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage, type ClawReachError } from '#shared/errors.ts';
import {
  CONNECTION_CODES,
  ForwardError,
  parseConnectedReply,
  parseListeningReply,
  TCP_RESET_CANCELLED,
  type Target,
} from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { awaitConnections, type AwaitedStreams } from './remote-listener.ts';
import { LinkConnection } from './link-connection.ts';
import type { PeerLinks } from './peer-links.ts';
import type { RemoteConnection, RemoteListener, Upstream } from './upstream.ts';

/** Limits for opening a stream to a target, for forwards and for probes of relays through a peer, ms. */
export const OPENING_LIMITS = {
  /** Longest time for the peer to connect; longer than the peer's own limit, so that the peer's error arrives. */
  open: 35_000,
  /** Longest time for the peer to connect while a person there is being asked. */
  approval: 150_000,
  /**
   * Time for which opening a stream is retried on a link without credit for streams, and interval of the attempts (`again`): a new link allows few
   * streams at first.
   */
  room: 5000,
  again: 50,
} as const;

const KNOWN: ReadonlySet<string> = new Set(CONNECTION_CODES);

/** Error codes from the peer's general checks of incoming streams, mapped to error codes of forwards. */
const GATE: Readonly<Record<string, string>> = {
  'rights.denied': 'forward.denied',
  'rights.unanswered': 'forward.unanswered',
  'link.kind': 'forward.unsupported',
};

type Waiting = Readonly<{ signal: AbortSignal; onWaiting?: () => void }>;

/**
 * Upstream of forwards whose connections a peer makes, through streams of kind `tcp` on its link (PROTOCOL section 9). `ForwardManager` creates it
 * for runners. Waits for the link, and for a person at the peer.
 */
export class LinkUpstream implements Upstream {
  readonly #peerId: PeerId;
  readonly #links: PeerLinks;
  readonly #awaited: AwaitedStreams;
  readonly #clock: Clock;

  constructor(options: Readonly<{ peerId: PeerId; links: PeerLinks; awaited: AwaitedStreams; clock: Clock }>) {
    this.#peerId = options.peerId;
    this.#links = options.links;
    this.#awaited = options.awaited;
    this.#clock = options.clock;
  }

  async connect(target: Target, options: Waiting): Promise<RemoteConnection> {
    const { signal, onWaiting } = options;
    const session = await this.#links.session(this.#peerId, signal);
    const endTurn = await this.#links.turn(this.#peerId, signal);
    try {
      const stream = await this.#openTcp(session, { to: target }, signal);
      // Waiting for a person must not hold up other connections.
      const waiting = (): void => {
        endTurn();
        onWaiting?.();
      };
      const reply = await this.#answer(stream, { signal, onWaiting: waiting });
      return new LinkConnection(stream, readAddress(reply));
    } finally {
      endTurn();
    }
  }

  async listen(
    address: Readonly<{ host: string; port: number }>,
    onConnection: (connection: RemoteConnection, source: string) => void,
    options: Waiting,
  ): Promise<RemoteListener> {
    const session = await this.#links.session(this.#peerId, options.signal);
    const stream = await this.#openTcp(session, { listen: address }, options.signal);
    const listening = awaitConnections(this.#awaited, session, stream, onConnection);
    const reply = await this.#answer(stream, options);
    try {
      return listening(readPort(reply).port);
    } catch (error) {
      stream.reset(TCP_RESET_CANCELLED);
      throw error;
    }
  }

  /** Opens a stream; retries for a while if the link has no credit for streams. */
  async #openTcp(session: Session, params: unknown, signal: AbortSignal): Promise<OutgoingStream> {
    const until = this.#clock.monotonic() + OPENING_LIMITS.room;
    for (;;) {
      if (signal.aborted) throw new ForwardError('forward.cancelled', 'given up');
      try {
        const stream = session.open('tcp', params, { priority: 'normal' });
        stream.opened.catch(() => undefined);
        return stream;
      } catch (error) {
        if (errorCode(error) !== 'link.too-many-streams' || this.#clock.monotonic() >= until) throw openingError(error);
      }
      await new Promise<void>((resolve) => {
        this.#clock.setTimer(OPENING_LIMITS.again, resolve);
      });
    }
  }

  /** Waits for the peer's answer. Resets the stream on error, timeout or abort. */
  #answer(stream: OutgoingStream, { signal, onWaiting }: Waiting): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        timer.cancel();
        stream.onWaiting = undefined;
        signal.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        over();
        stream.reset(TCP_RESET_CANCELLED);
        reject(openingError(error));
      };
      const late = (): void => fail(new ForwardError('forward.timeout', 'the peer did not answer in time'));
      const abort = (): void => fail(new ForwardError('forward.cancelled', 'given up'));
      let timer = this.#clock.setTimer(OPENING_LIMITS.open, late);
      stream.onWaiting = () => {
        timer.cancel();
        timer = this.#clock.setTimer(OPENING_LIMITS.approval, late);
        onWaiting?.();
      };
      signal.addEventListener('abort', abort, { once: true });
      stream.opened.then((reply) => {
        over();
        resolve(reply);
      }, fail);
      if (signal.aborted) abort();
    });
  }
}

/** Converts the error of opening a stream into an error of a forward. Pure. */
export function openingError(error: unknown): ClawReachError {
  if (error instanceof ForwardError) return error;
  if (!(error instanceof LinkError))
    return new ForwardError('forward.failed', errorMessage(error), { cause: error, details: { reason: 'internal' } });
  if (error.code === 'link.refused') return refusal(error);
  if (error.code === 'link.too-many-streams')
    return new ForwardError('forward.too-many', 'too many streams of this link', { cause: error });
  return new ForwardError('forward.peer-away', 'the link was lost', {
    cause: error,
    details: { reason: errorCode(error) },
  });
}

function refusal(error: LinkError): ForwardError {
  const refusalCode = String(error.details['code']);
  // The text reaches terminals, also through the answer of an HTTP proxy.
  const reason = cleanDetail(String(error.details['message'] ?? ''), 256);
  const code = GATE[refusalCode] ?? (KNOWN.has(refusalCode) ? refusalCode : 'forward.failed');
  // A pause follows an answer of the person there: they declined, which a person here can be told.
  const { retryAfter } = error.details;
  const pause = code === 'forward.denied' && typeof retryAfter === 'number' && retryAfter > 0 ? { retryAfter } : {};
  return new ForwardError(code, reason, { cause: error, details: { reason, ...pause } });
}

function readAddress(reply: unknown): string | null {
  try {
    return parseConnectedReply(reply).address;
  } catch {
    // It is for display only.
    return null;
  }
}

function readPort(reply: unknown): Readonly<{ port: number }> {
  try {
    return parseListeningReply(reply);
  } catch (error) {
    throw new ForwardError('forward.failed', 'the peer did not say its port', {
      cause: error,
      details: { reason: 'no port' },
    });
  }
}
