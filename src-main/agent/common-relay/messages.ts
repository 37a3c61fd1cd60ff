import * as z from 'zod';
import { toUtf8, toBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { askPeer, isQuestionTo } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks whether both devices use the same relay. */
const SERVICE = 'common-relay';

/** Proof of the sender's relay, in the parameters of the stream. Unknown fields are ignored. */
export const commonRelayParams = z.object({
  relay: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Set by a device that the relay doesn't admit: the peer enrols it before it answers. */
  admit: z.literal(true).optional().catch(undefined),
});
const commonRelayAnswer = z.object({ relay: commonRelayParams.shape.relay.optional().catch(undefined) });

/** Reports whether the parameters of an `rpc` stream ask for a common relay. Other fields may still be invalid. */
export function isCommonRelayRequest(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/**
 * Returns what one device shows another of its relay: it tells nothing to a device that doesn't know the relay's key, and a device can't show it as its
 * own. Pure.
 */
export function relayProof(crypto: CryptoBackend, relayKey: Uint8Array, from: PeerId, to: PeerId): string {
  return toBase64Url(crypto.sha256(toUtf8(`clawreach common relay 1 ${from} ${to} `), relayKey));
}

/**
 * Asks a peer whether it uses the relay that the proof shows.
 * @param admit true if the relay doesn't admit this device, so that the peer enrols it first
 * @returns the peer's own proof; undefined if it uses another relay, none, or isn't connected to it, refuses, or runs an older version
 */
export async function requestCommonRelay(
  session: Pick<Session, 'open'>,
  proof: string,
  admit = false,
): Promise<string | undefined> {
  const answer = await askPeer(session, SERVICE, { relay: proof, ...(admit ? { admit } : {}) }).catch(() => undefined);
  const parsed = safeParse(commonRelayAnswer, answer);
  return parsed.success ? parsed.data.relay : undefined;
}
