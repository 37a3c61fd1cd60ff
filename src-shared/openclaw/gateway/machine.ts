import type { GatewayProtocolSocket, GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

import type { FoundGateway, GatewayEndpoint } from '../../app-api/index.ts';
import type { SetupCode } from './setup-code.ts';

export type { GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

/** One connection to a gateway. */
export interface GatewaySocket extends GatewayProtocolSocket {
  /**
   * Raises the limit for received frames; call it on `hello-ok`. Before, the other side may send very little
   * (docs/LIMITS.md); afterwards frames of `maxPayload` bytes, but never more than 25 MiB.
   */
  welcome(maxPayload: number): void;
}

/** Certificate of a server, fetched without sending anything. */
export type SeenCertificate = Readonly<{
  fingerprint: string;
  /** The system trusts the certificate for this name. */
  trusted: boolean;
  subject: string | null;
  /** Milliseconds since 1970. */
  validUntil: number | null;
}>;

/** Network and system access that the agent needs for gateways; implemented in `src-node/openclaw`. */
export interface GatewayMachine {
  /**
   * One attempt. `trust.fingerprint` null: the certificate has to be one that the system trusts. Failures before
   * `open` end in `handlers.error(GatewayError)` and then `handlers.close(1006, '')`, never in a throw; each handler
   * of an end is called once, and never before `open` has returned. `signal` aborted: closes at once.
   */
  open(
    endpoint: GatewayEndpoint,
    trust: Readonly<{ fingerprint: string | null }>,
    handlers: GatewayProtocolSocketHandlers,
    options: Readonly<{ signal: AbortSignal }>,
  ): GatewaySocket;
  /** Fetches the certificate without sending anything. @returns undefined if the endpoint answers without TLS @throws {GatewayError} */
  probe(endpoint: GatewayEndpoint, options: Readonly<{ signal: AbortSignal }>): Promise<SeenCertificate | undefined>;
  /** Fetches a join link once, only from a server that the system trusts. @throws {GatewayError} */
  fetchSetup(joinUrl: string, options: Readonly<{ signal: AbortSignal }>): Promise<SetupCode>;
  /**
   * Searches for gateways that announce themselves in the local network.
   * @param options.duration ms; 2000 unless given
   * @throws {GatewayError}
   */
  discover(options: Readonly<{ signal: AbortSignal; duration?: number }>): Promise<readonly FoundGateway[]>;
  /**
   * Finds OpenClaw's own node, running or installed on this machine. Never throws.
   * @returns the program or file that shows it; null if none was found
   */
  otherNode(options: Readonly<{ signal: AbortSignal }>): Promise<string | null>;
}
