import * as z from 'zod';
import {
  browserView,
  PEER_SYSTEMS,
  RIGHT_DECISIONS,
  type BrowserView,
  type PeerSystem,
  type Right,
  type RightDecision,
} from '#shared/app-api/index.ts';
import { ipFamily } from '#shared/forward/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { cardAddress, MOST_CARDS } from '#shared/wake-on-lan/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { answerPeer, askPeer, isQuestionTo } from '../core/peer-question.ts';

/** Value of the field `service` in the parameters of an `rpc` stream that exchanges operating systems and facts. */
const SERVICE = 'about';
/** Most characters of each text among the facts. */
const MOST_TEXT = 64;
/** Longest time since a machine's start that is believed, s: a hundred years. */
const MOST_UP = 3_155_760_000;

const system = z.enum(PEER_SYSTEMS).catch('other');

/**
 * Parameters of the stream that asks a peer for its operating system, and with `facts` also for the facts about its machine. With `changed` the asker
 * says that it now names more facts about itself. A system that this version doesn't know reads as `other`; unknown fields are ignored.
 */
export const systemParams = z.object({
  system,
  facts: z.literal(true).optional().catch(undefined),
  changed: z.literal(true).optional().catch(undefined),
});
/** Values that a peer has named with its request. */
export type AboutRequest = Readonly<{ system: PeerSystem; changed: boolean }>;

const text = z
  .string()
  .max(4 * MOST_TEXT)
  .transform((value) => cleanLine(value, MOST_TEXT) || undefined)
  .optional()
  .catch(undefined);

/** Facts in an answer. Each one is left out if it isn't valid, so that one of a later version doesn't hide the others. */
const factsAnswer = z.object({
  os: text,
  version: text,
  up: z.number().int().min(0).max(MOST_UP).optional().catch(undefined),
  user: text,
  cards: z.array(cardAddress).max(MOST_CARDS).optional().catch(undefined),
  address: z
    .string()
    .max(MOST_TEXT)
    .refine((value) => ipFamily(value) !== undefined)
    .optional()
    .catch(undefined),
});
/** Facts that a machine names about itself. */
export type MachineFacts = Readonly<{
  /** Name and version of the operating system, such as `Ubuntu 24.04`. */
  os?: string | undefined;
  /** Version of ClawReach. */
  version?: string | undefined;
  /** Time since the machine's start, s. */
  up?: number | undefined;
  /** Account under which ClawReach runs. */
  user?: string | undefined;
  /** Address of the machine in its own network. */
  address?: string | undefined;
  /** MAC addresses of its network cards. */
  cards?: readonly string[] | undefined;
}>;

/** Decisions of a device on the rights of the asker. */
export type NamedRights = Readonly<Partial<Record<Right, RightDecision | undefined>>>;
/** Times at which those decisions end by themselves, ms since 1970; none for one without an end. */
export type NamedEnds = Readonly<Partial<Record<Right, number | undefined>>>;

/** Rights in an answer. Those of a later version, and decisions that this version doesn't know, are left out. */
const decision = z.enum(RIGHT_DECISIONS).optional().catch(undefined);
const rightsAnswer = z.object({
  terminal: decision,
  view: decision,
  relay: decision,
  forward: decision,
  prompt: decision,
  message: decision,
  send: decision,
  wake: decision,
  files: decision,
  introduce: decision,
} satisfies Record<Right, typeof decision>);

/** Times at which allowed and denied rights end by themselves, ms since 1970. Rights of a later version and invalid times are left out. */
const end = z.number().int().min(0).optional().catch(undefined);
const endsAnswer = z.object({
  terminal: end,
  view: end,
  relay: end,
  forward: end,
  prompt: end,
  message: end,
  send: end,
  wake: end,
  files: end,
  introduce: end,
} satisfies Record<Right, typeof end>);

const aboutAnswer = z.object({
  system,
  facts: factsAnswer.optional().catch(undefined),
  rights: rightsAnswer.optional().catch(undefined),
  ends: endsAnswer.optional().catch(undefined),
  browser: browserView.optional().catch(undefined),
  compared: z.boolean().optional().catch(undefined),
});
/**
 * Answer of a peer. `facts` is undefined for a peer that names none: it has given this device no right, or runs an older version. `rights`: what this
 * device may do there; undefined for an older version.
 */
export type AboutAnswer = Readonly<{
  system: PeerSystem;
  facts: MachineFacts | undefined;
  rights: NamedRights | undefined;
  /** Ends of those rights; undefined for an older version, and where none has one. */
  ends: NamedEnds | undefined;
  /** Lifetime of this device there, if it is a browser; undefined for a machine. */
  browser?: BrowserView | undefined;
  /** True once a person there has confirmed the pairing words; undefined for an older version. */
  compared?: boolean | undefined;
}>;

/** Returns what this device tells a peer beside its operating system. */
export type AboutSources = Readonly<{
  /** Operating system of this device; undefined: `other`. */
  system?: PeerSystem | undefined;
  /** Returns the facts that the peer may learn; undefined for none. */
  facts?: () => MachineFacts | undefined;
  /** Returns the decisions on the peer's own rights here. */
  rights?: () => NamedRights;
  /** Returns the ends of those decisions. */
  ends?: () => NamedEnds;
  /** Returns the lifetime of the peer here, if it is a browser. */
  browser?: () => BrowserView | undefined;
  /** Reports whether a person here has confirmed the words of the pairing with the peer. */
  compared?: () => boolean;
}>;

/** Returns the operating system for Node's name of a platform. Pure. */
export function systemOf(platform: string): PeerSystem {
  switch (platform) {
    case 'linux':
      return 'linux';
    case 'darwin':
      return 'macos';
    case 'win32':
      return 'windows';
    default:
      return 'other';
  }
}

/** Reports whether the parameters of an `rpc` stream ask for this device's operating system. Other fields of the parameters may still be invalid. */
export function isSystemRequest(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/**
 * Answers a peer's stream with this device's operating system. If the peer asks for facts, the answer also has those about this machine that it may
 * learn, and what it may do here. Called by `StreamGate` for each incoming stream that `isSystemRequest` accepts.
 * @returns undefined if the parameters are invalid
 */
export function serveSystem(
  stream: IncomingStream,
  { system: own = 'other', facts, rights, ends, browser, compared }: AboutSources = {},
): AboutRequest | undefined {
  const parsed = safeParse(systemParams, stream.params);
  if (!parsed.success) {
    stream.refuse('about.params', 'the parameters are invalid');
    return undefined;
  }
  const asksForMore = parsed.data.facts === true;
  const named = asksForMore ? facts?.() : undefined;
  const decisions = asksForMore ? rights?.() : undefined;
  const endings = asksForMore ? ends?.() : undefined;
  const life = asksForMore ? browser?.() : undefined;
  const isCompared = asksForMore ? compared?.() : undefined;
  answerPeer(stream, {
    system: own,
    ...(named === undefined ? {} : { facts: named }),
    ...(decisions === undefined ? {} : { rights: decisions }),
    ...(endings === undefined || Object.keys(endings).length === 0 ? {} : { ends: endings }),
    ...(life === undefined ? {} : { browser: life }),
    ...(isCompared === undefined ? {} : { compared: isCompared }),
  });
  return { system: parsed.data.system, changed: parsed.data.changed === true };
}

/**
 * Sends this device's operating system to a peer and asks for the peer's, for the facts about its machine and for this device's rights there, on a
 * stream of its own.
 * @param own operating system of this device
 * @param changed tells the peer that its rights here have changed, and with them what it may learn about this machine
 * @returns undefined if the peer doesn't answer within 10 s or runs a version without this request
 */
export async function requestSystem(
  session: Pick<Session, 'open'>,
  own: PeerSystem = 'other',
  changed = false,
): Promise<AboutAnswer | undefined> {
  const answer = await askPeer(session, SERVICE, { system: own, facts: true, ...(changed && { changed }) });
  const parsed = safeParse(aboutAnswer, answer);
  if (!parsed.success) return undefined;
  const { facts, rights, ends, browser, compared } = parsed.data;
  return { system: parsed.data.system, facts, rights, ends, browser, compared };
}
