import * as z from 'zod';
import { channel, givenName, none, peerReference, terminalSize } from '../fields.ts';
import { gatewayReference } from './gateway-schema.ts';

const peer = peerReference;
const name = givenName;
const text = z.string().max(4096);
const time = z.number().int();
const prompt = z.string().min(1).max(200_000);

/** Name by which a peer starts a workflow. */
const workflowName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** Workflow that peers may start on this device: a prompt with placeholders `{{name}}`, or a gateway method with its parameters. */
const workflow = z.strictObject({
  name: workflowName,
  description: z.string().max(512),
  /** Gateway that runs the workflow. Null: the one that the call names, else the first connected one, or else the first. */
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

/** Status that an OpenClaw reports about itself. `uptime` is in seconds, `active_tasks` a count. */
export const heartbeat = z.strictObject({
  node_id: text,
  uptime: z.number(),
  active_tasks: z.number().int(),
  last_error: text.nullable(),
  connection_state: z.enum(['online', 'reconnecting', 'offline']),
});
export type GatewayHeartbeat = z.infer<typeof heartbeat>;

/** OpenClaw of a peer that a person has saved. */
const remoteView = z.strictObject({
  id: z.string().max(64),
  name,
  peer: z.string(),
  peerName: z.string().nullable(),
  /** Name of the gateway at the peer; null if the peer has only one. */
  gateway: z.string().max(128).nullable(),
  /** Newest heartbeat; null while this device doesn't watch the OpenClaw. */
  heartbeat: heartbeat.nullable(),
  /** Time of that heartbeat. */
  heardAt: time.nullable(),
  /** Error code if watching failed. */
  problem: z.string().nullable(),
});
export type RemoteView = z.infer<typeof remoteView>;

const target = z.strictObject({
  peer,
  /** Name of the gateway at the peer. Undefined: the first connected one, or else the first. */
  gateway: z.string().max(128).optional(),
});
/**
 * OpenClaw that a call is for: `target` names one of a peer. If `target` is null it is a gateway of this device: the one that `gateway` names, else
 * the first connected one, or else the first.
 */
const destination = { target: target.nullable(), gateway: gatewayReference.optional() };
/**
 * Progress of a prompt or a workflow: a person at the peer is asked (`approval`), the next part of the answer (`token`), or the text that replaces
 * all parts so far (`replace`).
 */
const token = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approval') }),
  z.strictObject({ kind: z.literal('token'), text: z.string() }),
  z.strictObject({ kind: z.literal('replace'), text: z.string() }),
]);
/** Progress: a person at the peer is asked to approve. */
const approval = z.strictObject({ kind: z.literal('approval') });
const answer = z.strictObject({ text: z.string(), taskId: text.nullable() });

/**
 * Calls that use an OpenClaw, of this device or of a peer: terminals on a gateway's machine, prompts, workflows, status and restart, and the saved
 * lists of workflows and of peers' OpenClaws. Part of `AGENT_CALLS`. Times are ms since 1970.
 */
export const REMOTE_CALLS = {
  /** Opens or resumes a shell on the gateway's machine. Its channel, `terminal.resize` and `terminal.close` work as for a peer's terminal. */
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

  /** Sends a prompt to an OpenClaw; the parts of its answer arrive as progress. Cancelling the call stops the OpenClaw's work on it. */
  'remote.prompt': {
    input: z.strictObject({
      ...destination,
      prompt,
      session: z.string().max(512).optional(),
    }),
    output: answer,
    progress: token,
  },
  'remote.status': { input: z.strictObject(destination), output: heartbeat, progress: approval },
  /** Sends each heartbeat as progress until the caller cancels. */
  'remote.watch': {
    input: z.strictObject(destination),
    output: none,
    progress: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('approval') }),
      z.strictObject({ kind: z.literal('heartbeat'), heartbeat }),
    ]),
  },
  /**
   * Restarts the gateway. Reports first, as progress, the tasks that a restart would cancel. Without `confirmed` only reports, so that a person can
   * review them.
   */
  'remote.restart': {
    input: z.strictObject({ ...destination, confirmed: z.boolean() }),
    output: z.strictObject({ cancelled: z.array(text).max(256) }),
    progress: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('approval') }),
      z.strictObject({ kind: z.literal('pending'), tasks: z.array(text).max(256) }),
    ]),
  },
  /** Runs a workflow; its answer arrives as progress too. A workflow that names a gateway runs there, whatever the call names. */
  'remote.workflow': {
    input: z.strictObject({ ...destination, workflow: workflowName, params: z.record(z.string(), z.unknown()) }),
    output: answer,
    progress: token,
  },
  /** Lists the workflows that this device can start there. `workflows.list` returns this device's own workflows in full. */
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

/** Event with all saved OpenClaws of peers. */
export const REMOTE_EVENTS = {
  'remotes.changed': z.array(remoteView).max(64),
} as const;
