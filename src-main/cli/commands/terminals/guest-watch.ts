import type { AppApiClient, GuestView, ShareLinkView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { InterruptedError } from '../../errors.ts';
import type { Host } from '../../host/index.ts';
import { printable } from '../../output/index.ts';
import { noticeText, type WatchedTerminal } from '../../terminal/index.ts';
import { shellWord } from '../machines/peer-format.ts';
import type { CommandContext } from '../registry.ts';

const BELL = '\u0007';

/**
 * Prints a line on stderr, with a bell, when a guest waits at a link to the terminal that `clawreach connect` shows; only the bell while a program
 * uses the whole screen, which a line would damage. Does nothing in a pipe.
 * @returns a function that stops this
 */
export function watchGuests(host: Host, { client, notice }: WatchedTerminal, terminal: string): () => void {
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true) return () => undefined;
  const told = new Set<string>();
  return client.on('shareLink.changed', (links) => {
    for (const { id, name, words } of links.filter((link) => link.terminal === terminal).flatMap(waiting)) {
      if (told.has(id)) continue;
      told.add(id);
      const line = `${printable(name)} waits at your link: ${printable(words.join(' '))}. In another shell: clawreach share --admit ${shellWord(id)}`;
      host.stderr.write(`${BELL}${notice.isUsable ? '' : noticeText(line, host.stderr)}`);
    }
  });
}

/** Asks the person about each guest of a link, until it has ended or the person presses Ctrl-C. Used by `share --link` at a terminal. */
export async function admitGuests(context: CommandContext, client: AppApiClient, id: string): Promise<void> {
  const { reporter, host, prompter } = context;
  let links = await client.call('shareLink.list', {});
  let news = Promise.withResolvers<void>();
  const off = client.on('shareLink.changed', (changed) => {
    links = changed;
    news.resolve();
  });
  const stop = (): void => news.resolve();
  host.interrupted.addEventListener('abort', stop, { once: true });
  const gone = new AbortController();
  void client.closed.then(() => {
    gone.abort();
    stop();
  });
  reporter.note('', 'Waiting for guests. Ctrl-C ends the waiting, not the link.');
  const asked = new Set<string>();
  try {
    while (!host.interrupted.aborted && !gone.signal.aborted) {
      const link = links.find((known) => known.id === id);
      if (link === undefined) return reporter.lines('The link has ended.');
      const guest = waiting(link).find((one) => !asked.has(one.id));
      if (guest === undefined) {
        await news.promise;
        news = Promise.withResolvers();
        continue;
      }
      asked.add(guest.id);
      host.stderr.write(BELL);
      const question = `${printable(guest.name)} waits: ${printable(guest.words.join(' '))}. Does this guest see the same four words, and may come in?`;
      await answer(context, client, guest, await prompter.confirm(question));
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  } finally {
    off();
    host.interrupted.removeEventListener('abort', stop);
  }
}

async function answer(
  { reporter }: CommandContext,
  client: AppApiClient,
  { id, name }: GuestView,
  letIn: boolean,
): Promise<void> {
  try {
    await client.call('shareLink.answer', { guest: id, letIn });
    reporter.lines(answerText(name, letIn));
  } catch (error) {
    if (errorCode(error) !== 'share.unknown') throw error;
    reporter.lines(`${printable(name)} has left.`);
  }
}

/** Says that a guest was let in or declined. */
export function answerText(name: string, letIn: boolean): string {
  return `${letIn ? 'Let in' : 'Declined'}: ${printable(name)}.`;
}

function waiting({ guests }: ShareLinkView): readonly GuestView[] {
  return guests.filter(({ state }) => state === 'waiting');
}
