import { canJoinUnadmitted } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { pinDigits } from '#shared/relay-dialer/index.ts';
import type { PairingApi } from '../pairing-flow.ts';
import { readRelayUrl } from './relay-url.ts';

/** Longest wait for the relay's answer, ms; enough for dialing, TLS and the greeting over a slow network. */
const READY_TIMEOUT = 10_000;

/** Texts of the relay form. */
export type RelayFields = Readonly<{
  url: string;
  admission: string;
  pin: string;
  /** True if the person has chosen to connect without encryption. */
  insecure: boolean;
}>;

/** Reason why a field of the relay form can't be used. */
export type RelayFieldProblem = Readonly<{
  field: 'url' | 'pin' | 'insecure';
  problem: 'empty' | 'form' | 'host' | 'port' | 'pin' | 'insecure';
}>;

/** Fields of an empty form. */
export const EMPTY_RELAY_FIELDS: RelayFields = { url: '', admission: '', pin: '', insecure: false };

/** Checks the fields without contacting the relay; empty when they may be valid. Pure. */
export function relayFieldProblems({ url, pin, insecure }: RelayFields): readonly RelayFieldProblem[] {
  const problems: RelayFieldProblem[] = [];
  const typed = readRelayUrl(url);
  if (typed.kind === 'empty') problems.push({ field: 'url', problem: 'empty' });
  if (typed.kind === 'invalid') problems.push({ field: 'url', problem: typed.reason });
  if (typed.kind === 'relay' && typed.insecure && !insecure) problems.push({ field: 'insecure', problem: 'insecure' });
  if (pin.trim() !== '' && pinDigits(pin) === undefined) problems.push({ field: 'pin', problem: 'pin' });
  return problems;
}

/**
 * Configures the relay of this device for `RelayForm`: the agent saves the settings (`relay.configure`), then the function waits up to 10 s until the
 * relay answers (`relay.ready`).
 * A relay that works stays in use if the new one refuses this device.
 * @param isJoining accepts a relay that doesn't know this device yet, because the inviter admits it during the pairing; it then replaces any other
 * @throws {ClawReachError} `relay.*`; details of `relay.untrusted` and `relay.pin-mismatch` carry the pin that the relay has
 */
export async function setUpRelay(
  api: PairingApi,
  fields: RelayFields,
  isJoining: boolean,
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
      ...(isJoining ? {} : { onlyIfAdmitted: true }),
    },
    { signal },
  );
  try {
    await api.call('relay.ready', { timeout: READY_TIMEOUT }, { signal });
  } catch (error) {
    if (!isJoining || !canJoinUnadmitted(errorCode(error))) throw error;
  }
}
