import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Established } from '#shared/handshake/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { ByteChannel, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { HopError } from './hop-stream.ts';
import { HopSession } from './hop-session.ts';
import { LINK_LIMITS } from '../limits.ts';
import type { HopCandidate } from './hops.ts';
import type { HandshakeReply, Hop, HopPort } from '../types.ts';

/** Dependencies of `dialHopChain`. */
export type ChainOptions = Readonly<{
  ownId: PeerId;
  clock: Clock;
  logger: Logger;
  transport: HopPort;
  nameOf?: ((peerId: PeerId) => string) | undefined;
  /** Returns a session with the first hop. Dials the hop if there is none. */
  firstHop(peerId: PeerId): Promise<HopCandidate>;
  /** Performs the initiator's half of a handshake with the next hop or with the destination. */
  handshake(
    peerId: PeerId,
    isDestination: boolean,
    send: (message1: Uint8Array) => Promise<HandshakeReply>,
  ): Promise<Readonly<{ established: Established; channel: ByteChannel }>>;
  /** Reports whether this device may ask the hop's user for pass-through. */
  mayAsk(peerId: PeerId): boolean;
  /** Called when that hop starts to wait for its user's decision. */
  onAsking(peerId: PeerId): void;
  /** Called when that hop has refused pass-through. */
  onRefused(peerId: PeerId): void;
  signal: AbortSignal;
}>;

/** Path through a chain of hops. `address` is the one of the first hop; `hops` are in order from this device. */
export type HopChainPath = Readonly<{
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

type Carrier = Readonly<{ peerId: PeerId; session: Pick<Session, 'open' | 'ping' | 'statistics'> }>;

/** Codes of errors by which a hop refuses to pass on. They prove that the hop itself is reachable. */
const REFUSALS: ReadonlySet<string> = new Set(['via.refused', 'via.busy', 'via.params', 'via.self']);

/**
 * Dials a peer, the destination, through a chain of hops. Each hop is reached inside a session with the hop before (PROTOCOL section 8.3), so a hop
 * can't read what it passes on. Called by `HopDialer` when the user has named the hops. Closes its hop sessions again if it fails.
 * @param hops at least one
 * @throws {HopError} `via.hop-lost` or a hop's refusal, such as `via.refused`; the details contain the name of the hop that failed (`hop`) and, for
 * `via.hop-lost`, of the one before it (`before`)
 * @throws {ClawReachError} `via.chain`, and other errors of `HopTransport.dial` and the handshake, without these details
 */
export async function dialHopChain(
  [first, ...others]: readonly [PeerId, ...PeerId[]],
  destination: PeerId,
  options: ChainOptions,
): Promise<HopChainPath> {
  const { clock, logger, signal } = options;
  const firstCandidate = await dialFirst(first, options);
  const carriers: Carrier[] = [{ peerId: first, session: firstCandidate.session }];
  const made: HopSession[] = [];
  try {
    for (const peerId of others) {
      const { established, channel } = await dialNext(carriers, peerId, false, options);
      const hop = new HopSession({ peerId, established, channel, clock, logger });
      made.push(hop);
      signal.throwIfAborted();
      carriers.push({ peerId, session: hop });
    }
    const done = await dialNext(carriers, destination, true, options);
    return { ...done, address: firstCandidate.address, hops: carriers };
  } catch (error) {
    for (const hop of made.toReversed()) hop.close();
    throw error;
  }
}

async function dialFirst(peerId: PeerId, options: ChainOptions): Promise<HopCandidate> {
  try {
    return await options.firstHop(peerId);
  } catch (error) {
    if (options.signal.aborted || errorCode(error) === 'via.chain' || errorCode(error) === 'link.key-changed')
      throw error;
    throw hopLost(options, peerId, options.ownId, error);
  }
}

/** Performs the handshake with the next hop or the destination, through all hops reached so far. */
async function dialNext(
  carriers: readonly Carrier[],
  next: PeerId,
  isDestination: boolean,
  options: ChainOptions,
): ReturnType<ChainOptions['handshake']> {
  const last = carriers.at(-1);
  if (last === undefined) throw new RangeError('a hop chain has at least one hop');
  const ask = options.mayAsk(last.peerId);
  try {
    return await options.handshake(next, isDestination, (message1) =>
      options.transport.dial(last.session, next, message1, options.signal, {
        ask,
        onWaiting: () => options.onAsking(last.peerId),
      }),
    );
  } catch (error) {
    const code = errorCode(error);
    if (code === 'via.refused') options.onRefused(last.peerId);
    if (options.signal.aborted) throw error;
    if (error instanceof ClawReachError && REFUSALS.has(code)) throw refusal(options, last.peerId, error);
    if (code === 'via.unreachable') throw hopLost(options, next, last.peerId, error);
    if (code !== 'via.no-answer' && code !== 'link.closed' && code !== 'link.path-lost') throw error;
    const lost = await firstSilent(carriers);
    if (lost !== undefined) throw hopLost(options, lost.peerId, lost.before ?? options.ownId, error);
    if (!isDestination) throw hopLost(options, next, last.peerId, error);
    throw error;
  }
}

/** Returns the first hop that doesn't answer a ping; undefined if all answer. Hops behind the first silent one may be alive. */
async function firstSilent(
  carriers: readonly Carrier[],
): Promise<Readonly<{ peerId: PeerId; before: PeerId | undefined }> | undefined> {
  const answers = await Promise.all(
    carriers.map(({ session }) =>
      session.ping(LINK_LIMITS.hopAnswer).then(
        () => true,
        () => false,
      ),
    ),
  );
  const index = answers.indexOf(false);
  const carrier = carriers[index];
  return carrier === undefined ? undefined : { peerId: carrier.peerId, before: carriers[index - 1]?.peerId };
}

function hopLost(options: ChainOptions, hop: PeerId, before: PeerId, cause: unknown): HopLostError {
  return new HopLostError(hop, nameOf(options, hop), nameOf(options, before), cause);
}

function refusal(options: ChainOptions, hop: PeerId, error: ClawReachError): HopError {
  return new HopError(error.code, `${nameOf(options, hop)}: ${error.message}`, {
    cause: error,
    details: { ...error.details, hop: nameOf(options, hop) },
  });
}

function nameOf({ nameOf: name = shortPeerId }: ChainOptions, peerId: PeerId): string {
  return name(peerId);
}

/** Error `via.hop-lost`: a hop can't be reached from the hop before it. `peerId` is the hop that can't be reached. */
export class HopLostError extends HopError {
  readonly peerId: PeerId;

  constructor(peerId: PeerId, hop: string, before: string, cause: unknown) {
    super('via.hop-lost', `${hop} is not reached from ${before}`, {
      cause,
      details: { hop, before, code: errorCode(cause) },
    });
    this.peerId = peerId;
  }
}
