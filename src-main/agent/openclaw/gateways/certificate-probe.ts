import type { GatewayEndpoint, GatewayProbe } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import {
  checkEndpoint,
  connectProblem,
  gatewayError,
  parseGatewayHost,
  type GatewayMachine,
} from '#shared/openclaw/gateway/index.ts';

/** Time limit of one probe, ms. */
const LIMIT = 15_000;
const NO_CERTIFICATE = { fingerprint: null, trusted: false, subject: null, validUntil: null };

/**
 * Fetches the certificate of an address that a person has typed, for `GatewayManager`: opens one connection, for at most 15 s. Failures are part
 * of the result.
 * @throws {DOMException} AbortError
 */
export async function probeEndpoint(
  endpoint: GatewayEndpoint,
  { machine, clock, signal }: Readonly<{ machine: Pick<GatewayMachine, 'probe'>; clock: Clock; signal: AbortSignal }>,
): Promise<GatewayProbe> {
  try {
    const checked = { ...endpoint, host: parseGatewayHost(endpoint.host) };
    checkEndpoint(checked, null);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]);
    const seen = await machine.probe(checked, { signal: limit });
    if (seen === undefined) return { ...NO_CERTIFICATE, reachable: true, problem: null };
    return { ...seen, subject: seen.subject?.slice(0, 4096) ?? null, reachable: true, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const failure = error instanceof ClawReachError ? error : gatewayError('gateway.timeout', errorMessage(error));
    const { code, details } = connectProblem(failure, 1006);
    const at = Math.floor(clock.now());
    return { ...NO_CERTIFICATE, reachable: false, problem: { code, details: { ...details }, at } };
  }
}
