import type { GatewayProtocolSocket, GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

import type { FoundGateway, GatewayEndpoint } from '../../app-api/index.ts';
import type { SetupCode } from './setup-code.ts';

export type { GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

/** WebSocket connection to a gateway. */
export interface GatewaySocket extends GatewayProtocolSocket {
  /**
   * Raises the size limit for received frames to `maxPayload` bytes, at most 25 MiB. Call it after the gateway's `hello-ok`; before that, the gateway
   * may send only very little (docs/LIMITS.md).
   */
  welcome(maxPayload: number): void;
}

/** Certificate of a server, read without sending anything else. */
export type SeenCertificate = Readonly<{
  fingerprint: string;
  /** The system trusts the certificate for this host name. */
  trusted: boolean;
  subject: string | null;
  /** End of validity, ms since 1970. */
  validUntil: number | null;
}>;

/** Network and system access that the agent needs for gateways. Implemented in `src-node/openclaw`; tests use a double. */
export interface GatewayMachine {
  /**
   * Makes one attempt to connect. If `trust.fingerprint` is null, the system must trust the certificate. Never throws: a failure before `open` calls
   * `handlers.error` with a GatewayError, then `handlers.close(1006, '')`, each once and only after this call has returned. Aborting `signal` closes
   * the connection at once.
   */
  open(
    endpoint: GatewayEndpoint,
    trust: Readonly<{ fingerprint: string | null }>,
    handlers: GatewayProtocolSocketHandlers,
    options: Readonly<{ signal: AbortSignal }>,
  ): GatewaySocket;
  /**
   * Reads the certificate of an endpoint without sending anything else.
   * @returns undefined if the endpoint answers without TLS
   * @throws {GatewayError}
   */
  probe(endpoint: GatewayEndpoint, options: Readonly<{ signal: AbortSignal }>): Promise<SeenCertificate | undefined>;
  /** Fetches a setup code from a join link, once, and only from a server whose certificate the system trusts. @throws {GatewayError} */
  fetchSetup(joinUrl: string, options: Readonly<{ signal: AbortSignal }>): Promise<SetupCode>;
  /**
   * Searches the local network for gateways that announce themselves.
   * @param options.duration ms; 2000 if undefined
   * @throws {GatewayError}
   */
  discover(options: Readonly<{ signal: AbortSignal; duration?: number }>): Promise<readonly FoundGateway[]>;
  /**
   * Looks for OpenClaw's own node, running or installed on this machine. Never throws.
   * @returns the running program or the installed file, as text for people; null if there is none
   */
  otherNode(options: Readonly<{ signal: AbortSignal }>): Promise<string | null>;
}
