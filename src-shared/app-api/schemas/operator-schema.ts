import * as z from 'zod';
import { none } from '../fields.ts';
import { requestMachine } from './approval-schema.ts';
import { gatewayReference as gateway } from './gateway-schema.ts';

/** Text from a gateway; anyone may have written it. */
const gatewayText = z.string().max(4096);
const list = z.array(gatewayText).max(256);
const time = z.number().int();

/**
 * Kinds of requests at a gateway. `device`: a new device wants to connect (first stage of pairing). `node`: a node offers commands (second stage).
 * `exec`, `plugin`: the gateway's AI agent wants to act. `run`: the gateway wants this machine, as its node, to run a program.
 */
export const REQUEST_KINDS = ['device', 'node', 'exec', 'plugin', 'run'] as const;
const requestKind = z.enum(REQUEST_KINDS);
export type GatewayRequestKind = z.infer<typeof requestKind>;

const decision = z.enum(['approve', 'approve-always', 'reject']);
/** Decision of an operator. */
export type GatewayRequestDecision = z.infer<typeof decision>;

/**
 * Reasons why a run can be allowed once but not always: the program can load unknown files (`loads`), environment variables are set (`environment`),
 * an argument names a folder or device (`operand`), or a file can be replaced unnoticed (`file`).
 */
export const ONCE_REASONS = ['loads', 'environment', 'operand', 'file'] as const;
const onceReason = z.enum(ONCE_REASONS);
export type OnceReason = z.infer<typeof onceReason>;

/** Pending request with every detail, so that a person approves nothing that was not shown. */
export const gatewayRequestView = z.strictObject({
  /** Unique over all gateways and kinds. It changes with the request's content, so that an answer applies to what was shown. */
  key: z.string().max(256),
  kind: requestKind,
  gateway: z.string(),
  gatewayName: z.string(),
  /** Gateway's own ID of the request. */
  requestId: gatewayText,
  /** Name of the device, node or agent that made the request. */
  who: gatewayText,
  deviceId: gatewayText.nullable(),
  platform: gatewayText.nullable(),
  address: gatewayText.nullable(),
  /** `device`: all roles, including those of earlier attempts. */
  roles: list,
  scopes: list,
  /** `node`: offered commands and capabilities. */
  commands: list,
  capabilities: list,
  /** `exec`, `run`: exact command; `argv` where it is known. */
  command: z.string().max(65_536).nullable(),
  argv: z.array(z.string().max(65_536)).max(1024),
  directory: gatewayText.nullable(),
  /** Environment variables to set: `exec` their names, `run` quoted `NAME=value`. */
  environment: list,
  /** `run`: file that `argv[0]` leads to, links resolved, and the account under which it would run. */
  program: gatewayText.optional(),
  user: gatewayText.optional(),
  /** Machine that would run it: the gateway, a node, or this one. */
  host: gatewayText.nullable(),
  agent: gatewayText.nullable(),
  /** `plugin`: title and text; otherwise a warning of the gateway. */
  title: gatewayText.nullable(),
  text: z.string().max(16_384).nullable(),
  severity: z.enum(['info', 'warning', 'critical']).nullable(),
  /** The device is already known and asks again, or for more. */
  repair: z.boolean(),
  decisions: z.array(decision).min(1).max(3),
  /** `run` only: reason why `decisions` lacks `approve-always`. */
  onceReason: onceReason.optional(),
  /** Scopes that the answer needs and this device lacks. */
  missingScopes: list,
  requestedAt: time,
  expiresAt: time.nullable(),
  /** Machine at which the request waits, if this device is a browser that answers for it. */
  machine: requestMachine.optional(),
});
export type GatewayRequestView = z.infer<typeof gatewayRequestView>;

const decidedView = z.strictObject({
  ...gatewayRequestView.shape,
  /** `elsewhere`: another operator decided. `replaced`: the device has made another request since. */
  outcome: z.enum(['approved', 'rejected', 'expired', 'elsewhere', 'replaced', 'withdrawn']),
  /** Decision, including one made elsewhere; null if no one decided. */
  decision: decision.nullable(),
  /** Operator who decided elsewhere, as reported by the gateway. */
  by: gatewayText.nullable(),
  decidedAt: time,
  reason: gatewayText.nullable(),
});
/** Request that has been decided or has ended. */
export type DecidedGatewayRequest = z.infer<typeof decidedView>;

const deviceToken = z.strictObject({ role: gatewayText, scopes: list, createdAt: time.nullable() });
const deviceView = z.strictObject({
  deviceId: gatewayText,
  name: gatewayText,
  /** Name given by the gateway's owner. */
  label: gatewayText.nullable(),
  platform: gatewayText.nullable(),
  clientId: gatewayText.nullable(),
  roles: list,
  scopes: list,
  tokens: z.array(deviceToken).max(16),
  approvedVia: gatewayText.nullable(),
  approvedAt: time.nullable(),
  lastSeenAt: time.nullable(),
  connected: z.boolean(),
  /** One of this device's own keys. */
  self: z.boolean(),
});
/** Device that is paired with a gateway. */
export type GatewayDeviceView = z.infer<typeof deviceView>;

const nodeView = z.strictObject({
  nodeId: gatewayText,
  name: gatewayText,
  platform: gatewayText.nullable(),
  version: gatewayText.nullable(),
  connected: z.boolean(),
  approval: z.enum(['unapproved', 'pending-approval', 'pending-reapproval', 'approved']),
  requestId: gatewayText.nullable(),
  commands: list,
  waitingCommands: list,
  capabilities: list,
  lastSeenAt: time.nullable(),
  /** Load of the node's machine: sizes in bytes, `load` as a fraction of 1. */
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
/** Node of a gateway. */
export type GatewayNodeView = z.infer<typeof nodeView>;

const device = z.string().min(1).max(128);
const node = z.string().min(1).max(128);

/** Calls of an operator at a gateway: decide its requests, manage its devices and nodes. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const OPERATOR_CALLS = {
  /** Lists pending requests of all gateways, oldest first; with `all` also decided ones, newest first. */
  'requests.list': {
    input: z.strictObject({ all: z.boolean().optional() }),
    output: z.strictObject({ waiting: z.array(gatewayRequestView).max(512), decided: z.array(decidedView).max(512) }),
  },
  /** Decides a request; fails if it has ended or changed. `reason` is stored on this device only. */
  'requests.decide': {
    input: z.strictObject({ key: z.string().max(256), decision, reason: z.string().max(512).optional() }),
    output: decidedView,
  },
  'devices.list': { input: z.strictObject({ gateway }), output: z.array(deviceView).max(2048) },
  'devices.rename': { input: z.strictObject({ gateway, device, label: z.string().min(1).max(64) }), output: none },
  'devices.remove': { input: z.strictObject({ gateway, device }), output: none },
  /** Replaces a device's token; the device gets the new one when it connects with the gateway's token. */
  'devices.rotate': { input: z.strictObject({ gateway, device, role: z.string().max(32) }), output: none },
  'devices.revoke': { input: z.strictObject({ gateway, device, role: z.string().max(32) }), output: none },
  'nodes.list': { input: z.strictObject({ gateway }), output: z.array(nodeView).max(2048) },
  'nodes.rename': { input: z.strictObject({ gateway, node, name: z.string().min(1).max(64) }), output: none },
  'nodes.remove': { input: z.strictObject({ gateway, node }), output: none },
  /** Runs a command on a node: `system.which`, `system.notify`, `fs.listDir`, `system.run`. The node decides what it allows. */
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

/** Event with all pending requests. */
export const OPERATOR_EVENTS = {
  'requests.changed': z.array(gatewayRequestView).max(512),
} as const;
