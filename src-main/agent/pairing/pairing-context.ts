import { ClawReachError } from '#shared/errors.ts';
import type { PairingContext } from '#shared/pairing/index.ts';
import type { PairingServiceOptions } from './pairing-service.ts';

type Parts = Pick<PairingServiceOptions, 'crypto' | 'identity' | 'clock' | 'deviceName' | 'browser' | 'admit'>;

/** Returns the options of a run of the pairing protocol that describe this device, with those of the run. */
export function pairingContext(
  { crypto, identity, clock, deviceName, browser, admit }: Parts,
  run: Pick<PairingContext, 'relayKey' | 'mailbox' | 'signal' | 'onProgress'>,
): PairingContext {
  return { crypto, identity, clock, name: deviceName(), ...run, browser: browser?.(), ...(admit && { admit }) };
}

/**
 * Returns the cause of a `pairing.failed` error if it lies in this device, such as a file that can't be written, since a person here can solve it;
 * otherwise the error itself.
 */
export function ownCause(error: unknown): unknown {
  return error instanceof ClawReachError && error.code === 'pairing.failed' && error.cause instanceof ClawReachError
    ? error.cause
    : error;
}
