import * as z from 'zod';
import { MOST_PROFILE_PROBLEMS, pauseView, profileProblem, serviceKind } from './schemas/background-schema.ts';
import { SAVED_COMMAND_CALLS } from './schemas/saved-command-schema.ts';
import { SSH_CONFIG_CALLS } from './schemas/ssh-config-schema.ts';
import { RELAY_PAGE_CALLS } from './schemas/relay-page-schema.ts';
import { ACCOUNT_CALLS } from './schemas/account-schema.ts';
import { APPROVAL_CALLS, APPROVAL_EVENTS } from './schemas/approval-schema.ts';
import { DISCOVERY_CALLS, DISCOVERY_EVENTS } from './schemas/discovery-schema.ts';
import { DIAGNOSTICS_CALLS } from './schemas/diagnostics-schema.ts';
import { requestedName, none, peerId } from './fields.ts';
import { FORWARD_CALLS, FORWARD_EVENTS } from './schemas/forward-schema.ts';
import { GATEWAY_CALLS, GATEWAY_EVENTS } from './schemas/gateway-schema.ts';
import { INTRODUCTION_CALLS } from './schemas/introduction-schema.ts';
import { MESSAGE_CALLS, MESSAGE_EVENTS } from './schemas/message-schema.ts';
import { NETWORK_CALLS, NETWORK_EVENTS, relayStatus } from './schemas/network-schema.ts';
import { NODE_CALLS, NODE_EVENTS } from './schemas/node-schema.ts';
import { OPERATOR_CALLS, OPERATOR_EVENTS } from './schemas/operator-schema.ts';
import { PAIRING_CALLS } from './schemas/pairing-schema.ts';
import { browserMode, machineOrder, PEER_CALLS, PEER_EVENTS } from './schemas/peer-schema.ts';
import { PLAIN_RELAY_CALLS, PLAIN_RELAY_EVENTS } from './schemas/plain-relay-schema.ts';
import { PROXY_CALLS } from './schemas/proxy-schema.ts';
import { RELAY_SERVER_CALLS, RELAY_SERVER_EVENTS } from './schemas/relay-server-schema.ts';
import { REMOTE_CALLS, REMOTE_EVENTS } from './schemas/remote-schema.ts';
import { RECORDING_CALLS, RECORDING_EVENTS } from './schemas/recording-schema.ts';
import { HISTORY_CALLS, HISTORY_EVENTS } from './schemas/history-schema.ts';
import { SHARE_LINK_CALLS, SHARE_LINK_EVENTS } from './schemas/share-link-schema.ts';
import { SHARING_CALLS, SHARING_EVENTS } from './schemas/sharing-schema.ts';
import { SHELL_CALLS, SHELL_EVENTS } from './schemas/shell-schema.ts';
import { FOLDER_CALLS } from './schemas/folder-schema.ts';
import { TRANSFER_CALLS, TRANSFER_EVENTS } from './schemas/transfer-schema.ts';
import { WAKE_CALLS } from './schemas/wake-schema.ts';
import { TERMINAL_CALLS, TERMINAL_EVENTS } from './schemas/terminal-schema.ts';

const auditEntry = z.strictObject({
  at: z.number().int(),
  event: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
/** Entry of the audit log. */
export type AuditEntry = z.infer<typeof auditEntry>;

const agentStatus = z.strictObject({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.number().int(),
  profile: z.string(),
  device: z.strictObject({ name: z.string(), peerId, shortId: z.string(), generation: z.number().int() }),
  relay: relayStatus,
  /**
   * Reach of this machine: `anywhere` while its relay is connected, `network` at its port for direct connections only, `none` if it accepts no
   * connections. Missing in agents of older versions.
   */
  reach: z.enum(['anywhere', 'network', 'none']).optional(),
  /**
   * Set while no relay is configured and peers are missed, so that a relay would help: this machine is in other networks than when a peer was last
   * linked (`network-changed`), or peers haven't answered for a minute (`peers-away`).
   */
  needsRelay: z
    .strictObject({
      reason: z.enum(['network-changed', 'peers-away']),
      since: z.number().int(),
      peers: z.array(peerId).max(16),
    })
    .optional(),
  /** URL of the previous relay, to which `relay.goBack` returns; set while this machine uses its own relay. */
  relayBefore: z.string().optional(),
  /** Storage of the master secret: `file` (0600) or the name of a key store. */
  secretStore: z.string(),
  peers: z.strictObject({
    known: z.number().int(),
    online: z.number().int(),
    linked: z.number().int(),
    /** Number of suspended peers; undefined without any. */
    suspended: z.number().int().optional(),
  }),
  /** Setting of what browsers may do at this device. Missing in agents of older versions. */
  browsers: browserMode.optional(),
  /** Order in which lists show machines. Missing in agents of older versions. */
  machineOrder: machineOrder.optional(),
  terminals: z.strictObject({ serving: z.number().int(), using: z.number().int() }),
  /** Number of requests that wait for a person here, also those of OpenClaw. */
  approvalsPending: z.number().int(),
  /** Number of them that came from OpenClaw gateways. Missing in agents of older versions. */
  gatewayRequestsPending: z.number().int().optional(),
  /** Plain relays, which can read what they carry; undefined without any. */
  plainRelays: z
    .strictObject({ known: z.number().int(), online: z.number().int(), terminals: z.number().int() })
    .optional(),
  /** Set while a person has paused this device, so that it makes no connections. */
  paused: pauseView.optional(),
  /** Set when the profile has problems although the agent runs. */
  problems: z.array(profileProblem).max(MOST_PROFILE_PROBLEMS).optional(),
  /** Set when a system service runs this agent. */
  service: serviceKind.optional(),
  /** Set for a browser that keeps nothing: its keys, and with them its terminals, are lost when its page is closed or loaded again. */
  endsWithPage: z.literal(true).optional(),
});
/** Status of the agent and its device, as `clawreach status` and the window show it. */
export type AgentStatus = z.infer<typeof agentStatus>;

/**
 * Contract between a user interface (window, browser, command line) and the agent: each call's name, with zod schemas of its input, its output, and
 * the `progress` messages before the answer. The server checks every call with it, the client takes its types from it, and tests build doubles from
 * it. Pure data. Times are ms since 1970 unless said otherwise.
 */
export const AGENT_CALLS = {
  'status.get': { input: none, output: agentStatus },
  /** Stops the agent. `keepTerminals` keeps terminals running for the next agent; fails if the agent can't do that. */
  'agent.stop': { input: z.strictObject({ keepTerminals: z.boolean().optional() }), output: none },
  /** Closes all connections and makes none until `until` or `agent.resume`. On a paused device, replaces the end of the pause. */
  'agent.pause': { input: z.strictObject({ until: z.number().int().nullable() }), output: agentStatus },
  'agent.resume': { input: none, output: agentStatus },
  /** Renames this device for future pairings; peers may give it another local name. */
  'device.rename': { input: z.strictObject({ name: requestedName }), output: agentStatus },

  /** Admits a browser to a project at its relay by an enrol ticket, as the relay's page gets it. Fails with `agent.unavailable` at a machine. */
  'device.enrol': {
    input: z.strictObject({ ticket: z.string().regex(/^[\w-]{22}$/), secret: z.string().regex(/^[\w-]{43}$/) }),
    output: none,
  },

  /**
   * Signs a browser out: peers forget it, and its keys are removed. Takes a few seconds at most. `told`: the relay, or each peer, has taken it; a peer that wasn't
   * told keeps the browser until its end. Fails with `agent.unavailable` at a machine.
   */
  'device.leave': { input: none, output: z.strictObject({ told: z.boolean() }) },

  'audit.list': { input: z.strictObject({ limit: z.number().int().min(1).max(10_000) }), output: z.array(auditEntry) },

  ...ACCOUNT_CALLS,
  ...RELAY_PAGE_CALLS,
  ...SSH_CONFIG_CALLS,
  ...SAVED_COMMAND_CALLS,
  ...APPROVAL_CALLS,
  ...DIAGNOSTICS_CALLS,
  ...FORWARD_CALLS,
  ...DISCOVERY_CALLS,
  ...GATEWAY_CALLS,
  ...OPERATOR_CALLS,
  ...INTRODUCTION_CALLS,
  ...MESSAGE_CALLS,
  ...NETWORK_CALLS,
  ...NODE_CALLS,
  ...PAIRING_CALLS,
  ...PEER_CALLS,
  ...PLAIN_RELAY_CALLS,
  ...PROXY_CALLS,
  ...RELAY_SERVER_CALLS,
  ...REMOTE_CALLS,
  ...RECORDING_CALLS,
  ...HISTORY_CALLS,
  ...SHARING_CALLS,
  ...SHARE_LINK_CALLS,
  ...TERMINAL_CALLS,
  ...WAKE_CALLS,
  ...TRANSFER_CALLS,
  ...FOLDER_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType; progress?: z.ZodType }>>>;

/** All calls that a window can make: to the agent, and to the program around the window. */
export const APP_CALLS = { ...AGENT_CALLS, ...SHELL_CALLS } as const;

export type AgentCall = keyof typeof AGENT_CALLS;
export type AppCall = keyof typeof APP_CALLS;
/** Parsed input of a call. */
export type CallInput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['input']>;
/** Answer to a call. */
export type CallOutput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['output']>;
/** Message that a call sends before its answer; never for calls without such messages. */
export type CallProgress<Call extends AppCall> = (typeof APP_CALLS)[Call] extends {
  progress: infer Progress extends z.ZodType;
}
  ? z.infer<Progress>
  : never;

/**
 * Events of the agent, by name, with the zod schema of their payload. Every connected user interface receives them; events of a terminal go only to
 * the connection that opened its channel.
 */
export const AGENT_EVENTS = {
  'status.changed': agentStatus,
  /**
   * The agent ends because a person requested it. `returns` is true if another agent follows and takes over the running terminals, as during an
   * update.
   */
  'agent.ending': z.strictObject({ returns: z.boolean() }),
  ...APPROVAL_EVENTS,
  ...FORWARD_EVENTS,
  ...DISCOVERY_EVENTS,
  ...NETWORK_EVENTS,
  ...GATEWAY_EVENTS,
  ...MESSAGE_EVENTS,
  ...OPERATOR_EVENTS,
  ...NODE_EVENTS,
  ...PEER_EVENTS,
  ...PLAIN_RELAY_EVENTS,
  ...RELAY_SERVER_EVENTS,
  ...REMOTE_EVENTS,
  ...RECORDING_EVENTS,
  ...HISTORY_EVENTS,
  ...SHARING_EVENTS,
  ...SHARE_LINK_EVENTS,
  ...TERMINAL_EVENTS,
  ...TRANSFER_EVENTS,
} as const;

/** All events that a window can receive: from the agent, and from the program around the window. */
export const APP_EVENTS = { ...AGENT_EVENTS, ...SHELL_EVENTS } as const;

export type AgentEvent = keyof typeof AGENT_EVENTS;
export type AppEvent = keyof typeof APP_EVENTS;
export type EventPayload<Event extends AppEvent> = z.infer<(typeof APP_EVENTS)[Event]>;
