/**
 * Position in the history of a project, which lists the latest beginning first. Entries that began at the same time are in the order of their ranks:
 * links that are active, links that have ended, plain sessions, events; and within one rank the higher ID comes first.
 */
export type HistoryPosition = Readonly<{
  startedAt: number;
  /** Undefined before all entries of that time. */
  entry: Readonly<{ rank: HistoryRank; id: string }> | undefined;
}>;

/** `0`: active link, by its initiator and ID. `1`: ended link, by its number. `2`: plain session, by its ID. `3`: event, by its number. */
export type HistoryRank = 0 | 1 | 2 | 3;

/** Letter in front of an entry's ID, by rank. */
const LETTERS = ['a', 'l', 'p', 'e'] as const;
/** Digits of a number, so that texts sort like numbers. */
const NUMBER_LENGTH = 16;

/** Returns the ID of an entry as the API shows it: a letter for its rank, then its own ID. Pure. @param id digits and lower-case letters */
export function entryId(rank: HistoryRank, id: string): string {
  return `${LETTERS[rank]}${id}`;
}

/** Returns the number of an ended link or an event as an ID that sorts like it. Pure. */
export function numberId(id: number): string {
  return String(id).padStart(NUMBER_LENGTH, '0');
}

/** Formats a position for a client, which sends it back. Pure. */
export function formatPosition(startedAt: number, id: string): string {
  return `${startedAt}-${id}`;
}

/** Parses a position that the contract has checked: digits, and perhaps a hyphen and an ID. An unknown ID counts as the time alone. Pure. */
export function parsePosition(text: string): HistoryPosition {
  const [time = '', id = ''] = text.split('-');
  const rank = ([0, 1, 2, 3] as const).find((each) => id.startsWith(LETTERS[each]));
  return { startedAt: Number(time), entry: rank === undefined ? undefined : { rank, id: id.slice(1) } };
}

/** Reports whether an entry comes after a position. Pure. */
export function isAfter(
  entry: Readonly<{ startedAt: number; rank: HistoryRank; id: string }>,
  position: HistoryPosition,
): boolean {
  if (entry.startedAt !== position.startedAt) return entry.startedAt < position.startedAt;
  if (position.entry === undefined) return false;
  if (entry.rank !== position.entry.rank) return entry.rank > position.entry.rank;
  return entry.id < position.entry.id;
}

/**
 * Returns the number below which the entries of a rank that began at the time of a position come after it. Numbers start at 1. Pure.
 * @param rank rank of entries that have numbers: ended links, or events
 */
export function firstNumber({ entry }: HistoryPosition, rank: 1 | 3): number {
  if (entry === undefined || entry.rank > rank) return 0;
  if (entry.rank < rank) return Number.MAX_SAFE_INTEGER;
  return /^\d{1,16}$/.test(entry.id) ? Math.min(Number(entry.id), Number.MAX_SAFE_INTEGER) : 0;
}
