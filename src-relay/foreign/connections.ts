import type { ReceiptMessage } from '#shared/foreign/index.ts';
import type { RouteSocket } from '../http/index.ts';
import type { InstanceRow } from './instance-rows.ts';

/** Close code for an instance that isn't authenticated, or no longer. */
export const CLOSE_AUTH = 4001;
/** Close code for an instance that connected again elsewhere. */
export const CLOSE_REPLACED = 4002;
/** Close code for a client that violates the protocol again and again (RFC 6455 section 7.4.1). */
export const CLOSE_POLICY = 1008;

/** Message from the relay to an instance. */
export type ToInstance =
  | Readonly<{ type: 'registered'; ok: true; session: string; online: readonly string[]; server_time: number }>
  /** `time`: s since 1970. */
  | Readonly<{
      type: 'message';
      id: string;
      from: string;
      to: string;
      message: string;
      reply_to?: string | undefined;
      time: number;
      verified: 'relay';
    }>
  /** Answer to a message of this instance. */
  | Readonly<{ type: 'receipt'; id: string; status: 'forwarded'; receipt?: ReceiptMessage; public_key?: string }>
  | Readonly<{ type: 'presence'; instance: string; online: boolean }>
  /** `id`: message that was refused. */
  | Readonly<{ type: 'error'; code: string; error: string; id?: string; retry_after?: number; server_time: number }>;

/** Facts about a connection when its register was accepted. */
export type ConnectionFacts = Readonly<{
  row: InstanceRow;
  session: string;
  agents: readonly string[] | undefined;
  reportedName: string | undefined;
  publicKey: Uint8Array | null;
}>;

/** Authenticated connection of an instance to `/api/v1/ws`. Created by `serveSockets`. */
export class InstanceConnection {
  readonly id: string;
  readonly project: string;
  readonly facts: ConnectionFacts;
  readonly #socket: RouteSocket;
  #publicKey: Uint8Array | null;

  constructor(socket: RouteSocket, facts: ConnectionFacts) {
    this.#socket = socket;
    this.facts = facts;
    this.#publicKey = facts.publicKey;
    this.id = facts.row.id;
    this.project = facts.row.project;
  }

  /** Ed25519 key that signs the receipts of the instance; null while it has registered none. */
  get publicKey(): Uint8Array | null {
    return this.#publicKey;
  }

  /** Binds the connection to the key that the instance has registered, perhaps elsewhere. The first one stays. */
  bind(publicKey: Uint8Array): void {
    this.#publicKey ??= publicKey;
  }

  /** Sends a message. Returns false if the connection has ended, or ends now because the instance is too far behind. */
  send(message: ToInstance): boolean {
    return this.#socket.sendJson(message);
  }

  /** Reports whether an agent can be written to. */
  hasAgent(agent: string): boolean {
    return this.facts.agents === undefined || this.facts.agents.includes(agent);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}

/** Connections of instances, at most one for each. Touches memory only. */
export class InstanceConnections {
  readonly #byId = new Map<string, InstanceConnection>();

  get size(): number {
    return this.#byId.size;
  }

  /** Adds a connection. Returns the one that it replaces, which the caller closes. */
  add(connection: InstanceConnection): InstanceConnection | undefined {
    const replaced = this.#byId.get(connection.id);
    this.#byId.set(connection.id, connection);
    return replaced;
  }

  /** Removes a connection. Returns false, and removes nothing, if a newer one has replaced it. */
  remove(connection: InstanceConnection): boolean {
    return this.#byId.get(connection.id) === connection && this.#byId.delete(connection.id);
  }

  /** Returns the connection of an instance; undefined while it is offline. */
  find(id: string): InstanceConnection | undefined {
    return this.#byId.get(id);
  }

  /** Lists the connections of a project, or all. */
  list(project?: string): InstanceConnection[] {
    const all = [...this.#byId.values()];
    return project === undefined ? all : all.filter((connection) => connection.project === project);
  }
}
