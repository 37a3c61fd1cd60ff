import * as z from 'zod';
import { none, peerId, requestedName } from '../fields.ts';
import { MOST_PROFILE_PROBLEMS, pauseView, profileProblem, serviceKind } from './background-schema.ts';
import { relayStatus } from './network-schema.ts';
import { browserMode, machineOrder } from './peer-schema.ts';

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

/** Calls about the agent and its device as a whole, part of `AGENT_CALLS`. Times are ms since 1970. */
export const STATUS_CALLS = {
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
} as const;

/** Events about the agent as a whole. */
export const STATUS_EVENTS = {
  'status.changed': agentStatus,
  /**
   * The agent ends because a person requested it. `returns` is true if another agent follows and takes over the running terminals, as during an
   * update.
   */
  'agent.ending': z.strictObject({ returns: z.boolean() }),
} as const;
