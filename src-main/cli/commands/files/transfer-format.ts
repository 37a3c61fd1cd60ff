import { ClawReachError } from '#shared/errors.ts';
import type { AppApiClient, TransferView } from '#shared/app-api/index.ts';
import { FilesError } from '#shared/files/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { describeError, formatBinaryBytes, formatDuration, formatTime, printable } from '../../output/index.ts';

/** Characters of an ID that commands show. They accept any beginning that is unique. */
const SHOWN_ID = 8;
const MOST_NAMES = 60;

const STATES: Readonly<Record<TransferView['state'], string>> = {
  waiting: 'waits',
  preparing: 'being listed',
  running: 'running',
  paused: 'paused',
  reconnecting: 'reconnecting',
  done: 'done',
  partly: 'done, but files are missing',
  failed: 'failed',
  cancelled: 'cancelled',
  refused: 'refused',
};

const WAITS: Readonly<Record<NonNullable<TransferView['waitsFor']>, string>> = {
  approval: 'someone there is asked',
  peer: 'for the other machine',
  turn: 'other transfers come first',
  here: 'here',
  space: 'the disk there is full',
};

/** Returns the beginning of a transfer's ID. */
export function shortId({ id }: Pick<TransferView, 'id'>): string {
  return id.slice(0, SHOWN_ID);
}

/** Returns the name of the other machine of a transfer. */
export function transferPeer({ peerName, peerId }: Pick<TransferView, 'peerName' | 'peerId'>): string {
  return printable(peerName ?? peerId.slice(0, 7));
}

/** Returns what is sent in a few words, such as `photos and 2 more`. */
export function contentsOf({ names, top }: Pick<TransferView, 'names' | 'top'>): string {
  const first = cutText(printable(names[0] ?? '?'), MOST_NAMES);
  return top > 1 ? `${first} and ${top - 1} more` : first;
}

/** Returns the state of a transfer in words, with the reason for it. */
export function stateWords({ state, code, waitsFor }: Pick<TransferView, 'state' | 'code' | 'waitsFor'>): string {
  const words = STATES[state];
  const reason = waitsFor === null ? '' : ` (${WAITS[waitsFor]})`;
  if (code === null || state === 'done') return `${words}${reason}`;
  return `${words}${reason}: ${describeError(new ClawReachError(code, code)).what}`;
}

/** Returns how much of a transfer is there, with its rate and the time left. */
export function progressWords({ bytes, files, rate, left }: TransferView): string {
  const of = bytes.of === null ? '' : ` of ${formatBinaryBytes(bytes.of)}`;
  const percent = bytes.of === null || bytes.of === 0 ? '' : ` (${Math.floor((100 * bytes.done) / bytes.of)} %)`;
  const number = files.of === null || files.of < 2 ? '' : `, ${files.done} of ${files.of} files`;
  const speed = rate === null ? '' : `, ${formatBinaryBytes(rate)}/s`;
  const time = left === null ? '' : `, ${formatDuration(Math.max(1000, left))} left`;
  return `${formatBinaryBytes(bytes.done)}${of}${percent}${number}${speed}${time}`;
}

/** Returns one line about a transfer. */
export function transferLine(transfer: TransferView, now: number): string {
  const { direction, startedAt, state } = transfer;
  const way = direction === 'in' ? `from ${transferPeer(transfer)}` : `to ${transferPeer(transfer)}`;
  const amount = state === 'preparing' ? '' : `  ${progressWords(transfer)}`;
  const by = transfer.agent === null ? '' : ` by ${transfer.agent}`;
  return `${formatTime(startedAt, now)}  ${shortId(transfer)}  ${way}${by}  ${contentsOf(transfer)}  [${stateWords(transfer)}]${amount}`;
}

/** Returns the notes about a transfer that is over: what changed, was renamed or was left out. */
export function endNotes({ changed, renamed, leftOut, failed, agent }: TransferView): readonly string[] {
  return [
    ...(changed > 0 ? [`${changed} changed while they were sent; the newest contents were sent.`] : []),
    ...(renamed > 0 ? [`${renamed} have other names there, since theirs can't be used.`] : []),
    ...(leftOut > 0
      ? [
          agent === null
            ? `${leftOut} weren't sent: links, devices, or names that can't be sent.`
            : `${leftOut} weren't sent: hidden files, links, devices, profiles of ClawReach, or names that can't be sent.`,
        ]
      : []),
    ...(failed > 0 ? [`${failed} are missing there.`] : []),
  ];
}

/**
 * Returns the transfer whose ID begins so.
 * @throws {FilesError} `file.unknown` if there is none, or several
 */
export async function findTransfer(client: AppApiClient, id: string): Promise<TransferView> {
  const found = (await client.call('transfers.list', {})).filter((one) => one.id.startsWith(id.toLowerCase()));
  const [transfer] = found;
  if (transfer === undefined || found.length > 1)
    throw new FilesError('file.unknown', 'no such transfer', { details: { id } });
  return transfer;
}
