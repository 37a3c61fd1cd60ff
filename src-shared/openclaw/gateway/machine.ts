import type { GatewayProtocolSocket, GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

import type { FoundGateway, GatewayEndpoint } from '../../app-api/index.ts';
import type { SetupCode } from './setup-code.ts';

export type { GatewayProtocolSocketHandlers } from '@openclaw/gateway-client/browser';

/** One connection to a gateway. */
export interface GatewaySocket extends GatewayProtocolSocket {
  /**
   * To be called on `hello-ok`: until then whoever answers may send very little (docs/LIMITS.md), afterwards frames of `maxPayload` bytes, but
   * never more than 25 MiB.
   */
  welcome(maxPayload: number): void;
}

/** The certificate that was seen; nothing was sent. */
export type SeenCertificate = Readonly<{
  fingerprint: string;
  /** The system trusts it for this name. */
  trusted: boolean;
  subject: string | null;
  /** Milliseconds since 1970. */
  validUntil: number | null;
}>;

/** What the agent needs of the machine it runs on for gateways; `src-node/gateways` has the real one. */
export interface GatewayMachine {
  /**
   * One attempt. `trust.fingerprint` null: the certificate has to be one that the system trusts. Failures before `open` end in
   * `handlers.error(GatewayError)` and then `handlers.close(1006, '')`, never in a throw; each handler of an end is called once, and never
   * before `open` has returned. `signal` aborted: closes at once.
   */
  open(
    endpoint: GatewayEndpoint,
    trust: Readonly<{ fingerprint: string | null }>,
    handlers: GatewayProtocolSocketHandlers,
    options: Readonly<{ signal: AbortSignal }>,
  ): GatewaySocket;
  /**
   * Looks at the certificate, and sends nothing.
   * @returns undefined for an endpoint without TLS that answers
   * @throws {GatewayError}
   */
  probe(endpoint: GatewayEndpoint, options: Readonly<{ signal: AbortSignal }>): Promise<SeenCertificate | undefined>;
  /** Fetches what is behind a join link, once; only from who the system trusts. @throws {GatewayError} */
  fetchSetup(joinUrl: string, options: Readonly<{ signal: AbortSignal }>): Promise<SetupCode>;
  /** Gateways that announce themselves in the local network. @param options.duration ms; 2000 unless given @throws {GatewayError} */
  discover(options: Readonly<{ signal: AbortSignal; duration?: number }>): Promise<readonly FoundGateway[]>;
  /** Another node of OpenClaw that runs or is set up on this machine: what says so (a program, a file); null where none is known of. Never throws. */
  otherNode(options: Readonly<{ signal: AbortSignal }>): Promise<string | null>;
}
