import * as z from 'zod';
import { channel, givenName, none, peerReference, terminalSize } from '../fields.ts';
import { gatewayReference } from './gateway-schema.ts';

/** Terminals on a gateway's machine, and prompts and workflows for a peer's OpenClaw over a link. Times are ms since 1970. */

const peer = peerReference;
const name = givenName;
const text = z.string().max(4096);
const time = z.number().int();
const prompt = z.string().min(1).max(200_000);

/** Name of a workflow, with which a peer starts it. */
const workflowName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** Workflow of this device: a prompt with placeholders `{{name}}`, or a gateway method with its parameters. */
const workflow = z.strictObject({
  name: workflowName,
  description: z.string().max(512),
  /** Null: the only gateway, or the first connected one. */
  gateway: z.string().max(64).nullable(),
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('prompt'), template: prompt }),
    z.strictObject({
      kind: z.literal('method'),
      method: z.string().regex(/^[a-z][A-Za-z0-9.]{0,127}$/),
      params: z.record(z.string(), z.unknown()),
    }),
  ]),
});
export type Workflow = z.infer<typeof workflow>;

/** Documented heartbeat: seconds, a count, text, a state. */
export const heartbeat = z.strictObject({
  node_id: text,
  uptime: z.number(),
  active_tasks: z.number().int(),
  last_error: text.nullable(),
  connection_state: z.enum(['online', 'reconnecting', 'offline']),
});
export type GatewayHeartbeat = z.infer<typeof heartbeat>;

/** Saved OpenClaw of a peer. */
const remoteView = z.strictObject({
  id: z.string().max(64),
  name,
  peer: z.string(),
  peerName: z.string().nullable(),
  /** Gateway's name at the peer; null for its only one. */
  gateway: z.string().max(128).nullable(),
  /** Newest heartbeat while it is watched. */
  heartbeat: heartbeat.nullable(),
  heardAt: time.nullable(),
  /** Error code if it can't be watched. */
  problem: z.string().nullable(),
});
export type RemoteView = z.infer<typeof remoteView>;

const target = z.strictObject({
  peer,
  /** Gateway's name at the peer; left out: the only one, or the first connected one. */
  gateway: z.string().max(128).optional(),
});
/** Null: this device, whose gateway is named beside it. Gateway left out: the only one, or the first connected one. */
const place = { target: target.nullable(), gateway: gatewayReference.optional() };
const token = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approval') }),
  z.strictObject({ kind: z.literal('token'), text: z.string() }),
  /** Replaces the text so far. */
  z.strictObject({ kind: z.literal('replace'), text: z.string() }),
]);
/** A person there has to approve. */
const approval = z.strictObject({ kind: z.literal('approval') });
const answer = z.strictObject({ text: z.string(), taskId: text.nullable() });

export const REMOTE_CALLS = {
  /** Opens or resumes a shell on the gateway's machine; channel, `terminal.resize` and `terminal.close` work as with peers. */
  'gateways.terminal.open': {
    input: z.strictObject({
      gateway: gatewayReference,
      ...terminalSize,
      terminal: z.string().max(128).optional(),
    }),
    output: z.strictObject({ channel, terminal: z.string(), shell: text.nullable(), directory: text.nullable() }),
    progress: z.enum(['connecting']),
  },
  'gateways.terminal.list': {
    input: z.strictObject({ gateway: gatewayReference }),
    output: z.array(z.strictObject({ terminal: z.string(), title: text, attached: z.boolean() })).max(256),
  },

  /** Sends a prompt to a peer's OpenClaw or to a gateway of this device; tokens arrive as progress. Cancelling aborts it there. */
  'remote.prompt': {
    input: z.strictObject({
      ...place,
      prompt,
      session: z.string().max(512).optional(),
    }),
    output: answer,
    progress: token,
  },
  'remote.status': { input: z.strictObject(place), output: heartbeat, progress: approval },
  /** Sends heartbeats as progress until it is cancelled. */
  'remote.watch': {
    input: z.strictObject(place),
    output: none,
    progress: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('approval') }),
      z.strictObject({ kind: z.literal('heartbeat'), heartbeat }),
    ]),
  },
  /** Reports as progress what a restart would cancel. Without `confirmed` nothing is restarted, so that a person can review it. */
  'remote.restart': {
    input: z.strictObject({ ...place, confirmed: z.boolean() }),
    output: z.strictObject({ cancelled: z.array(text).max(256) }),
    progress: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('approval') }),
      z.strictObject({ kind: z.literal('pending'), tasks: z.array(text).max(256) }),
    ]),
  },
  'remote.workflow': {
    input: z.strictObject({ ...place, workflow: workflowName, params: z.record(z.string(), z.unknown()) }),
    output: answer,
    progress: token,
  },
  /** Lists the workflows that can be started there; `workflows.list` has the full ones of this device. */
  'remote.workflows': {
    input: z.strictObject({ target: target.nullable() }),
    output: z.array(z.strictObject({ name: workflowName, description: z.string().max(512) })).max(256),
    progress: approval,
  },
  'workflows.list': { input: none, output: z.array(workflow).max(256) },
  'workflows.set': {
    input: z.strictObject({ workflows: z.array(workflow).max(256) }),
    output: z.array(workflow).max(256),
  },

  'remotes.list': { input: none, output: z.array(remoteView).max(64) },
  'remotes.save': {
    input: z.strictObject({ id: z.string().max(64).optional(), name, target }),
    output: remoteView,
  },
  'remotes.remove': { input: z.strictObject({ id: z.string().max(64) }), output: none },
} as const;

export const REMOTE_EVENTS = {
  'remotes.changed': z.array(remoteView).max(64),
} as const;
