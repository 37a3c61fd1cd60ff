import type { GatewayRole } from '#shared/app-api/index.ts';

/** A connection of one role that a gateway has accepted, until it ends. */
export interface GatewayChannel {
  readonly gatewayId: string;
  readonly gatewayName: string;
  readonly role: GatewayRole;
  /** SHA-256 of this device's key there, 64 hexadecimal digits. */
  readonly deviceId: string;
  /** What the gateway granted; `operator.admin` covers all. */
  readonly scopes: readonly string[];
  /** Names of methods that the gateway has, which are not rights. */
  readonly methods: readonly string[];
  readonly serverVersion: string;
  /**
   * @param options.timeout ms; 30 s unless given; null waits for as long as the connection lasts
   * @returns what the gateway answered, unchecked
   * @throws {GatewayError} `gateway.request` (details `gatewayCode`, `detailsCode`, `message`), `gateway.scope` (details `missing`),
   *   `gateway.timeout`, `gateway.lost`; {DOMException} AbortError
   */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: Readonly<{ signal?: AbortSignal; timeout?: number | null }>,
  ): Promise<unknown>;
  /** Events in the order they come, payload unchecked; the result takes the listener off again. */
  onEvent(listener: (event: string, payload: unknown) => void): () => void;
  /** Events were missed: lists have to be read anew. */
  onGap(listener: () => void): () => void;
  /** Aborted when the connection is over. */
  readonly closed: AbortSignal;
}

/** What the rest of the agent sees of the gateways. */
export interface Gateways {
  /** @throws {GatewayError} `gateway.unknown`, `gateway.ambiguous` */
  find(reference: string): Readonly<{ id: string; name: string }>;
  list(): readonly Readonly<{ id: string; name: string }>[];
  /** The connection of a role now; undefined without one. */
  channel(id: string, role: GatewayRole): GatewayChannel | undefined;
  /** The same, waiting up to `timeout` ms for one. @throws {GatewayError} what keeps it from being there */
  ready(
    id: string,
    role: GatewayRole,
    options: Readonly<{ timeout: number; signal: AbortSignal }>,
  ): Promise<GatewayChannel>;
  /** Calls the listener for every connection of that role, also those that are there already; the result takes it off again. */
  onChannel(role: GatewayRole, listener: (channel: GatewayChannel) => void): () => void;
  /** Calls the listener when a gateway was removed. */
  onRemoved(listener: (id: string) => void): () => void;
}

/** What this machine offers as a node: asked for each time a node connects. */
export interface NodeDeclaration {
  readonly capabilities: readonly string[];
  readonly commands: readonly string[];
}
