import * as z from 'zod';
import { INTRODUCED_RIGHTS } from '../../identity/index.ts';
import { AGENT_NAME, MOST_AGENTS } from '../../messages/index.ts';
import { DIRECTORY, SHELL } from '../../terminal/index.ts';
import { cardAddress, MOST_CARDS } from '../../wake-on-lan/index.ts';
import { TERMINAL_THEMES } from './terminal-settings.ts';
import { requestedName, none, peerId, peerReference } from '../fields.ts';
import {
  linkView,
  MOST_HOPS,
  MOST_TRIED,
  routeStatus,
  pathKind,
  pathMode,
  pathView,
  triedAddress,
} from './link-schema.ts';
import { folderMode } from './folder-mode.ts';

/** Reason that a peer is told when this device removes it: `words`, a person found the four words of the pairing different. */
export const forgottenBecause = z.enum(['words']);
export type ForgottenBecause = z.infer<typeof forgottenBecause>;

/** Rights that a peer may have on this device. */
export const RIGHTS = [
  'terminal',
  'view',
  'relay',
  'forward',
  'prompt',
  'message',
  'send',
  'wake',
  'files',
  'introduce',
] as const;
export const right = z.enum(RIGHTS);
export type Right = z.infer<typeof right>;

/** Right that an introduction can give. */
export const introducedRight = z.enum(INTRODUCED_RIGHTS);

/** Rights that a plain relay may have on this device. It never has the others. */
export const PLAIN_RELAY_RIGHTS = ['terminal', 'prompt'] as const satisfies readonly Right[];
export type PlainRelayRight = (typeof PLAIN_RELAY_RIGHTS)[number];

/** Decision about a right: `ask` asks the person at this device each time; `deny` rejects at once. Undecided is `ask`, and `deny` for the right `files`. */
export const RIGHT_DECISIONS = ['allow', 'ask', 'deny'] as const;
export const rightDecision = z.enum(RIGHT_DECISIONS);
export type RightDecision = z.infer<typeof rightDecision>;

/** Limit of the right `send`, bytes: `allow` asks about a transfer that has more. */
export const sendLimit = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const grant = z.strictObject({
  decision: rightDecision,
  expiresAt: z.number().int().nullable(),
  most: sendLimit.optional(),
});
/** Decision about one right of a peer, and its end; null for no end. `most`: with `allow`, limit of the right `send`; undefined for none. */
export type Grant = z.infer<typeof grant>;

/** Most agents of this machine that the right `message` of one peer names. */
export const MOST_AGENT_GRANTS = MOST_AGENTS;
export const agentGrant = z.strictObject({
  agent: z.string().regex(AGENT_NAME),
  decision: rightDecision,
  expiresAt: z.number().int().nullable(),
});
/** Decision about messages of a peer to one agent of this device, which holds in place of that about its right `message`; and its end, null for none. */
export type AgentGrant = z.infer<typeof agentGrant>;

/** Most folders that are shared with one peer. */
export const MOST_SHARED_FOLDERS = 64;
export const sharedFolder = z.strictObject({
  /** Name by which the peer knows the folder, unique for the peer. */
  name: z.string().min(1).max(255),
  /** Path on this machine, without links. */
  path: z.string().min(1).max(4096),
  mode: folderMode,
});
/** Folder of this machine that is shared with a peer. */
export type SharedFolderView = z.infer<typeof sharedFolder>;

/** Lifetimes of a browser at this device: until its tab closes, 12 hours or 30 days. */
export const BROWSER_LIVES = ['tab', '12h', '30d'] as const;
export const browserLife = z.enum(BROWSER_LIVES);
export type BrowserLife = z.infer<typeof browserLife>;

/** Offers to a browser that is added: terminals without asking for a lifetime, or none; it is then a machine for its usual lifetime. */
export const BROWSER_OFFERS = [...BROWSER_LIVES, 'none'] as const;
export const browserOffer = z.enum(BROWSER_OFFERS);
export type BrowserOffer = z.infer<typeof browserOffer>;

/** Lifetime of a browser unless a person chooses another one. */
export const DEFAULT_BROWSER_LIFE: BrowserLife = '12h';

/** Settings of what browsers may do at this device: nothing; only what a person approves each time; or what was approved until their end. */
export const BROWSER_MODES = ['never', 'ask', 'approved'] as const;
export const browserMode = z.enum(BROWSER_MODES);
export type BrowserMode = z.infer<typeof browserMode>;

export const browserView = z.strictObject({
  life: browserLife,
  /** Time at which the device forgets the browser, by its own clock. */
  endsAt: z.number().int(),
  /** Set if a person at the device lets it see and answer the requests that wait there. */
  answers: z.literal(true).optional(),
});
/** Lifetime of a browser at a device, and whether it answers for it. */
export type BrowserView = z.infer<typeof browserView>;

/** Operating system that a device reports. */
export const PEER_SYSTEMS = ['linux', 'macos', 'windows', 'other'] as const;
const peerSystem = z.enum(PEER_SYSTEMS);
export type PeerSystem = z.infer<typeof peerSystem>;

/** Orders of lists of machines: the person's own with groups, by name, or those used last first. */
export const MACHINE_ORDERS = ['mine', 'name', 'recent'] as const;
export const machineOrder = z.enum(MACHINE_ORDERS);
export type MachineOrder = z.infer<typeof machineOrder>;

/** Most characters of a fact that a peer names. */
const MOST_FACT_LENGTH = 64;
const fact = z.string().max(MOST_FACT_LENGTH).optional();

const machineFacts = z.strictObject({
  /** Time of the answer that confirmed them. */
  at: z.number().int(),
  /** Name and version of the operating system, such as `Ubuntu 24.04`. */
  os: fact,
  /** Version of ClawReach. */
  version: fact,
  /** Time at which the machine was started. */
  startedAt: z.number().int().optional(),
  /** Account under which ClawReach runs. */
  user: fact,
  /** Address in the machine's own network. */
  address: fact,
});
/** Facts that a peer names about its machine, to peers that have a right there. Each one can be missing. */
export type MachineFactsView = z.infer<typeof machineFacts>;

/** Most measured round trips in an answer. */
export const MOST_ROUND_TRIPS = 120;

const measurementsView = z.strictObject({
  /** Measured round trips of the last hour, oldest first, ms. */
  roundTrips: z.array(z.strictObject({ at: z.number().int(), rtt: z.number() })).max(MOST_ROUND_TRIPS),
  /** Sealed bytes of the links since midnight, or since a later time. */
  today: z.strictObject({
    since: z.number().int().nullable(),
    received: z.number().int(),
    sent: z.number().int(),
  }),
});
/** Measurements of the links with a peer. */
export type MeasurementsView = z.infer<typeof measurementsView>;

/** Most characters of a group's name. */
export const MOST_GROUP_LENGTH = 32;
/** Name that a person gives to a group of machines. */
export const groupName = requestedName.refine((name) => name !== '' && name.length <= MOST_GROUP_LENGTH);

/** Pairing words, equal on both screens. */
export const pairingWordList = z.array(z.string()).length(4);

const pairingView = z.strictObject({
  words: pairingWordList,
  /** A person here has confirmed that both screens show the same words. */
  compared: z.boolean(),
  /** Rights that take effect when a person confirms the words. */
  pending: z.partialRecord(right, grant),
});
/** Latest pairing with a peer: the words, and the rights that wait for their comparison. */
export type PairingView = z.infer<typeof pairingView>;

export const terminalProfile = z.strictObject({
  /** Theme of terminals on this machine; null for that of the settings. */
  theme: z.enum(TERMINAL_THEMES).nullable(),
  /** Shell by name or path; null for the login shell. */
  shell: z.string().max(256).regex(SHELL).nullable(),
  /** Folder in which shells start; null for the home folder. */
  directory: z.string().max(4096).regex(DIRECTORY).nullable(),
});
/** Look and start of terminals on one peer. Shell and folder are requests that the peer checks. */
export type TerminalProfile = z.infer<typeof terminalProfile>;

export const NO_TERMINAL_PROFILE: TerminalProfile = { theme: null, shell: null, directory: null };

/** Peer as a window or the command line shows it: identity, link, and rights on this device. Times are ms since 1970. */
export const peerView = z.strictObject({
  peerId,
  name: z.string(),
  /** Operating system; undefined until the peer has reported it. */
  system: peerSystem.optional(),
  /** Undefined unless the peer has named some since the agent's start. */
  facts: machineFacts.optional(),
  /** Rights of this device on the peer's machine, and the time of the peer's answer; undefined unless it has answered since the agent's start. */
  rightsThere: z
    .strictObject({
      at: z.number().int(),
      rights: z.partialRecord(right, rightDecision),
      /** Times at which allowed and denied rights end by themselves; undefined if none does. */
      ends: z.partialRecord(right, z.number().int()).optional(),
    })
    .optional(),
  /** Set if the peer is a browser: it ends here by itself. */
  browser: browserView.optional(),
  /** Set if another peer has introduced it: who, and when it ends here by itself. */
  introduced: z.strictObject({ by: peerId, byName: z.string(), endsAt: z.number().int() }).optional(),
  /** Rights that it may give to newcomers that it introduces, without a question; undefined for none. */
  handsOn: z.array(introducedRight).max(INTRODUCED_RIGHTS.length).optional(),
  /** Set if this device is a browser and the peer has named its lifetime there. */
  browserThere: browserView.optional(),
  /** MAC addresses of its network cards, as the peer has named them; undefined for none. With them, a machine in its network can wake it. */
  cards: z.array(cardAddress).max(MOST_CARDS).optional(),
  /** First group of the ID, for display only. */
  shortId: z.string(),
  /** Kind of the link's path. Without a link: `relay` if the relay lists the peer, `direct` if it answered in the local network, else `offline`. */
  path: z.enum([...pathKind.options, 'offline']),
  /** State of the link; null without one. */
  link: linkView.nullable(),
  pathMode,
  /** Hops to which a person has restricted the link, in order; empty without a restriction. */
  pathVia: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_HOPS),
  /** State of the route through `pathVia`; undefined if there is nothing to report. */
  passage: routeStatus.optional(),
  /** My device: a person here has marked the peer as theirs, so it may take over terminals of their other devices. */
  own: z.boolean(),
  online: z.boolean(),
  linked: z.boolean(),
  /** Set while the relay in use lists the peer as online. */
  atRelay: z.literal(true).optional(),
  /** Smoothed round trip of the link, ms. */
  rtt: z.number().nullable(),
  /** Address of the path's next hop, `host:port`. Without a link: of the relay that lists the peer, or as announced in the local network. */
  address: z.string().nullable(),
  /** Newest attempt since the agent's start to reach the peer directly; undefined without one. */
  tried: z.strictObject({ at: z.number().int(), addresses: z.array(triedAddress).max(MOST_TRIED) }).optional(),
  safetyNumber: z.string(),
  /** Current grants. */
  rights: z.record(right, grant),
  /** Agents about whose messages a person has decided, by name; undefined for none. */
  agents: z.array(agentGrant).max(MOST_AGENT_GRANTS).optional(),
  /** Folders that are shared with it, which need the right `files`; undefined for none. */
  folders: z.array(sharedFolder).max(MOST_SHARED_FOLDERS).optional(),
  /** Newest pairing by code or link; undefined for a peer that was added in another way. */
  pairing: pairingView.optional(),
  /** Time at which the agent removes the peer, unless the peer connects and so finishes its pairing. */
  unfinishedUntil: z.number().int().optional(),
  /** Time at which the relay reported that the peer was removed; it's denied everything until a person here decides. Undefined otherwise. */
  suspendedSince: z.number().int().optional(),
  /** Time at which the peer said that it has removed this device; undefined unless it has, and hasn't linked or paired since. */
  forgottenAt: z.number().int().optional(),
  /** Why the peer says that it has removed this device; undefined if it doesn't say. */
  forgottenBecause: forgottenBecause.optional(),
  /** Set once the peer has said that a person there has confirmed the words of the newest pairing. */
  comparedThere: z.literal(true).optional(),
  /** Undefined if nothing is set. */
  terminalProfile: terminalProfile.optional(),
  /** Group in which the person lists the peer; undefined for none. */
  group: z.string().optional(),
  /** Set if the peer is one of the person's favourites. */
  favourite: z.literal(true).optional(),
  /** Place of the peer in the person's order of all peers; undefined until the person has moved one. */
  position: z.number().int().optional(),
  /** Time at which the person last used the peer, in any window or with a command; undefined for never. */
  usedAt: z.number().int().optional(),
  pairedAt: z.number().int(),
  lastSeenAt: z.number().int().nullable(),
});
export type PeerView = z.infer<typeof peerView>;

/** Calls that list and change peers, their rights and their paths. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const PEER_CALLS = {
  /** Lists all peers. With `measure`, first links to all online peers and pings them, which takes about two seconds. */
  'peers.list': { input: z.strictObject({ measure: z.boolean().optional() }), output: z.array(peerView) },
  'peers.get': { input: z.strictObject({ peer: peerReference }), output: peerView },
  'peers.rename': { input: z.strictObject({ peer: peerReference, name: requestedName }), output: peerView },
  /** Marks a peer as the person's own device, or removes the mark. A peer can't do this itself. */
  'peers.setOwn': { input: z.strictObject({ peer: peerReference, own: z.boolean() }), output: peerView },
  /** Sets the look and start of new terminals on a peer, which windows and `clawreach connect` use. The peer learns of it when a terminal opens. */
  'peers.setTerminalProfile': {
    input: z.strictObject({ peer: peerReference, profile: terminalProfile }),
    output: peerView,
  },
  /**
   * Puts peers into the person's order, each with its group; null for none. Peers that aren't named keep their group and follow in their previous
   * order. Windows list peers in this order.
   */
  'peers.arrange': {
    input: z.strictObject({
      order: z
        .array(z.strictObject({ peer: peerId, group: groupName.nullable() }))
        .min(1)
        .max(10_000),
    }),
    output: z.array(peerView),
  },
  /** Records that the person uses peers now, or used them at an earlier time. Unknown peers are ignored. */
  'peers.markUsed': {
    input: z.strictObject({
      peers: z
        .array(z.strictObject({ peer: peerId, at: z.number().int().optional() }))
        .min(1)
        .max(200),
    }),
    output: none,
  },
  /** Sets the order in which windows, the tray and commands list machines. The status says which it is. */
  'peers.setOrder': { input: z.strictObject({ order: machineOrder }), output: none },
  /** Returns the round trips of the last hour and the traffic of today. */
  'peers.measurements': { input: z.strictObject({ peer: peerReference }), output: measurementsView },
  'peers.setFavourite': { input: z.strictObject({ peer: peerReference, favourite: z.boolean() }), output: peerView },
  /** Sets the lifetime of a browser, from now on. What it was allowed until its end is allowed until the new one. */
  'peers.setBrowserLife': { input: z.strictObject({ peer: peerReference, life: browserLife }), output: peerView },
  /** Sets whether a browser may see and answer the requests that wait at this device. */
  'peers.setAnswers': { input: z.strictObject({ peer: peerReference, answers: z.boolean() }), output: peerView },
  /** Sets what browsers may do at this device. The status says which it is. */
  'peers.setBrowsers': { input: z.strictObject({ mode: browserMode }), output: none },
  /** Lets a suspended peer back in: its permissions here apply again. */
  'peers.readmit': { input: z.strictObject({ peer: peerReference }), output: peerView },
  'peers.forget': {
    /** `because`: what the peer is told as the reason. */
    input: z.strictObject({ peer: peerReference, because: forgottenBecause.optional() }),
    /** `told`: the peer is linked, so it learns of the removal as its session ends. */
    output: z.strictObject({ told: z.boolean() }),
  },
  /** Measures one round trip; links to the peer first if there is no link. */
  'peers.ping': {
    input: z.strictObject({ peer: peerReference, timeout: z.number().int().min(100).max(60_000).optional() }),
    output: pathView,
  },

  /** Sets the path mode. `via` restricts the link to these hops in order, whatever the mode; undefined removes the restriction. */
  'peers.setPathMode': {
    input: z.strictObject({
      peer: peerReference,
      mode: pathMode,
      via: z.union([peerReference, z.array(peerReference).min(1).max(MOST_HOPS)]).optional(),
    }),
    output: peerView,
  },
  /** Retries the link now, or creates one. Answers before the result is known. */
  'peers.reconnect': { input: z.strictObject({ peer: peerReference }), output: none },

  'rights.set': {
    input: z.strictObject({
      peer: peerReference,
      right,
      decision: rightDecision,
      expiresAt: z.number().int().nullable(),
      /** With `allow`: limit of the right `send` for later transfers; undefined for none. Fails with `rights.no-size` for anything else. */
      most: sendLimit.optional(),
      /** Grant that the person saw. The call fails with `rights.changed` if it's another one by now; undefined changes any. */
      was: grant.optional(),
    }),
    output: peerView,
  },
  /** Sets the decision about messages of a peer to one agent of this device. A decision of null removes it: then that about the right `message` holds. */
  'rights.setAgent': {
    input: z.strictObject({
      peer: peerReference,
      agent: z.string().regex(AGENT_NAME),
      decision: rightDecision.nullable(),
      expiresAt: z.number().int().nullable(),
    }),
    output: peerView,
  },
} as const;

const browserEnd = z.enum(['time', 'sign-out', 'tab']);
/** Reason why a browser was removed by itself: its time was over, it signed out or its session ended, or its tab was closed. */
export type BrowserEnd = z.infer<typeof browserEnd>;

/** Events about the list of peers. */
export const PEER_EVENTS = {
  'peers.changed': z.array(peerView),
  /** The agent removed a peer that didn't finish its pairing in time. */
  'peers.unfinished': z.strictObject({ name: z.string() }),
  /** The agent has removed a browser or an introduced peer by itself. */
  'peers.ended': z.strictObject({ name: z.string(), cause: browserEnd }),
  /** The relay has reported that the peer was removed, so the agent suspended it. */
  'peers.suspended': z.strictObject({ name: z.string() }),
  /** The peer has removed this device. */
  'peers.forgot': z.strictObject({ peerId, name: z.string(), because: forgottenBecause.optional() }),
} as const;
