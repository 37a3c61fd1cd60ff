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
  /** Returns a session with the first hop, and dials one if needed. */
  first(peerId: PeerId): Promise<HopCandidate>;
  /** Performs the initiator's half of a handshake with the next hop or with the target. */
  handshake(
    peerId: PeerId,
    isTarget: boolean,
    send: (message1: Uint8Array) => Promise<HandshakeReply>,
  ): Promise<Readonly<{ established: Established; channel: ByteChannel }>>;
  /** Reports whether this device may ask the hop's user for pass-through. */
  mayAsk(peerId: PeerId): boolean;
  /** Called while the user of that hop decides. */
  asking(peerId: PeerId): void;
  /** Called when that hop has refused pass-through. */
  refused(peerId: PeerId): void;
  signal: AbortSignal;
}>;

/** Path through a chain of hops. `address`: of the first hop. `hops`: in order from this device. */
export type HopChainPath = Readonly<{
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

type Carrier = Readonly<{ peerId: PeerId; session: Pick<Session, 'open' | 'ping' | 'statistics'> }>;

/** Codes with which a hop itself refuses. The hop is reachable. */
const REFUSALS: ReadonlySet<string> = new Set(['via.refused', 'via.busy', 'via.params', 'via.self']);

/**
 * Dials a peer through a chain of hops. Each hop is reached inside a session with the hop before (PROTOCOL section 8.3), so a hop sees only
 * ciphertext of the next one. Called by `HopDialer` when the user has named the hops.
 * @param hops at least one
 * @throws {HopError} `via.hop-lost`, `via.refused` and other errors of `HopTransport.dial`; the details contain the hops' names as `hop` and `before`
 */
export async function dialHopChain(
  [first, ...others]: readonly [PeerId, ...PeerId[]],
  target: PeerId,
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
    const done = await dialNext(carriers, target, true, options);
    return { ...done, address: firstCandidate.address, hops: carriers };
  } catch (error) {
    for (const hop of made.toReversed()) hop.close();
    throw error;
  }
}

async function dialFirst(peerId: PeerId, options: ChainOptions): Promise<HopCandidate> {
  try {
    return await options.first(peerId);
  } catch (error) {
    if (options.signal.aborted || errorCode(error) === 'via.chain' || errorCode(error) === 'link.key-changed')
      throw error;
    throw hopLost(options, peerId, options.ownId, error);
  }
}

/** Performs the handshake with the next peer through all hops reached so far. */
async function dialNext(
  carriers: readonly Carrier[],
  next: PeerId,
  isTarget: boolean,
  options: ChainOptions,
): ReturnType<ChainOptions['handshake']> {
  const last = carriers.at(-1);
  if (last === undefined) throw new RangeError('a hop chain has at least one hop');
  const ask = options.mayAsk(last.peerId);
  try {
    return await options.handshake(next, isTarget, (message1) =>
      options.transport.dial(last.session, next, message1, options.signal, {
        ask,
        onWaiting: () => options.asking(last.peerId),
      }),
    );
  } catch (error) {
    const code = errorCode(error);
    if (code === 'via.refused') options.refused(last.peerId);
    if (options.signal.aborted) throw error;
    if (error instanceof ClawReachError && REFUSALS.has(code)) throw refusal(options, last.peerId, error);
    if (code === 'via.unreachable') throw hopLost(options, next, last.peerId, error);
    if (code !== 'via.no-answer' && code !== 'link.closed' && code !== 'link.path-lost') throw error;
    const lost = await firstSilent(carriers);
    if (lost !== undefined) throw hopLost(options, lost.peerId, lost.before ?? options.ownId, error);
    if (!isTarget) throw hopLost(options, next, last.peerId, error);
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
