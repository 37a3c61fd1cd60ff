import * as z from 'zod';
import { none } from '../fields.ts';
import { gatewayReference as gateway } from './gateway-schema.ts';

/** An operator's view of a gateway: what waits for an answer there, its devices, its nodes (N5, D7). Times are milliseconds since 1970. */

const said = z.string().max(4096);
const list = z.array(said).max(256);
const time = z.number().int();

/**
 * `device`: a key that wants to connect (stage 1). `node`: commands that a node offers (stage 2). `exec`, `plugin`: something an agent of the
 * gateway wants to do. `run`: a gateway wants this machine, as its node, to run a program.
 */
export const REQUEST_KINDS = ['device', 'node', 'exec', 'plugin', 'run'] as const;
const requestKind = z.enum(REQUEST_KINDS);
export type GatewayRequestKind = z.infer<typeof requestKind>;

const decision = z.enum(['approve', 'approve-always', 'reject']);
export type GatewayRequestDecision = z.infer<typeof decision>;

/**
 * Why a run can only be allowed once: it can load files that nobody knows (`loads`), variables are set (`environment`), an argument names a folder
 * or device (`operand`), or a file can be replaced unnoticed (`file`).
 */
export const ONCE_REASONS = ['loads', 'environment', 'operand', 'file'] as const;
const onceReason = z.enum(ONCE_REASONS);
export type OnceReason = z.infer<typeof onceReason>;

/** One thing that waits for a person. Everything that matters is here in full: nothing is approved that was not shown. */
const requestView = z.strictObject({
  /** Unique over all gateways and kinds. Another one as soon as anything of what is asked changes: an answer holds for what was shown. */
  key: z.string().max(256),
  kind: requestKind,
  gateway: z.string(),
  gatewayName: z.string(),
  /** The gateway's own name for it. */
  requestId: said,
  /** Who asks: the device's name, the node, the agent. */
  who: said,
  deviceId: said.nullable(),
  platform: said.nullable(),
  address: said.nullable(),
  /** `device`: all of them, also those that came with an earlier try. */
  roles: list,
  scopes: list,
  /** `node`: commands and capabilities offered. */
  commands: list,
  capabilities: list,
  /** `exec`, `run`: exactly what would run; `argv` where it is known. */
  command: z.string().max(65_536).nullable(),
  argv: z.array(z.string().max(65_536)).max(1024),
  directory: said.nullable(),
  /** Environment variables that would be set: `exec` their names, `run` `NAME=value`, quoted as the command is. */
  environment: list,
  /** Where it would run: the gateway, a node, this machine. */
  host: said.nullable(),
  agent: said.nullable(),
  /** `plugin`: title and text; else a warning of the gateway. */
  title: said.nullable(),
  text: z.string().max(16_384).nullable(),
  severity: z.enum(['info', 'warning', 'critical']).nullable(),
  /** A key that was known before and asks anew, or for more. */
  repair: z.boolean(),
  decisions: z.array(decision).min(1).max(3),
  /** `run`: why there is no `approve-always`. */
  onceReason: onceReason.optional(),
  /** Scopes that the answer needs and this device does not have. */
  missingScopes: list,
  requestedAt: time,
  expiresAt: time.nullable(),
});
export type GatewayRequestView = z.infer<typeof requestView>;

const decidedView = z.strictObject({
  ...requestView.shape,
  /** `elsewhere`: by another operator. `replaced`: the device asked anew, differently. */
  outcome: z.enum(['approved', 'rejected', 'expired', 'elsewhere', 'replaced', 'withdrawn']),
  /** What the answer was, also where somebody else gave it; null where there was none. */
  decision: decision.nullable(),
  /** Who gave it elsewhere, as the gateway says. */
  by: said.nullable(),
  decidedAt: time,
  reason: said.nullable(),
});
export type DecidedGatewayRequest = z.infer<typeof decidedView>;

const deviceToken = z.strictObject({ role: said, scopes: list, createdAt: time.nullable() });
const deviceView = z.strictObject({
  deviceId: said,
  name: said,
  /** The gateway's owner calls it so. */
  label: said.nullable(),
  platform: said.nullable(),
  clientId: said.nullable(),
  roles: list,
  scopes: list,
  tokens: z.array(deviceToken).max(16),
  approvedVia: said.nullable(),
  approvedAt: time.nullable(),
  lastSeenAt: time.nullable(),
  connected: z.boolean(),
  /** One of this device's own keys. */
  self: z.boolean(),
});
export type GatewayDeviceView = z.infer<typeof deviceView>;

const nodeView = z.strictObject({
  nodeId: said,
  name: said,
  platform: said.nullable(),
  version: said.nullable(),
  connected: z.boolean(),
  approval: z.enum(['unapproved', 'pending-approval', 'pending-reapproval', 'approved']),
  requestId: said.nullable(),
  commands: list,
  waitingCommands: list,
  capabilities: list,
  lastSeenAt: time.nullable(),
  /** Bytes and a share of one. */
  host: z
    .strictObject({
      cpuCount: z.number().nullable(),
      load: z.number().nullable(),
      memoryTotal: z.number().nullable(),
      memoryFree: z.number().nullable(),
      diskTotal: z.number().nullable(),
      diskFree: z.number().nullable(),
    })
    .nullable(),
  self: z.boolean(),
});
export type GatewayNodeView = z.infer<typeof nodeView>;

const device = z.string().min(1).max(128);
const node = z.string().min(1).max(128);

export const OPERATOR_CALLS = {
  /** What waits, of all gateways, oldest first; with `all` also what was decided, newest first. */
  'requests.list': {
    input: z.strictObject({ all: z.boolean().optional() }),
    output: z.strictObject({ waiting: z.array(requestView).max(512), decided: z.array(decidedView).max(512) }),
  },
  /** Answers one; fails where it is over, or has changed meanwhile. `reason` is kept here. */
  'requests.decide': {
    input: z.strictObject({ key: z.string().max(256), decision, reason: z.string().max(512).optional() }),
    output: decidedView,
  },
  'devices.list': { input: z.strictObject({ gateway }), output: z.array(deviceView).max(2048) },
  'devices.rename': { input: z.strictObject({ gateway, device, label: z.string().min(1).max(64) }), output: none },
  'devices.remove': { input: z.strictObject({ gateway, device }), output: none },
  /** A new token in place of the old; the device gets it when it comes with the gateway's token. */
  'devices.rotate': { input: z.strictObject({ gateway, device, role: z.string().max(32) }), output: none },
  'devices.revoke': { input: z.strictObject({ gateway, device, role: z.string().max(32) }), output: none },
  'nodes.list': { input: z.strictObject({ gateway }), output: z.array(nodeView).max(2048) },
  'nodes.rename': { input: z.strictObject({ gateway, node, name: z.string().min(1).max(64) }), output: none },
  'nodes.remove': { input: z.strictObject({ gateway, node }), output: none },
  /** One command at a node: `system.which`, `system.notify`, `fs.listDir`, `system.run`; what it runs there is that node's to allow. */
  'nodes.invoke': {
    input: z.strictObject({
      gateway,
      node,
      command: z.string().min(1).max(128),
      params: z.record(z.string(), z.unknown()),
      timeout: z.number().int().min(100).max(600_000).optional(),
    }),
    output: z.strictObject({ payload: z.unknown() }),
  },
} as const;

export const OPERATOR_EVENTS = {
  'requests.changed': z.array(requestView).max(512),
} as const;
