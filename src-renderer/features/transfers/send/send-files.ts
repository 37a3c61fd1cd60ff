import type { AppApiClient, ShellFacts } from '#shared/app-api/index.ts';
import { MOST_ROOTS } from '#shared/files/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { comparesBeforeSending, markUsed, navigate, notify, useApp } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Reports whether this window can send files to a machine: only the application can, and a browser takes none. */
export function canSendTo(
  machine: Readonly<{ browser?: unknown; forgottenAt?: unknown }>,
  facts: ShellFacts | undefined,
): boolean {
  return facts?.kind === 'desktop' && machine.browser === undefined && machine.forgottenAt === undefined;
}

/** Asks for files or folders with the system's dialog, and sends them to a machine. Compares its words first. Never rejects. */
export async function chooseAndSend(api: AppApiClient, peerId: string, what: 'files' | 'folder'): Promise<void> {
  if (comparesBeforeSending(peerId)) return;
  try {
    const { token, count } = await api.call('shell.transfers.choose', { what });
    if (token !== null) await send(api, peerId, token);
    else if (count > 0) tellTooMany();
  } catch (error) {
    notify({ tone: 'bad', text: explain(error).what });
  }
}

/**
 * Sends files and folders that were dropped on a machine, or pasted. Compares its words first. Never rejects.
 * @param terminal on that machine, into whose folder they go
 * @returns the ID of the transfer; undefined if none was begun
 */
export async function sendDropped(
  api: AppApiClient,
  peerId: string,
  files: readonly File[],
  terminal?: string,
): Promise<string | undefined> {
  if (files.length === 0 || comparesBeforeSending(peerId)) return undefined;
  if (files.length > MOST_ROOTS) {
    tellTooMany();
    return undefined;
  }
  try {
    const token = await keepFiles(files);
    if (token !== undefined) return await send(api, peerId, token, terminal);
    notify({ tone: 'bad', text: text('transfers.drop.failed') });
  } catch (error) {
    notify({ tone: 'bad', text: explain(error).what });
  }
  return undefined;
}

/** Says how many files and folders can be sent together. */
export function tellTooMany(): void {
  notify({ tone: 'bad', text: text('transfers.drop.many', { count: MOST_ROOTS }) });
}

/**
 * Returns a token for the paths of files, which the page itself never learns, or for a pasted picture, which has none; undefined if one isn't a file of
 * this machine.
 */
export async function keepFiles(files: readonly File[]): Promise<string | undefined> {
  const [first] = files;
  if (files.length === 1 && first !== undefined && isPicture(first)) {
    const token = await window.clawreach?.keepFiles?.([first]);
    return token ?? (await window.clawreach?.keepPicture?.(new Uint8Array(await first.arrayBuffer())));
  }
  return await window.clawreach?.keepFiles?.([...files]);
}

/** Reports whether a file can be a picture of the clipboard: browsers give those as PNG. */
function isPicture({ type }: File): boolean {
  return type === 'image/png';
}

async function send(api: AppApiClient, peerId: string, token: string, terminal?: string): Promise<string> {
  markUsed(peerId);
  const into = terminal === undefined ? {} : { terminal };
  const { id } = await api.call('shell.transfers.send', { peer: peerId, token, ...into });
  const peer = useApp.getState().peers.find((one) => one.peerId === peerId);
  const name = quoteUntrusted(peer?.name ?? '');
  notify({
    tone: 'good',
    text: text(peer?.online === true ? 'transfers.queued' : 'transfers.queued.offline', { name }),
    action: { label: text('transfers.queued.show'), run: () => navigate({ page: 'transfers' }) },
  });
  return id;
}
