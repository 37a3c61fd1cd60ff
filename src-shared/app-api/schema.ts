import * as z from 'zod';
import { MOST_PROFILE_PROBLEMS, pauseView, profileProblem, serviceKind } from './schemas/background-schema.ts';
import { APPROVAL_CALLS, APPROVAL_EVENTS } from './schemas/approval-schema.ts';
import { DISCOVERY_CALLS, DISCOVERY_EVENTS } from './schemas/discovery-schema.ts';
import { DIAGNOSTICS_CALLS } from './schemas/diagnostics-schema.ts';
import { requestedName, none, peerId } from './fields.ts';
import { FORWARD_CALLS, FORWARD_EVENTS } from './schemas/forward-schema.ts';
import { GATEWAY_CALLS, GATEWAY_EVENTS } from './schemas/gateway-schema.ts';
import { NETWORK_CALLS, relayStatus } from './schemas/network-schema.ts';
import { NODE_CALLS, NODE_EVENTS } from './schemas/node-schema.ts';
import { OPERATOR_CALLS, OPERATOR_EVENTS } from './schemas/operator-schema.ts';
import { PAIRING_CALLS } from './schemas/pairing-schema.ts';
import { PEER_CALLS, PEER_EVENTS } from './schemas/peer-schema.ts';
import { PROXY_CALLS } from './schemas/proxy-schema.ts';
import { REMOTE_CALLS, REMOTE_EVENTS } from './schemas/remote-schema.ts';
import { RECORDING_CALLS, RECORDING_EVENTS } from './schemas/recording-schema.ts';
import { SESSION_CALLS, SESSION_EVENTS } from './schemas/session-schema.ts';
import { SHARING_CALLS, SHARING_EVENTS } from './schemas/sharing-schema.ts';
import { SHELL_CALLS, SHELL_EVENTS } from './schemas/shell-schema.ts';
import { TERMINAL_CALLS, TERMINAL_EVENTS } from './schemas/terminal-schema.ts';

/**
 * Contract between a user interface (window, browser, command line) and the agent. The server checks every call with it, the client gets its types
 * from it, and tests build doubles from it. Times are ms since 1970 unless said otherwise.
 */

const auditEntry = z.strictObject({
  at: z.number().int(),
  event: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const agentStatus = z.strictObject({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.number().int(),
  profile: z.string(),
  device: z.strictObject({ name: z.string(), peerId, shortId: z.string(), generation: z.number().int() }),
  relay: relayStatus,
  /** URL of the previous relay, to which `relay.goBack` returns; set while this machine uses its own relay. */
  relayBefore: z.string().optional(),
  /** Storage of the master secret: `file` (0600) or the name of a key store. */
  secretStore: z.string(),
  peers: z.strictObject({ known: z.number().int(), online: z.number().int(), linked: z.number().int() }),
  terminals: z.strictObject({ serving: z.number().int(), using: z.number().int() }),
  approvalsPending: z.number().int(),
  /** Set while a person has paused this device, so that it makes no connections. */
  paused: pauseView.optional(),
  /** Set when the profile has problems although the agent runs. */
  problems: z.array(profileProblem).max(MOST_PROFILE_PROBLEMS).optional(),
  /** Set when a system service runs this agent. */
  service: serviceKind.optional(),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** Calls with checked input and output. `progress` describes messages before the answer. */
export const AGENT_CALLS = {
  'status.get': { input: none, output: agentStatus },
  /** `keepTerminals` keeps terminals running for the next agent; rejected where that is impossible. */
  'agent.stop': { input: z.strictObject({ keepTerminals: z.boolean().optional() }), output: none },
  /** Closes all connections and makes none until `until` or `agent.resume`. A paused device gets the new end. */
  'agent.pause': { input: z.strictObject({ until: z.number().int().nullable() }), output: agentStatus },
  'agent.resume': { input: none, output: agentStatus },
  /** Renames this device for future pairings; peers may give it another local name. */
  'device.rename': { input: z.strictObject({ name: requestedName }), output: agentStatus },

  'audit.list': { input: z.strictObject({ limit: z.number().int().min(1).max(10_000) }), output: z.array(auditEntry) },

  ...APPROVAL_CALLS,
  ...DIAGNOSTICS_CALLS,
  ...FORWARD_CALLS,
  ...DISCOVERY_CALLS,
  ...GATEWAY_CALLS,
  ...OPERATOR_CALLS,
  ...NETWORK_CALLS,
  ...NODE_CALLS,
  ...PAIRING_CALLS,
  ...PEER_CALLS,
  ...PROXY_CALLS,
  ...REMOTE_CALLS,
  ...RECORDING_CALLS,
  ...SESSION_CALLS,
  ...SHARING_CALLS,
  ...TERMINAL_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType; progress?: z.ZodType }>>>;

/** All calls of a window. */
export const APP_CALLS = { ...AGENT_CALLS, ...SHELL_CALLS } as const;

export type AgentCall = keyof typeof AGENT_CALLS;
export type AppCall = keyof typeof APP_CALLS;
export type CallInput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['input']>;
export type CallOutput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['output']>;
export type CallProgress<Call extends AppCall> = (typeof APP_CALLS)[Call] extends {
  progress: infer Progress extends z.ZodType;
}
  ? z.infer<Progress>
  : never;

/** Events to every connected user interface; terminal events only to the one that opened the channel. */
export const AGENT_EVENTS = {
  'status.changed': agentStatus,
  /** The agent is ending on request. `returns`: terminals are kept for its successor, as for an update. */
  'agent.ending': z.strictObject({ returns: z.boolean() }),
  ...APPROVAL_EVENTS,
  ...FORWARD_EVENTS,
  ...DISCOVERY_EVENTS,
  ...GATEWAY_EVENTS,
  ...OPERATOR_EVENTS,
  ...NODE_EVENTS,
  ...PEER_EVENTS,
  ...REMOTE_EVENTS,
  ...RECORDING_EVENTS,
  ...SESSION_EVENTS,
  ...SHARING_EVENTS,
  ...TERMINAL_EVENTS,
} as const;

export const APP_EVENTS = { ...AGENT_EVENTS, ...SHELL_EVENTS } as const;

export type AgentEvent = keyof typeof AGENT_EVENTS;
export type AppEvent = keyof typeof APP_EVENTS;
export type EventPayload<Event extends AppEvent> = z.infer<(typeof APP_EVENTS)[Event]>;
