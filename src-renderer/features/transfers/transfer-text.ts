import type { TransferView } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../locale/index.ts';
import { formatBytes, formatLeft, quoteUntrusted } from '../../ui/index.ts';

/** Returns what a transfer is made of in a few words: the first name, and the number of the others. */
export function contentsText({ names, top }: Pick<TransferView, 'names' | 'top'>): string {
  const first = names[0] === undefined ? text('transfers.nothing') : quoteUntrusted(names[0]);
  return top > 1 ? text('transfers.and-more', { first, count: top - 1 }) : first;
}

/** Returns the quoted name of the other machine. */
export function machineText({ peerName }: Pick<TransferView, 'peerName'>): string {
  return peerName === null ? text('transfers.removed-machine') : quoteUntrusted(peerName);
}

/** Returns the state of a transfer in words. */
export function stateText(transfer: TransferView): string {
  const { state, waitsFor, direction, failed } = transfer;
  const name = machineText(transfer);
  switch (state) {
    case 'waiting':
      return waitsFor === 'approval' || waitsFor === 'peer' || waitsFor === 'turn'
        ? text(`transfers.state.waiting.${waitsFor}`, { name })
        : text('transfers.state.waiting');
    case 'running':
      return text(`transfers.state.running.${direction}`);
    case 'paused':
      if (waitsFor === 'peer') return text('transfers.state.paused.peer', { name });
      if (waitsFor === 'space') return text(`transfers.state.paused.space.${direction}`, { name });
      return text('transfers.state.paused');
    case 'partly':
      return text('transfers.state.partly', { count: failed });
    default:
      return text(`transfers.state.${state}`);
  }
}

/** Returns how much there is of a transfer: bytes, and files if there are several. */
export function amountTexts({
  state,
  bytes,
  files,
}: Pick<TransferView, 'state' | 'bytes' | 'files'>): readonly string[] {
  if (bytes.of === null && bytes.done === 0) return [];
  const isWhole = state === 'done';
  const amount =
    isWhole || bytes.of === null
      ? formatBytes(bytes.done)
      : text('transfers.bytes', { done: formatBytes(bytes.done), all: formatBytes(bytes.of) });
  if (files.of === null || files.of < 2) return [amount];
  const number = isWhole
    ? text('transfers.files.all', { count: files.of })
    : text('transfers.files', { done: formatNumber(files.done), count: files.of });
  return [amount, number];
}

/** Returns rate and time left of a transfer that moves; none while nothing is known of them. */
export function paceTexts({ rate, left }: Pick<TransferView, 'rate' | 'left'>): readonly string[] {
  if (rate === null) return [];
  const pace = text('transfers.rate', { rate: formatBytes(rate) });
  return left === null || left < 1000 ? [pace] : [pace, text('transfers.left', { time: formatLeft(left) })];
}

/** Returns the part of a transfer that is there, from 0 to 1; undefined while the whole isn't known. Pure. */
export function partDone({ state, bytes, files }: Pick<TransferView, 'state' | 'bytes' | 'files'>): number | undefined {
  if (state === 'done') return 1;
  if (bytes.of === null) return undefined;
  if (bytes.of > 0) return Math.min(1, bytes.done / bytes.of);
  return files.of === null || files.of === 0 ? 0 : Math.min(1, files.done / files.of);
}
