import type { AppApiClient, ServedTerminalView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatDuration, formatTable, printable } from '../../output/index.ts';
import { peerName } from '../machines/peer-format.ts';
import { reachRelay } from '../agent/ensure-relay.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

type ShareOptions = CommonOptions & RelayFlags & Readonly<{ with?: string; stop?: boolean; here?: boolean }>;

export const addShare: Registration = (program, run) => {
  const command = addCommand(program, 'share', 'let another peer look on at a terminal, and end that', {
    description: [
      'Let another peer look on at a terminal of yours on a peer, or at one that runs on this device (--here): it sees what is shown and can do nothing. ' +
        'The device on which the terminal runs has to be paired with that peer, and to let it look on: `clawreach rights NAME --allow view` there; ' +
        'without that its person is asked. It ends with the terminal, with that right, or with --stop.',
    ].join('\n'),
    examples: [
      ['clawreach share office 3fa9 --with lena', 'lena sees it: clawreach watch office'],
      ['clawreach share office 3fa9 --stop', 'nobody looks on any more'],
      ['clawreach share --here', 'what runs on this device, and who looks on'],
      ['clawreach share --here 3fa9 --stop --with lena', ''],
    ],
  });
  addRelayOptions(command)
    .argument('[words...]', 'name of the machine the terminal runs on (not with --here), and the id of the terminal')
    .option('--here', 'a terminal that runs on this device')
    .option('--with <name>', 'the peer that looks on')
    .option('--stop', 'end it; without --with for all')
    .action((words: readonly string[], options: ShareOptions) =>
      run(options, (context) => share(context, words, options)),
    );
};

async function share(context: CommandContext, words: readonly string[], options: ShareOptions): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  const here = options.here === true;
  const [place, text, ...others] = here ? [undefined, ...words] : words;
  if (here && text === undefined) {
    await listServed(context, client);
    return;
  }
  if (text === undefined || others.length > 0 || (!here && place === undefined)) {
    throw new UsageError('usage.share', 'a peer and a terminal are needed');
  }
  if (options.with === undefined && options.stop !== true) {
    throw new UsageError('usage.share', 'nobody is named to share it with');
  }
  const peer = place === undefined ? null : await client.call('peers.get', { peer: place }, { signal });
  if (peer !== null) await reachRelay(context, client, options, peer);
  const terminal = await findTerminal(client, peer?.peerId ?? null, text, signal);
  const where = { peer: peer?.peerId ?? null, terminal };
  if (options.stop === true) {
    await client.call('terminal.unshare', { ...where, ...(options.with === undefined ? {} : { with: options.with }) });
    reporter.document({ terminal, stopped: options.with ?? null });
    reporter.lines(options.with === undefined ? 'Nobody looks on any more.' : 'That peer looks on no more.');
    return;
  }
  const viewer = await client.call('peers.get', { peer: options.with ?? '' });
  reporter.progress('Sharing…');
  await client.call('terminal.share', { ...where, with: viewer.peerId }, { signal });
  reporter.document({ terminal, with: viewer.peerId });
  reporter.lines(`${peerName(viewer)} may look on at ${terminal.slice(0, 8)} now.`);
}

async function listServed(context: CommandContext, client: AppApiClient): Promise<void> {
  const { reporter, host } = context;
  const served = await client.call('terminal.served', {});
  reporter.document(served);
  if (served.length === 0) {
    reporter.lines('No terminals run here for peers.');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 16 },
      { title: 'TITLE' },
      { title: 'AGE', align: 'right' },
      { title: 'OF', least: 8 },
      { title: 'MAY LOOK ON' },
    ],
    served.map((terminal) => [
      terminal.terminal,
      printable(terminal.title) || '-',
      formatDuration(now - terminal.startedAt),
      printable(terminal.peerName),
      viewersOf(terminal),
    ]),
    reporter.columns,
  );
  reporter.lines(reporter.style.dim(head), ...rows);
}

function viewersOf({ viewers }: ServedTerminalView): string {
  return viewers.map(({ name, watching }) => `${printable(name)}${watching ? ' (looks on)' : ''}`).join(', ') || '-';
}

/** Finds a terminal by the start of its ID. @throws {UsageError} `usage.share-terminal` */
async function findTerminal(
  client: AppApiClient,
  peer: string | null,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const beginning = text.trim().replace(/…$/, '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(beginning)) return beginning;
  const running =
    peer === null
      ? await client.call('terminal.served', {}, { signal })
      : await client.call('terminal.list', { peer }, { signal });
  const [found, ...others] = running.filter(({ terminal }) => terminal.startsWith(beginning));
  if (found !== undefined && others.length === 0 && beginning !== '') return found.terminal;
  throw new UsageError('usage.share-terminal', 'no such terminal', { details: { terminal: printable(text) } });
}
