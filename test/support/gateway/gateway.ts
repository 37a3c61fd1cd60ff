import type { Clock } from '#shared/clock.ts';
import type { Approvals } from './approvals.ts';
import type { Chats } from './chats.ts';
import type { Connection } from './connection.ts';
import type { Credentials, SharedSecret } from './credentials.ts';
import type { Devices } from './devices.ts';
import type { Json } from './frames.ts';
import type { Invokes } from './invokes.ts';
import type { GatewayRecord } from './record.ts';
import type { SetupCodes } from './setup-codes.ts';
import type { Surfaces } from './surfaces.ts';
import type { Terminals } from './terminals.ts';

/** What the parts of the double see of each other. */
export interface Gateway {
  readonly clock: Clock;
  readonly secret: SharedSecret;
  readonly record: GatewayRecord;
  readonly devices: Devices;
  readonly surfaces: Surfaces;
  readonly codes: SetupCodes;
  readonly credentials: Credentials;
  readonly invokes: Invokes;
  readonly approvals: Approvals;
  readonly terminals: Terminals;
  readonly chats: Chats;
  /** Those that were admitted and are open. */
  readonly connections: ReadonlySet<Connection>;
  /** Last statistics of nodes, by id. */
  readonly hostStats: Map<string, Json>;
  readonly nodeTimes: Map<string, NodeTimes>;
  readonly version: string;
  readonly bootId: string;
  readonly startedAt: number;
  /** Stands for all clients without a device of their own. */
  readonly recoveryScope: string;
  readonly url: string;
  readonly fingerprint: string | undefined;
  /** The gateway is up and does not admit anybody yet. */
  readonly starting: boolean;
  /** Devices of this machine that know the shared secret are paired without a question. */
  readonly autoApproveLocal: boolean;
  admit(connection: Connection): void;
  /** To everybody who may hear of it. @param alsoTo the node that it is about */
  broadcast(event: string, payload: unknown, alsoTo?: string): void;
  node(nodeId: string): Connection | undefined;
  /** Ends the sockets of a device, of one role if given. */
  dismiss(deviceId: string, role?: string, spare?: Connection): void;
  restart(options?: Readonly<{ reason?: string; expectedMs?: number }>): Promise<void>;
}

export interface NodeTimes {
  connectedAtMs?: number;
  lastConnectedAtMs?: number;
  lastDisconnectedAtMs?: number;
  lastSeenAtMs?: number;
  lastSeenReason?: string;
  /** As it declared itself last. */
  client?: Readonly<{ version: string; displayName?: string }>;
}

/** @param again answers the same request a second time, as some of the real ones are */
export type Method = (
  gateway: Gateway,
  connection: Connection,
  params: Json,
  again: (payload: unknown) => void,
) => unknown;
export type Methods = Readonly<Record<string, Method>>;
