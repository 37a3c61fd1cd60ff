import { canJoinAsGuest } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PairingApi } from '../pairing-flow.ts';
import { isPin, readRelayUrl } from './relay-url.ts';

/** Time for dialing, TLS and the first hello over a slow network, ms. */
const READY_TIMEOUT = 10_000;

export type RelayFields = Readonly<{
  url: string;
  admission: string;
  pin: string;
  /** The person has chosen to connect without encryption. */
  insecure: boolean;
}>;

export type RelayFieldProblem = Readonly<{
  field: 'url' | 'pin' | 'insecure';
  problem: 'empty' | 'form' | 'host' | 'port' | 'pin' | 'insecure';
}>;

export const EMPTY_RELAY_FIELDS: RelayFields = { url: '', admission: '', pin: '', insecure: false };

/** Checks the fields as far as possible without the relay. */
export function relayFieldProblems({ url, pin, insecure }: RelayFields): readonly RelayFieldProblem[] {
  const problems: RelayFieldProblem[] = [];
  const typed = readRelayUrl(url);
  if (typed.kind === 'empty') problems.push({ field: 'url', problem: 'empty' });
  if (typed.kind === 'invalid') problems.push({ field: 'url', problem: typed.reason });
  if (typed.kind === 'relay' && typed.insecure && !insecure) problems.push({ field: 'insecure', problem: 'insecure' });
  if (pin.trim() !== '' && !isPin(pin)) problems.push({ field: 'pin', problem: 'pin' });
  return problems;
}

/**
 * Points this device to the relay and waits until it answers.
 * @param asGuest accepts a relay that doesn't know this device yet, because the inviter admits it
 * @throws {ClawReachError} `relay.*`; details of `relay.untrusted` and `relay.pin-mismatch` carry the pin that was seen
 */
export async function setUpRelay(
  api: PairingApi,
  fields: RelayFields,
  asGuest: boolean,
  signal: AbortSignal,
): Promise<void> {
  const typed = readRelayUrl(fields.url);
  if (typed.kind !== 'relay') return;
  const admission = fields.admission.trim();
  const pin = fields.pin.trim();
  await api.call(
    'relay.configure',
    {
      url: typed.url,
      ...(admission === '' ? {} : { admission }),
      ...(pin === '' ? {} : { pin }),
      ...(typed.insecure ? { insecure: true } : {}),
    },
    { signal },
  );
  try {
    await api.call('relay.ready', { timeout: READY_TIMEOUT }, { signal });
  } catch (error) {
    if (!asGuest || !canJoinAsGuest(errorCode(error))) throw error;
  }
}
