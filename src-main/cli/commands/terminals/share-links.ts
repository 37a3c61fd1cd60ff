import type { AppApiClient, GuestView, ShareLinkView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { UsageError } from '../../errors.ts';
import { formatDuration, formatEnd, formatTable, headLine, parseDuration, printable } from '../../output/index.ts';
import { peerWord, shellWord } from '../machines/peer-format.ts';
import type { CommandContext } from '../registry.ts';
import { admitGuests, answerText } from './guest-watch.ts';

/** Options of a new link for guests. */
export type LinkOptions = Readonly<{ type?: boolean; for?: string; once?: boolean; letIn?: boolean }>;

const SECOND = 1000;

/** Creates a link for guests to a terminal, and prints it; at a terminal also asks about each guest. @param peer ID of the device that runs it; null for this one */
export async function createLink(
  context: CommandContext,
  client: AppApiClient,
  where: Readonly<{ peer: string | null; terminal: string }>,
  options: LinkOptions,
): Promise<void> {
  const { reporter, host, prompter } = context;
  const seconds = options.for === undefined ? undefined : Math.round(parseDuration(options.for) / SECOND);
  const link = await client
    .call(
      'shareLink.create',
      {
        ...where,
        role: options.type === true ? 'type' : 'view',
        ...(seconds === undefined ? {} : { seconds }),
        once: options.once === true,
        letIn: options.letIn === true,
      },
      { signal: host.interrupted },
    )
    .catch(async (error: unknown) => {
      if (errorCode(error) !== 'share.not-open' || where.peer === null) throw error;
      // The text names the command that opens it.
      const word = peerWord(await client.call('peers.get', { peer: where.peer }));
      const details = { word, terminal: where.terminal.slice(0, 8) };
      throw new ClawReachError('share.not-open', 'the terminal is not open here', { cause: error, details });
    });
  reporter.document(link);
  reporter.lines(
    link.url,
    '',
    `${link.role === 'type' ? 'Guests type' : 'Guests only watch'}. The link ends ${formatEnd(link.expiresAt, host.clock.now())}; sooner: clawreach share --end ${shellWord(link.id)}`,
    link.letIn
      ? 'Guests come in without asking. See them: clawreach share --list'
      : 'Guests wait for you: clawreach share --list, then --admit GUEST or --decline GUEST',
    'The server that delivers the page could read this session if it changed the page.',
  );
  // Only here someone sees that a guest waits.
  if (!link.letIn && prompter.available) await admitGuests(context, client, link.id);
}

/** Prints the links for guests that are open, with their guests. */
export async function listLinks({ reporter, host }: CommandContext, client: AppApiClient): Promise<void> {
  const links = await client.call('shareLink.list', {});
  reporter.document(links);
  if (links.length === 0) {
    reporter.lines('No terminal is shared by a link.');
    return;
  }
  const now = host.clock.now();
  const rows = links.flatMap((link) => [
    [link.id, link.role, printable(link.title) || '-', `link, ${formatDuration(link.expiresAt - now)} left`, ''],
    ...link.guests.map((guest) => [
      guest.id,
      '',
      printable(guest.name),
      stateOf(guest),
      guest.state === 'waiting' ? guest.words.join(' ') : '',
    ]),
  ]);
  const [head = '', ...lines] = formatTable(
    [{ title: 'ID' }, { title: 'GUESTS' }, { title: 'TERMINAL OR NAME' }, { title: 'STATE' }, { title: 'FOUR WORDS' }],
    rows,
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...lines);
}

/** Lets a guest in, or declines it. @param text beginning of its ID, or its name */
export async function answerGuest(
  { reporter }: CommandContext,
  client: AppApiClient,
  text: string,
  letIn: boolean,
): Promise<void> {
  const links = await client.call('shareLink.list', {});
  const guests = links.flatMap((link) => link.guests);
  const waiting = guests.filter(({ state }) => state === 'waiting');
  const guest = only(guests, idOf(guests, waiting, text));
  await client.call('shareLink.answer', { guest: guest.id, letIn });
  reporter.document({ guest: guest.id, letIn });
  reporter.lines(answerText(guest.name, letIn));
}

/** Ends a link, or sends a guest away. @param text beginning of the ID, or a guest's name */
export async function endLink({ reporter }: CommandContext, client: AppApiClient, text: string): Promise<void> {
  const links = await client.call('shareLink.list', {});
  const guests = links.flatMap((link) => link.guests);
  const all = [...links, ...guests];
  const found = only<ShareLinkView | GuestView>(all, idOf(all, guests, text));
  const isLink = 'url' in found;
  if (isLink) await client.call('shareLink.end', { id: found.id });
  else await client.call('shareLink.remove', { guest: found.id });
  reporter.document({ ended: found.id });
  reporter.lines(isLink ? 'The link has ended. Its guests are out.' : `Sent away: ${printable(found.name)}.`);
}

function stateOf({ state, typedAt }: GuestView): string {
  if (state === 'waiting') return 'waits';
  return `${state}${typedAt === null ? '' : ', has typed'}`;
}

/** Returns the ID of the only guest of that name, unless the text is the beginning of an ID; else the text. */
function idOf(all: readonly Readonly<{ id: string }>[], guests: readonly GuestView[], text: string): string {
  if (all.some(({ id }) => id.startsWith(text.trim().toLowerCase()))) return text;
  const [found, ...others] = guests.filter(({ name }) => plainKey(name) === plainKey(text));
  return found === undefined || others.length > 0 ? text : found.id;
}

/** Returns the one whose ID begins with this text. @throws {UsageError} `usage.share-link` */
function only<Item extends Readonly<{ id: string }>>(items: readonly Item[], text: string): Item {
  const beginning = text.trim().toLowerCase();
  const [found, ...others] = items.filter(({ id }) => beginning !== '' && id.startsWith(beginning));
  if (found !== undefined && others.length === 0) return found;
  throw new UsageError('usage.share-link', 'no such link or guest', { details: { id: printable(text) } });
}
