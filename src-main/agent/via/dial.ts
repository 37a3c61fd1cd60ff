import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { frameMessage, type DialledPath } from '#node/sockets/index.ts';
import { HopError } from './errors.ts';
import { HOP_LIMITS } from './limits.ts';
import { readMessage } from './read-message.ts';
import { channelOver } from './stream-channel.ts';

export type ViaDialOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Whether a person at the middle peer may be asked; true unless it says no. */
  ask?: boolean | undefined;
  /** A person at the middle peer is asked; the word they are asked with. */
  onWaiting?: ((message: string) => void) | undefined;
}>;

/** Words of a middle peer that say why; everything else it says is its refusal. */
const REASONS: ReadonlySet<string> = new Set(['via.params', 'via.self', 'via.busy', 'via.unreachable']);

/**
 * Asks the middle peer for a way to another one and sends message 1 along. What comes back proves nothing before the handshake has looked
 * at it: the middle peer is nobody to be trusted.
 * @throws {HopError} @throws {LinkError} `link.closed`, `link.too-many-streams` of the session with the middle peer
 */
export async function dialThroughHop(
  middle: Pick<Session, 'open'>,
  to: PeerId,
  message1: Uint8Array,
  options: ViaDialOptions,
): Promise<DialledPath> {
  const { clock, signal, ask = true } = options;
  if (signal.aborted) throw new HopError('via.aborted', 'given up');
  const stream = middle.open('relay', ask ? { to } : { to, ask }, { priority: 'normal' });
  let timer: Timer | undefined;
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const wait = (timeout: number): void => {
      timer?.cancel();
      timer = clock.setTimer(timeout, () => reject(new HopError('via.no-answer', 'nothing came back in time')));
    };
    wait(HOP_LIMITS.dial);
    stream.onWaiting = (message) => {
      // Whoever says so although nobody is to be asked gets no more time for it.
      if (!ask) return;
      wait(HOP_LIMITS.dialWhileAsked);
      options.onWaiting?.(message);
    };
    onAbort = () => reject(new HopError('via.aborted', 'given up'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([exchange(stream, message1, clock), givenUp]);
  } catch (error) {
    stream.reset(0);
    throw error;
  } finally {
    timer?.cancel();
    stream.onWaiting = undefined;
    signal.removeEventListener('abort', onAbort);
  }
}

async function exchange(stream: OutgoingStream, message1: Uint8Array, clock: Clock): Promise<DialledPath> {
  // Within the credit a stream has before its answer, so that no round trip is lost; whether it arrives, the answer tells.
  stream.write(frameMessage(message1)).catch(() => undefined);
  try {
    await stream.opened;
    const answer = await readMessage(stream);
    if (answer !== undefined) return { message2: answer.message, channel: channelOver(stream, clock, answer.rest) };
  } catch (error) {
    throw refusal(error);
  }
  throw new HopError('via.no-answer', 'the stream brought no answer');
}

function refusal(error: unknown): HopError {
  if (!(error instanceof LinkError) || error.code !== 'link.refused')
    return new HopError('via.no-answer', `the stream broke: ${errorMessage(error)}`, { cause: error });
  const { code, message } = error.details;
  const known = typeof code === 'string' && REASONS.has(code);
  return new HopError(known ? code : 'via.refused', typeof message === 'string' ? message : error.message, {
    cause: error,
    details: { refusal: typeof code === 'string' ? code : 'none' },
  });
}
