import { MOST_TRANSFERS, type TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import type { RateMeter } from './rate-meter.ts';
import type { WaitsFor } from './sender/outgoing-transfer.ts';
import type { TransferRecord } from './transfer-book.ts';

/** Names of a transfer that are shown, and characters of each: a list has more than a thousand transfers. */
const SHOWN_NAMES = 3;
const SHOWN_NAME = 255;

export type TransferViewsOptions = Readonly<{
  nameOf(peerId: PeerId): string | undefined;
  waitsFor(record: TransferRecord): Readonly<{ reason: WaitsFor | null; code: string | null }>;
  meterOf(record: TransferRecord): RateMeter | undefined;
  /** Reports whether the link with the peer has no path now. Transfers wait for one for a while before they are interrupted. */
  isCutOff(peerId: PeerId): boolean;
  /** Folder in which the roots of a transfer are; undefined for none. */
  folderOf(record: TransferRecord): string | undefined;
}>;

/** Returns the transfers for one answer, newest first: of too many those that aren't over, and the newest of the others. Pure. */
export function listed(records: readonly TransferRecord[]): readonly TransferRecord[] {
  if (records.length <= MOST_TRANSFERS) return records;
  const over = records.filter(({ state }) => isOver(state));
  const others = records.filter(({ state }) => !isOver(state));
  return [...others, ...over].slice(0, MOST_TRANSFERS).toSorted((one, other) => other.startedAt - one.startedAt);
}

/** Returns transfers as user interfaces show them. */
export class TransferViews {
  readonly #options: TransferViewsOptions;

  constructor(options: TransferViewsOptions) {
    this.#options = options;
  }

  view(record: TransferRecord): TransferView {
    const { nameOf, waitsFor, meterOf, isCutOff, folderOf } = this.#options;
    const { reason, code } = waitsFor(record);
    const state = record.state === 'running' && isCutOff(record.peer) ? 'reconnecting' : record.state;
    const isRunning = state === 'running';
    const rate = isRunning ? (meterOf(record)?.rate() ?? null) : null;
    const left = record.bytes === null ? null : Math.max(0, record.bytes - record.bytesDone);
    return {
      id: record.id,
      direction: record.direction,
      peerId: record.peer,
      peerName: nameOf(record.peer) ?? null,
      names: record.names.slice(0, SHOWN_NAMES).map((name) => cutText(name, SHOWN_NAME)),
      top: record.top,
      state,
      since: record.since,
      startedAt: record.startedAt,
      code: record.code ?? code,
      waitsFor: record.paused === true && !isOver(record.state) ? 'here' : reason,
      entries: record.entries,
      files: { done: record.filesDone, of: record.files },
      bytes: { done: record.bytesDone, of: record.bytes },
      rate,
      left: rate === null || rate <= 0 || left === null ? null : (left / rate) * 1000,
      changed: record.changed,
      renamed: record.renamed,
      failed: record.failed,
      leftOut: record.leftOut,
      folder: folderOf(record) ?? null,
      there: thereOf(record),
      agent: record.agent ?? null,
    };
  }
}

/** Returns where files are that were sent into the folder of a terminal; null for others, and before they are there. */
function thereOf({ direction, terminal, folderThere, placed }: TransferRecord): TransferView['there'] {
  if (direction !== 'out' || terminal === undefined) return null;
  return { terminal, folder: folderThere ?? null, names: placed === undefined ? [] : [...placed] };
}
