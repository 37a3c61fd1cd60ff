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

/** State of a transfer, from which its words are made. Without a direction it is sent. */
type ShownState = Pick<TransferView, 'state' | 'code' | 'waitsFor'> & Partial<Pick<TransferView, 'direction'>>;

/** Returns the state of a transfer in words, with the reason for it. */
export function stateWords(shown: ShownState): string {
  const { state, code } = shown;
  const reason = reasonWords(shown);
  const words = reason === undefined ? STATES[state] : `${STATES[state]} (${reason})`;
  if (code === null || state === 'done' || code === 'file.cancelled') return words;
  return `${words}: ${describeError(new ClawReachError(code, code)).what}`;
}

/** Returns why a transfer waits or is paused. */
function reasonWords({ state, waitsFor, direction = 'out' }: ShownState): string | undefined {
  switch (waitsFor) {
    case null:
      return undefined;
    case 'approval':
      return 'someone there is asked';
    case 'peer':
      return state === 'paused' ? 'by the other machine' : 'for the other machine';
    case 'turn':
      return 'other transfers come first';
    case 'here':
      return 'here';
    case 'space':
      return direction === 'in' ? 'the disk here is full' : 'the disk there is full';
  }
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
export function endNotes({ changed, renamed, leftOut, failed, agent, direction }: TransferView): readonly string[] {
  const place = direction === 'in' ? 'here' : 'there';
  const isOne = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;
  const leftOutKinds = `${agent === null ? '' : 'hidden files, '}links, devices${agent === null ? '' : ', profiles of ClawReach'}, or names that can't be sent`;
  return [
    ...(changed > 0 ? [`${isOne(changed, 'file', 'files')} changed meanwhile; the newest contents were sent.`] : []),
    ...(renamed > 0
      ? [
          `${isOne(renamed, `has another name ${place}, since its own`, `have other names ${place}, since theirs`)} can't be used.`,
        ]
      : []),
    ...(leftOut > 0 ? [`${isOne(leftOut, "wasn't", "weren't")} sent: ${leftOutKinds}.`] : []),
    ...(failed > 0 ? [`${isOne(failed, 'is', 'are')} missing ${place}.`] : []),
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
