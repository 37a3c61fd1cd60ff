import type { GatewayRole } from '#shared/app-api/index.ts';

/** Accepted connection of one role to a gateway, until it ends. Used by the operator, node, prompts and terminals folders. */
export interface GatewayChannel {
  readonly gatewayId: string;
  readonly gatewayName: string;
  readonly role: GatewayRole;
  /** SHA-256 of this device's key there, 64 hexadecimal digits. */
  readonly deviceId: string;
  /** Scopes that the gateway granted; `operator.admin` covers all. */
  readonly scopes: readonly string[];
  /** Methods that the gateway implements; says nothing about scopes. */
  readonly methods: readonly string[];
  readonly serverVersion: string;
  /**
   * Sends a request.
   * @param options.timeout ms, 30 s by default; null waits for as long as the connection lasts
   * @returns the gateway's answer, not validated
   * @throws {GatewayError} `gateway.request` (details `gatewayCode`, `detailsCode`, `message`), `gateway.scope`
   *   (details `missing`),   `gateway.timeout`, `gateway.lost`; {DOMException} AbortError
   */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: Readonly<{ signal?: AbortSignal; timeout?: number | null }>,
  ): Promise<unknown>;
  /** Listens to events in their order; payloads aren't validated. @returns removes the listener */
  onEvent(listener: (event: string, payload: unknown) => void): () => void;
  /** Listens for lost events, after which lists have to be read again. @returns removes the listener */
  onGap(listener: () => void): () => void;
  /** Aborted when the connection ends. */
  readonly closed: AbortSignal;
}

/** The saved gateways and their connections, as the other OpenClaw folders use them. */
export interface GatewayDirectory {
  /** Finds a gateway by ID, name, or an unambiguous prefix of either. @throws {GatewayError} `gateway.unknown`, `gateway.ambiguous` */
  find(reference: string): Readonly<{ id: string; name: string }>;
  /** Returns IDs and names of all gateways. */
  list(): readonly Readonly<{ id: string; name: string }>[];
  /** Returns the current connection of a role, if any. */
  channel(id: string, role: GatewayRole): GatewayChannel | undefined;
  /** Waits up to `timeout` ms for the connection of a role. @throws {GatewayError} the reason it isn't connected */
  ready(
    id: string,
    role: GatewayRole,
    options: Readonly<{ timeout: number; signal: AbortSignal }>,
  ): Promise<GatewayChannel>;
  /** Calls the listener for every connection of the role, including existing ones. @returns removes the listener */
  onChannel(role: GatewayRole, listener: (channel: GatewayChannel) => void): () => void;
  /** Calls the listener after a gateway was removed. @returns removes the listener */
  onRemoved(listener: (id: string) => void): () => void;
}

/** Capabilities and commands that this machine declares as a node; read each time it connects. */
export interface NodeDeclaration {
  readonly capabilities: readonly string[];
  readonly commands: readonly string[];
}
