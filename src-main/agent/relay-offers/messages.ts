import * as z from 'zod';
import type { RelayStatus } from '#shared/app-api/index.ts';
import { isLoopbackHost } from '#shared/forward/index.ts';
import type { Session } from '#shared/link/index.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { isQuestionTo, refusalOf, requestOfPeer } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that offers a relay. */
const SERVICE = 'relay-offer';

/** Relay that a device offers to a peer, in the parameters of the stream. Unknown fields are ignored. */
export const relayOffer = z.object({
  /** URL with `wss:`, of another machine than the peer's own loopback. */
  url: z.string().max(300).transform(otherMachinesUrl),
  /** SHA-256 of the relay's TLS key; undefined if an authority has signed its certificate. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type RelayOffer = z.infer<typeof relayOffer>;

const relayOfferAnswer = z.object({ online: z.boolean().catch(false) });

/** Reports whether the parameters of an `rpc` stream offer a relay. Other fields may still be invalid. */
export function isRelayOffer(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/** Returns what this device would offer of its relay; undefined if it has none, or one that other machines can't reach or only without TLS. Pure. */
export function offerOf({ url, advertised, pin }: RelayStatus): RelayOffer | undefined {
  const offer = safeParse(relayOffer, { url: advertised ?? url, pin });
  return offer.success ? offer.data : undefined;
}

/**
 * Offers a relay to a peer and waits for the person there.
 * @param options.onWaiting called when the person is asked
 * @returns true if the peer is connected to the relay; false if it uses the relay and isn't connected yet
 * @throws {ClawReachError} `relay-offer.declined`, `rights.denied`, `rights.unanswered`, `rights.withdrawn`; `relay-offer.changed` if the peer uses another relay than its
 * person saw in the question, `relay-offer.failed` if it can't connect to the relay, `relay-offer.unknown` if it runs an older version
 */
export async function sendRelayOffer(
  session: Pick<Session, 'open'>,
  offer: RelayOffer,
  { signal, onWaiting }: Readonly<{ signal: AbortSignal; onWaiting(): void }>,
): Promise<boolean> {
  try {
    const answer = safeParse(relayOfferAnswer, await requestOfPeer(session, SERVICE, offer, { signal, onWaiting }));
    return answer.success && answer.data.online;
  } catch (error) {
    throw refusalOf(error, REFUSALS, 'relay-offer.unknown');
  }
}

/** Codes with which a peer refuses an offer. Any other one could pass for an error of this device. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'rights.denied',
  'rights.unanswered',
  'rights.withdrawn',
  'relay-offer.changed',
  'relay-offer.declined',
  'relay-offer.failed',
]);

function otherMachinesUrl(text: string, context: z.RefinementCtx): string {
  try {
    const { url, host } = parseRelayUrl(text, { insecure: false });
    if (!isLoopbackHost(host) && url.startsWith('wss:')) return url;
  } catch {
    // The issue below says so.
  }
  context.addIssue({ code: 'custom', message: 'no address of a relay at another machine' });
  return z.NEVER;
}
