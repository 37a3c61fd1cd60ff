import * as z from 'zod';
import { FORWARD_CALLS, FORWARD_EVENTS } from './forward-schema.ts';
import { GATEWAY_CALLS, GATEWAY_EVENTS } from './gateway-schema.ts';
import { NODE_CALLS, NODE_EVENTS } from './node-schema.ts';
import { OPERATOR_CALLS, OPERATOR_EVENTS } from './operator-schema.ts';
import { REMOTE_CALLS, REMOTE_EVENTS } from './remote-schema.ts';
import { SHELL_CALLS, SHELL_EVENTS } from './shell-schema.ts';

/**
 * The contract between a user interface (window, browser, command line) and the agent: one object, from which the server checks every
 * call, the client gets its types, and tests make doubles. Times are milliseconds since 1970 unless said otherwise.
 */

const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
/** What a person types for a peer: its local name, its full id with or without separators, or the beginning of the id. */
const peerReference = z.string().min(1).max(128);
export const deviceName = z
  .string()
  .min(1)
  .max(64)
  // Nothing that drives a terminal, reorders text or cannot be seen.
  .regex(/^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+$/u);
const channel = z.number().int().min(1).max(0xffff_ffff);
const terminalSize = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) };

/** What a peer may do on this device (X7); the list grows with the features. */
export const RIGHTS = ['terminal', 'relay', 'forward', 'prompt'] as const;
const right = z.enum(RIGHTS);
export type Right = z.infer<typeof right>;

/** `ask` puts a request before the person at this device, and is what holds where nothing was decided; `deny` refuses at once. */
const decision = z.enum(['allow', 'ask', 'deny']);
export type RightDecision = z.infer<typeof decision>;

const grant = z.strictObject({ decision, expiresAt: z.number().int().nullable() });
export type Grant = z.infer<typeof grant>;

/** One honest status model (X11): a state, and where it is not good a code whose text tells cause and next step. */
const relayStatus = z.strictObject({
  url: z.string().nullable(),
  state: z.enum(['none', 'connecting', 'online', 'waiting', 'failed', 'stopped']),
  /** Key of `ERROR_TEXTS`. */
  problem: z.string().nullable(),
  /** When the next try is due, in state `waiting`. */
  retryAt: z.number().int().nullable(),
  secure: z.boolean(),
  keyId: z.string().nullable(),
});
export type RelayStatus = z.infer<typeof relayStatus>;

/** Where a link runs: straight to the peer, through the relay, or through another peer. */
const pathKind = z.enum(['direct', 'relay', 'via']);
export type LinkPathKind = z.infer<typeof pathKind>;

/** Which paths a person lets a link to a peer take. `auto`: the relay at once, direct as soon as that is proven. */
export const PATH_MODES = ['auto', 'direct-only', 'relay-only'] as const;
const pathMode = z.enum(PATH_MODES);
/** Peers in between, one after the other. */
export const MOST_HOPS = 4;
export type PathMode = z.infer<typeof pathMode>;

/** Why a link does not run directly, or why its path changed; the texts are in the catalogues of the user interfaces. */
export const PATH_REASONS = [
  /** A direct path is being tried. */
  'trying',
  /** The person wants the relay only. */
  'relay-only',
  /** Neither device takes connections, or none has an address that the other could dial. */
  'no-address',
  /** The addresses were dialled and nobody answered: a firewall, or another network. */
  'no-answer',
  /** Something else answered there. */
  'wrong-answer',
  /** The direct path was lost a moment ago; it is tried again later. */
  'cooling',
  /** It was the best path there was. */
  'better',
  /** What the person allows, or the peer they named to go through, is another one. */
  'chosen',
  /** The other device, which decides, moved to another path; it does not say why. */
  'peer-moved',
  /** The path had served two hours, or the machine woke: a new one of the same kind, with new keys. */
  'renewed',
  /** The path before was lost, or did not answer any more. */
  'lost',
  /** The first path of the link. */
  'first',
] as const;
const pathReason = z.enum(PATH_REASONS);
export type PathReason = z.infer<typeof pathReason>;

const pathChange = z.strictObject({ at: z.number().int(), path: pathKind.nullable(), reason: pathReason });
export type PathChange = z.infer<typeof pathChange>;

/** A peer in between. `rtt`: until it answers, ms. `lost`: the last try to go this way ended for want of it. */
const hopView = z.strictObject({ name: z.string(), rtt: z.number().nullable(), lost: z.boolean() });
export type LinkHop = z.infer<typeof hopView>;

const linkView = z.strictObject({
  /** `doubtful`: no answer for a moment; `reconnecting`: there is no path, streams wait for the next one. */
  state: z.enum(['up', 'doubtful', 'reconnecting']),
  /** When this state began. */
  since: z.number().int(),
  /** When the next try is due, in state `reconnecting`. */
  retryAt: z.number().int().nullable(),
  /** Name of the peer in between, on a path `via`; of several, all names. */
  via: z.string().nullable(),
  /** The peers in between that this end knows of, in order from here. */
  hops: z.array(hopView).max(MOST_HOPS),
  /** Why not direct; null on a direct path. */
  why: pathReason.nullable(),
  /** Newest last, at most 20. */
  history: z.array(pathChange).max(20),
});
export type LinkState = z.infer<typeof linkView>;

const passageView = z.strictObject({
  /** Name of the peer in between whose person is being asked to let this device pass. */
  asking: z.string().nullable(),
  /** What the newest try that has ended came to: a key of `ERROR_TEXTS`, and the names of the peers it is about. */
  failure: z
    .strictObject({
      code: z.string(),
      hop: z.string().optional(),
      before: z.string().optional(),
      message: z.string(),
    })
    .nullable(),
});
export type PassageState = z.infer<typeof passageView>;

const peerView = z.strictObject({
  peerId,
  name: z.string(),
  /** First group of the id, for display only. */
  shortId: z.string(),
  /** C3. The path of the link where there is one, `relay` where the peer is known to be online; else `offline`. */
  path: z.enum([...pathKind.options, 'offline']),
  /** How the link runs; null without one. */
  link: linkView.nullable(),
  pathMode,
  /** The peers through which alone the link may run, one after the other; empty where none was chosen. */
  pathVia: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_HOPS),
  /** How the way through `pathVia` stands; without it nothing is to be told of it. */
  passage: passageView.optional(),
  /** A person here has said that it is a device of the same person: it may take over terminals here of the others that are. */
  own: z.boolean(),
  online: z.boolean(),
  linked: z.boolean(),
  /** Smoothed round trip of the link, ms. */
  rtt: z.number().nullable(),
  /** Address of the path's next hop, `host:port`. */
  address: z.string().nullable(),
  safetyNumber: z.string(),
  rights: z.record(right, grant),
  pairedAt: z.number().int(),
  lastSeenAt: z.number().int().nullable(),
});
export type PeerView = z.infer<typeof peerView>;

const approvalView = z.strictObject({
  id: z.number().int(),
  kind: z.literal('right'),
  peerId,
  peerName: z.string(),
  right,
  /** What exactly is asked, such as the command line; control characters removed. */
  detail: z.string(),
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['pending', 'approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int().nullable(),
});
export type ApprovalView = z.infer<typeof approvalView>;

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
  /** Where the master secret lives, such as `file` (0600) or a key store's name. */
  secretStore: z.string(),
  peers: z.strictObject({ known: z.number().int(), online: z.number().int(), linked: z.number().int() }),
  terminals: z.strictObject({ serving: z.number().int(), using: z.number().int() }),
  approvalsPending: z.number().int(),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** `hops`: what each peer in between took to answer, on a path `via`. */
const pathView = z.strictObject({
  path: pathKind,
  address: z.string(),
  rtt: z.number(),
  hops: z.array(hopView).max(MOST_HOPS).optional(),
});
export type PathView = z.infer<typeof pathView>;

/** How this device takes direct connections. */
const networkView = z.strictObject({
  /** `outbound-only`: this device dials, and takes no connection. */
  listen: z.enum(['on', 'outbound-only']),
  /** The port asked for. */
  port: z.number().int().min(1).max(65_535),
  /** The port in use; another one where that was taken, null where nothing listens. */
  listening: z.number().int().nullable(),
  /** Key of `ERROR_TEXTS`, where nothing listens although it should. */
  problem: z.string().nullable(),
  /** `host:port`, what peers are told. */
  addresses: z.array(z.string()).max(16),
});
export type NetworkView = z.infer<typeof networkView>;

const pairingResult = z.strictObject({
  peer: peerView,
  /** Four words, the same on both screens. */
  words: z.array(z.string()).length(4),
});
export type PairingResult = z.infer<typeof pairingResult>;

const terminalView = z.strictObject({
  /** Name of the terminal at its device. */
  terminal: z.string(),
  peerId,
  title: z.string(),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** What its device calls the one that opened it; null for this device. */
  openedBy: z.string().nullable(),
  /** The same of the one that has it now. */
  heldBy: z.string().nullable(),
});
export type TerminalView = z.infer<typeof terminalView>;

const none = z.strictObject({});

/** Calls: checked input, checked output. `progress` is what may come before the answer. */
export const AGENT_CALLS = {
  'status.get': { input: none, output: agentStatus },
  /** `keepTerminals`: what runs on them goes on, for the next agent to take over; refused where that cannot be. */
  'agent.stop': { input: z.strictObject({ keepTerminals: z.boolean().optional() }), output: none },
  /** What peers see as the name of this device when they pair with it; they may call it otherwise. */
  'device.rename': { input: z.strictObject({ name: deviceName }), output: agentStatus },

  'relay.configure': {
    input: z.strictObject({
      url: z.string().min(1).max(300),
      /** Admission token of the relay, for this device's first visit. */
      admission: z.string().max(256).optional(),
      /** Allows `ws:` off loopback. */
      insecure: z.boolean().optional(),
      /** SHA-256 of the relay's TLS key, hexadecimal with or without colons; trusts that certificate. */
      pin: z.string().max(128).optional(),
    }),
    output: relayStatus,
  },
  /** Waits until the relay connection is up, or fails with the reason why it is not. */
  'relay.ready': { input: z.strictObject({ timeout: z.number().int().min(0).max(60_000) }), output: relayStatus },

  'pairing.invite': {
    input: z.strictObject({ allow: z.array(right).max(8), link: z.boolean().optional() }),
    output: z.strictObject({
      pairing: z.number().int(),
      /** `ABCD-1234`; null in the link form. */
      code: z.string().nullable(),
      link: z.string().nullable(),
      /** In hex, what the other machine has to trust as well where the relay has a certificate of its own; a link carries it. */
      pin: z.string().nullable(),
      expiresAt: z.number().int(),
    }),
  },
  /** Waits for the other side of an invitation. */
  'pairing.result': {
    input: z.strictObject({ pairing: z.number().int() }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  'pairing.join': {
    input: z.strictObject({ codeOrLink: z.string().min(1).max(1024), allow: z.array(right).max(8) }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  'pairing.cancel': { input: z.strictObject({ pairing: z.number().int() }), output: none },

  /** `measure`: link to online peers and ping them first, within about two seconds. */
  'peers.list': { input: z.strictObject({ measure: z.boolean().optional() }), output: z.array(peerView) },
  'peers.get': { input: z.strictObject({ peer: peerReference }), output: peerView },
  'peers.rename': { input: z.strictObject({ peer: peerReference, name: deviceName }), output: peerView },
  /** Whether the peer is a device of the same person. Only a person says so, never a peer. */
  'peers.setOwn': { input: z.strictObject({ peer: peerReference, own: z.boolean() }), output: peerView },
  'peers.forget': { input: z.strictObject({ peer: peerReference }), output: none },
  /** One round trip; links first where needed. */
  'peers.ping': {
    input: z.strictObject({ peer: peerReference, timeout: z.number().int().min(100).max(60_000).optional() }),
    output: pathView,
  },

  /** `via`: only through that peer, or these one after the other, whatever the mode; left out, through none in particular. */
  'peers.setPathMode': {
    input: z.strictObject({
      peer: peerReference,
      mode: pathMode,
      via: z.union([peerReference, z.array(peerReference).min(1).max(MOST_HOPS)]).optional(),
    }),
    output: peerView,
  },
  /** Tries at once what a link would try later; without a link, links. Answers before it is known what comes of it. */
  'peers.reconnect': { input: z.strictObject({ peer: peerReference }), output: none },

  'network.get': { input: none, output: networkView },
  'network.set': {
    input: z.strictObject({
      listen: z.enum(['on', 'outbound-only']).optional(),
      port: z.number().int().min(1).max(65_535).optional(),
    }),
    output: networkView,
  },

  'rights.set': {
    input: z.strictObject({ peer: peerReference, right, decision, expiresAt: z.number().int().nullable() }),
    output: peerView,
  },

  'approvals.list': { input: z.strictObject({ all: z.boolean().optional() }), output: z.array(approvalView) },
  'approvals.decide': {
    input: z.strictObject({
      id: z.number().int(),
      /** `not-now` refuses this request; `ignore` also refuses all later ones of this peer for this right. */
      decision: z.enum(['approve', 'not-now', 'ignore']),
      /** With `approve`: also grant the right for good. */
      remember: z.boolean().optional(),
    }),
    output: approvalView,
  },

  /**
   * Opens or re-attaches a terminal on a peer. The answer comes when the peer has accepted; from then on channel data flows both ways.
   * Progress `approval`: a person at the peer is being asked.
   */
  'terminal.open': {
    input: z.strictObject({
      peer: peerReference,
      ...terminalSize,
      /** TERM of the viewer. */
      term: z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/),
      /** Program and arguments instead of the login shell. */
      command: z.array(z.string().max(4096)).min(1).max(256).optional(),
      /** Re-attach to this one instead of opening a new one. */
      terminal: z.string().max(64).optional(),
      /** With `terminal`: also from another device of the same person; otherwise that ends with `terminal.taken-over`. */
      takeOver: z.boolean().optional(),
    }),
    output: z.strictObject({ channel, terminal: z.string(), path: pathView }),
    progress: z.enum(['connecting', 'approval']),
  },
  'terminal.resize': { input: z.strictObject({ channel, ...terminalSize }), output: none },
  /** Ends the viewer's side. `detach` leaves the terminal running at the peer. */
  'terminal.close': { input: z.strictObject({ channel, detach: z.boolean() }), output: none },
  'terminal.list': { input: z.strictObject({ peer: peerReference }), output: z.array(terminalView) },

  'audit.list': { input: z.strictObject({ limit: z.number().int().min(1).max(10_000) }), output: z.array(auditEntry) },

  ...FORWARD_CALLS,
  ...GATEWAY_CALLS,
  ...OPERATOR_CALLS,
  ...NODE_CALLS,
  ...REMOTE_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType; progress?: z.ZodType }>>>;

/** Everything a window can ask for. */
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

/** Events: sent to every connected user interface. Terminal events only to the one that opened the channel. */
export const AGENT_EVENTS = {
  'status.changed': agentStatus,
  'peers.changed': z.array(peerView),
  'approvals.changed': z.array(approvalView),
  /** The terminal of a channel is over; no more data follows. `code` is an ERROR_TEXTS key when the link or a right ended it. */
  'terminal.ended': z.strictObject({
    channel,
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    code: z.string().nullable(),
  }),
  /** Somebody has asked the agent to end, and it does. `returns`: terminals are kept for the agent that is to follow, as for an update. */
  'agent.ending': z.strictObject({ returns: z.boolean() }),
  ...FORWARD_EVENTS,
  ...GATEWAY_EVENTS,
  ...OPERATOR_EVENTS,
  ...NODE_EVENTS,
  ...REMOTE_EVENTS,
} as const;

export const APP_EVENTS = { ...AGENT_EVENTS, ...SHELL_EVENTS } as const;

export type AgentEvent = keyof typeof AGENT_EVENTS;
export type AppEvent = keyof typeof APP_EVENTS;
export type EventPayload<Event extends AppEvent> = z.infer<(typeof APP_EVENTS)[Event]>;
