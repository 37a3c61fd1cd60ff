import * as z from 'zod';
import { approvalFacts, HISTORY_KINDS, type ApprovalFact, type HistoryEntry } from '#shared/app-api/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Facts of an entry that are known at its start. This file converts entries to lines of the history file and back, for `PeerHistory`, without I/O.
 */
export type HistoryFacts = Readonly<{
  kind: Exclude<HistoryEntry['kind'], 'approval'>;
  direction: HistoryEntry['direction'];
  peerId: string | null;
  peerName: string;
  detail: string;
  /** Name that the person has given a terminal here; empty or undefined for none. */
  name?: string | undefined;
  /** Facts besides the detail on which the person's approval depended. */
  facts?: readonly ApprovalFact[] | undefined;
}>;

/** End of an entry. `endedAt`: ms since 1970. `count`: number of connections. */
export type HistoryEnd = Readonly<{ endedAt: number; outcome: string | null; count: number }>;

/** Most characters kept of texts that others choose. */
const MOST = { id: 80, peerName: 128, detail: 2048, fact: 4200, outcome: 64 };
/** Characters for the note that a text was cut. */
const CUT_NOTE = 48;

const time = z.number().int();
const endFields = { endedAt: time, outcome: z.string().max(MOST.outcome).nullable(), count: z.number().int().min(1) };
const factFields = {
  kind: z.enum(HISTORY_KINDS).exclude(['approval']),
  direction: z.enum(['in', 'out']),
  peerId: z.string().max(64).nullable(),
  peerName: z.string().max(MOST.peerName),
  detail: z.string().max(MOST.detail + CUT_NOTE),
  name: z.string().max(MOST.peerName).optional(),
  facts: approvalFacts,
  startedAt: time,
};
const id = z.string().min(1).max(MOST.id);

/** Line of the history file: the start of an entry, its end, or both. */
const line = z.union([
  z.strictObject({ id, ...factFields, ...endFields }),
  z.strictObject({ id, ...factFields }),
  z.strictObject({ id, ...endFields }),
]);
/** Line of the history file, as JSON. */
export type HistoryLine = z.infer<typeof line>;

/** Returns the line for the start of an entry. @param startedAt ms since 1970 */
export function beginLine(entry: string, facts: HistoryFacts, startedAt: number): HistoryLine {
  const { kind, direction, peerId, peerName, detail, name = '', facts: decisive = [] } = facts;
  return {
    id: entry,
    kind,
    direction,
    peerId,
    peerName: peerName.slice(0, MOST.peerName),
    detail: cutText(detail, MOST.detail),
    ...(name === '' ? {} : { name: name.slice(0, MOST.peerName) }),
    ...(decisive.length === 0
      ? {}
      : { facts: decisive.map(({ fact, value }) => ({ fact, value: cutText(value, MOST.fact) })) }),
    startedAt: Math.floor(startedAt),
  };
}

/** Returns the line for the end of an entry. */
export function endLine(entry: string, { endedAt, outcome, count }: HistoryEnd): HistoryLine {
  return { id: entry, endedAt: Math.floor(endedAt), outcome: outcome?.slice(0, MOST.outcome) ?? null, count };
}

/** Parses a line; undefined for a torn or damaged line, or one of a later version. */
function readLine(text: string): HistoryLine | undefined {
  try {
    const parsed = safeParse(line, JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Combines lines of the history file into entries. Pure.
 * @param lines newest first; of two lines with one ID and kind the newer one counts, and ends without a start are skipped
 * @param isOpen reports whether an entry without an end is still running
 */
export function foldLines(lines: Iterable<string>, isOpen: (entry: string) => boolean): readonly HistoryEntry[] {
  const ends = new Map<string, HistoryEnd>();
  const entries: HistoryEntry[] = [];
  const seen = new Set<string>();
  for (const text of lines) {
    const read = readLine(text);
    if (read === undefined || seen.has(read.id)) continue;
    const end = 'endedAt' in read ? read : ends.get(read.id);
    if (!('kind' in read)) {
      if (!ends.has(read.id)) ends.set(read.id, read);
      continue;
    }
    seen.add(read.id);
    const { kind, direction, peerId, peerName, detail, name, facts, startedAt } = read;
    entries.push({
      id: read.id,
      kind,
      direction,
      peerId,
      peerName,
      detail,
      ...(name === undefined ? {} : { name }),
      ...(facts === undefined ? {} : { facts }),
      startedAt,
      endedAt: end?.endedAt ?? null,
      open: end === undefined && isOpen(read.id),
      outcome: end?.outcome ?? null,
      count: end?.count ?? 1,
    });
  }
  return entries;
}
