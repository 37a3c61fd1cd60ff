import { homedir } from 'node:os';
import type { GatewayEndpoint } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import {
  checkEndpoint,
  gatewayError,
  type GatewayMachine,
  type SeenCertificate,
} from '#shared/openclaw/gateway/index.ts';
import { dial, type Authorities } from './dial.ts';
import { discover } from './discover.ts';
import { FrameShare } from './frame-share.ts';
import { fetchSetup } from './fetch-setup.ts';
import { findOtherNode } from './find-other-node.ts';
import { GATEWAY_SOCKET_LIMITS, openPinnedSocket } from './pinned-socket.ts';
import { listRunningPrograms } from './running-nodes.ts';

/** Clock, certificate authorities and time limit of connections to gateways. */
export type GatewayMachineOptions = Authorities &
  Readonly<{
    clock: Clock;
    /** Time limit of TCP, TLS and the upgrade, and of fetching a setup code, ms; default 15 000. */
    connectTimeout?: number | undefined;
  }>;

/**
 * Creates the functions by which the agent's OpenClaw module touches this machine: opens sockets to gateways, looks at certificates, fetches setup
 * codes, searches the LAN, and looks for an OpenClaw node that is already installed or running.
 */
export function createGatewayMachine(options: GatewayMachineOptions): GatewayMachine {
  const { clock, ca, connectTimeout } = options;
  const share = new FrameShare(clock);
  return {
    open: (endpoint, trust, handlers, { signal }) =>
      openPinnedSocket(endpoint, trust, handlers, { clock, share, ca, connectTimeout, signal }),
    probe: (endpoint, { signal }) => probeGateway(endpoint, { ...options, signal }),
    fetchSetup: (joinUrl, { signal }) => fetchSetup(joinUrl, { clock, ca, timeout: connectTimeout, signal }),
    discover: ({ signal, duration }) => discover({ clock, signal, duration }),
    otherNode: ({ signal }) =>
      findOtherNode({
        platform: process.platform,
        home: homedir(),
        environment: process.env,
        programs: () => listRunningPrograms(process.platform, signal),
      }),
  };
}

/**
 * Connects to a gateway, reads its certificate and closes the connection without sending any application data. If the signal aborts, rejects with its
 * reason.
 * @returns undefined for a reachable endpoint without TLS
 * @throws {GatewayError}
 */
export async function probeGateway(
  endpoint: GatewayEndpoint,
  options: GatewayMachineOptions & Readonly<{ signal: AbortSignal }>,
): Promise<SeenCertificate | undefined> {
  const { clock, ca, signal, connectTimeout = GATEWAY_SOCKET_LIMITS.connect } = options;
  checkEndpoint(endpoint, null);
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(signal.reason);
  const timer = clock.setTimer(connectTimeout, () => {
    ending.abort(gatewayError('gateway.timeout', 'no connection in time'));
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { socket, certificate } = await dial(endpoint, { ca, signal: ending.signal });
    socket.destroy();
    if (certificate === undefined) return undefined;
    const { fingerprint, trusted, subject, validUntil } = certificate;
    return { fingerprint, trusted, subject, validUntil };
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
