import type { AppApiClient, ShellFacts } from '#shared/app-api/index.ts';
import { MOST_ROOTS } from '#shared/files/index.ts';
import { explain, text } from '../../../locale/index.ts';
import {
  comparesBeforeSending,
  isBrowserMachine,
  keepFiles,
  markUsed,
  navigate,
  notify,
  useApp,
} from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Reports whether this window can send files to a machine: the application can, and a page of a relay with an agent of its own. A browser takes none. */
export function canSendTo(
  machine: Readonly<{ browser?: unknown; forgottenAt?: unknown }>,
  facts: ShellFacts | undefined,
): boolean {
  const sends = facts?.kind === 'desktop' || isBrowserMachine(facts);
  return sends && machine.browser === undefined && machine.forgottenAt === undefined;
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
