import * as z from 'zod';
import { toUtf8, toBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream, Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that asks whether both devices use the same relay. */
const SERVICE = 'common-relay';
/** Time that a peer has to answer, ms. */
const PATIENCE = 10_000;
/** Reset code for a peer that sends more than its answer. */
const RESET_MORE = 0;

/** Proof of the sender's relay, in the parameters of the stream. Unknown fields are ignored. */
export const commonRelayParams = z.object({ relay: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const commonRelayAnswer = z.object({ relay: commonRelayParams.shape.relay.optional().catch(undefined) });

/** Reports whether the parameters of an `rpc` stream ask for a common relay. Other fields may still be invalid. */
export function isCommonRelayRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'service' in value && value.service === SERVICE;
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
 * @returns the peer's own proof; undefined if it uses another relay, none, or isn't connected to it, refuses, or runs an older version
 */
export async function requestCommonRelay(session: Pick<Session, 'open'>, proof: string): Promise<string | undefined> {
  const stream = session.open(
    'rpc',
    { service: SERVICE, relay: proof },
    { priority: 'normal', signal: AbortSignal.timeout(PATIENCE) },
  );
  const answer = await stream.opened.catch(() => undefined);
  void finish(stream);
  const parsed = safeParse(commonRelayAnswer, answer);
  return parsed.success ? parsed.data.relay : undefined;
}

/** Closes the stream: the parameters and the answer carry everything. Never rejects. */
export async function finish(stream: LinkStream): Promise<void> {
  try {
    await stream.end();
    if ((await stream.read()) !== null) stream.reset(RESET_MORE);
  } catch {
    // The peer has closed the stream.
  }
}
