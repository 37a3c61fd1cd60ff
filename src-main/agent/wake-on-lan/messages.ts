import * as z from 'zod';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { cardAddress, MOST_CARDS } from '#shared/wake-on-lan/index.ts';
import { isQuestionTo, refusalOf, requestOfPeer } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks a device to wake a machine in its network. */
const SERVICE = 'wake';

/** Request in the parameters of the stream. Unknown fields are ignored. */
export const wakeRequest = z.object({
  /** Machine to wake. */
  machine: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/),
  /** MAC addresses of its network cards. */
  cards: z.array(cardAddress).min(1).max(MOST_CARDS),
  /** False if no person has named this device, so that the person here isn't asked. */
  ask: z.boolean().optional(),
});
export type WakeRequest = z.infer<typeof wakeRequest>;

const wakeAnswer = z.object({ networks: z.number().int().min(1) });

/** Reports whether the parameters of an `rpc` stream ask to wake a machine. Other fields may still be invalid. */
export function isWakeRequest(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/**
 * Asks a peer to wake a machine in its network.
 * @param options.onWaiting called when the person there is asked
 * @returns number of networks into which the peer has sent the packets
 * @throws {ClawReachError} `rights.denied`, `rights.unanswered`, `rights.unasked`, `rights.withdrawn`; `wake.no-network` if the peer is in no local
 * network, `wake.busy` if it was asked too often, `wake.older` if it runs an older version
 */
export async function askToWake(
  session: Pick<Session, 'open'>,
  { machine, cards, ask }: Readonly<{ machine: PeerId; cards: readonly string[]; ask: boolean }>,
  { signal, onWaiting }: Readonly<{ signal: AbortSignal; onWaiting(): void }>,
): Promise<number> {
  const request = { machine, cards: [...cards], ...(ask ? {} : { ask }) };
  try {
    const answer = safeParse(wakeAnswer, await requestOfPeer(session, SERVICE, request, { signal, onWaiting }));
    if (answer.success) return answer.data.networks;
  } catch (error) {
    throw refusalOf(error, REFUSALS, 'wake.older');
  }
  throw new ClawReachError('wake.older', 'the peer gives no valid answer');
}

/** Codes with which a peer refuses. Any other one could pass for an error of this device. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'rights.denied',
  'rights.unanswered',
  'rights.unasked',
  'rights.withdrawn',
  'wake.no-network',
  'wake.busy',
]);
