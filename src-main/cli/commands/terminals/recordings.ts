import type { Command } from 'commander';
import type { AppApiClient, RecordingView } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { CastReader, RecordingError } from '#shared/recording/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatBinaryBytes, formatDuration, formatTable, formatTime, headLine, printable } from '../../output/index.ts';
import { playCast } from '../../terminal/index.ts';
import { peerName } from '../machines/peer-format.ts';
import {
  addCommand,
  addMachine,
  withMachine,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type Run,
} from '../registry.ts';

type PlayOptions = CommonOptions & Readonly<{ speed: number; idle?: number }>;
type AlwaysOptions = CommonOptions & Readonly<{ peer?: string; served?: string }>;

/**
 * Registers `clawreach recordings`, whose commands list, play and delete the recordings that the agent stores, export one to a new file, and choose
 * what it always records. Each one starts an agent if none is running.
 */
export const addRecordings: Registration = (program, run) => {
  const recordings: Command = addCommand(
    program,
    'recordings',
    'list, play, export and delete recordings of terminals',
    {
      description: [
        'Manage the recordings of terminals. They show the screen, and are stored only on this machine, as asciicast files (version 2) that ' +
          "only you can read. Nothing is recorded unless you choose it. What you type isn't recorded, unless you choose that in the window.",
        '',
        'A recording has up to 64 MiB, all together up to 1 GiB. Without a command, lists them.',
      ].join('\n'),
      examples: [
        ['clawreach recordings', 'list the recordings'],
        ['clawreach connect office --record', 'records the screen'],
        ['clawreach recordings play 20261121 --speed 2', 'the first characters of the ID are enough'],
        ['clawreach recordings export 20261121 demo.cast', 'for players such as asciinema'],
      ],
    },
  ).action((options: CommonOptions) => run(options, list));
  const runBelow: Run = (options, work) => run({ ...recordings.opts<CommonOptions>(), ...options }, work);

  addCommand(recordings, 'list', 'list the recordings', {
    examples: [['clawreach recordings list --json', '']],
  }).action((options: CommonOptions) => runBelow(options, list));

  addCommand(recordings, 'play', 'play a recording in this terminal', {
    examples: [['clawreach recordings play 20261121T2203 --idle 1', 'shortens pauses to one second']],
  })
    .argument('<id>', 'ID from the list; the first characters are enough')
    .option('--speed <factor>', 'speed, such as 2 for twice as fast', parseFactor, 1)
    .option('--idle <seconds>', 'shorten longer pauses to this', parseFactor)
    .action((id: string, options: PlayOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const recording = await find(client, id);
        const reader = new CastReader();
        await readAll(client, recording.id, (bytes) => reader.push(bytes));
        await playCast(context.host, { ...reader.finish(), speed: options.speed, idleLimit: options.idle });
      }),
    );

  addCommand(recordings, 'export', 'save a recording in a file', {
    examples: [['clawreach recordings export 20261121T2203 demo.cast', '']],
  })
    .argument('<id>', 'ID from the list; the first characters are enough')
    .argument('<file>', "a file that doesn't exist yet")
    .action((id: string, file: string, options: CommonOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const recording = await find(client, id);
        const decoder = new TextDecoder();
        let text = '';
        await readAll(client, recording.id, (bytes) => {
          text += decoder.decode(bytes, { stream: true });
        });
        await context.host.writeText(file, text + decoder.decode());
        context.reporter.document({ id: recording.id, file });
        context.reporter.lines(`Written to ${printable(file)}.`);
      }),
    );

  addCommand(recordings, 'delete', 'delete recordings', {
    examples: [['clawreach recordings delete 20261121T2203', '']],
  })
    .argument('<id...>', 'IDs from the list; the first characters are enough')
    .action((ids: readonly string[], options: CommonOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        // Find all of them before deleting the first.
        const chosen: RecordingView[] = [];
        for (const id of ids) chosen.push(await find(client, id));
        for (const { id } of chosen) await client.call('recordings.delete', { id });
        context.reporter.document(chosen.map(({ id }) => id));
        context.reporter.lines(...chosen.map(({ id }) => `Deleted ${id}.`));
      }),
    );

  const chosen = addCommand(recordings, 'always', 'choose terminals that are always recorded', {
    description:
      'Always record the terminals that you open on a machine (repeat the command to stop that), or the terminals that other machines ' +
      'open here (--served on|off). The other machines are told that their terminals here are recorded.',
    examples: [
      ['clawreach recordings always office', 'turns this on or off for office'],
      ['clawreach recordings always --served on', 'terminals that other machines open here'],
    ],
  });
  addMachine(chosen, 'name or ID of the machine: every terminal that you open on it')
    .option('--served <on|off>', 'terminals that other machines open here')
    .action((machine: string | undefined, options: AlwaysOptions) =>
      runBelow(options, (context) => always(context, withMachine(machine, options))),
    );
};

async function list(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const { reporter, host } = context;
  const { recordings, used, limit } = await client.call('recordings.list', {});
  reporter.document(recordings);
  if (recordings.length === 0) {
    reporter.lines('No recordings. To record a terminal: `clawreach connect NAME --record`');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 16 },
      { title: 'BEGAN' },
      { title: 'LENGTH', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'MACHINE', least: 8 },
      { title: 'TITLE' },
    ],
    recordings.map(({ id, startedAt, duration, bytes, peerName: name, side, title, running }) => [
      id,
      formatTime(startedAt, now),
      running ? 'recording' : formatDuration(duration),
      formatBinaryBytes(bytes),
      `${printable(name) || '-'}${side === 'target' ? ' here' : ''}`,
      printable(title),
    ]),
    reporter.columns,
  );
  reporter.lines(
    ...headLine(reporter.style, head),
    ...rows,
    reporter.style.dim(`${formatBinaryBytes(used)} of ${formatBinaryBytes(limit)} used`),
  );
}

/** Changes the agent's settings about permanent recording as the options say, and prints them. */
async function always(context: CommandContext, { peer, served }: AlwaysOptions): Promise<void> {
  if (served !== undefined && served !== 'on' && served !== 'off') {
    throw new UsageError('usage.on-off', '--served takes on or off', { details: { option: '--served', text: served } });
  }
  const client = await ensureAgent(context);
  let settings = await client.call('recordings.settings.get', {});
  const peers = await client.call('peers.list', {});
  if (peer !== undefined) {
    const { peerId } = await client.call('peers.get', { peer });
    const others = settings.peers.filter((known) => known !== peerId);
    settings = { ...settings, peers: others.length < settings.peers.length ? others : [...others, peerId] };
  }
  if (served !== undefined) settings = { ...settings, served: served === 'on' };
  if (peer !== undefined || served !== undefined) settings = await client.call('recordings.settings.set', settings);
  const names = peers.filter(({ peerId }) => settings.peers.includes(peerId)).map((known) => peerName(known));
  context.reporter.document(settings);
  context.reporter.lines(
    `Always recorded: terminals on ${names.length === 0 ? 'no machines' : names.join(', ')}`,
    `Terminals that other machines open here: ${settings.served ? 'recorded, and they are told' : 'not recorded'}`,
  );
}

/**
 * Returns the recording whose ID starts with that text.
 * @throws {RecordingError} `recording.unknown`
 * @throws {UsageError} `usage.recording-ambiguous`
 */
async function find(client: AppApiClient, id: string): Promise<RecordingView> {
  const { recordings } = await client.call('recordings.list', {});
  const found = recordings.filter((recording) => recording.id.startsWith(id));
  const [only] = found;
  if (only === undefined || id === '') throw new RecordingError('recording.unknown', 'there is no such recording');
  if (found.length > 1) {
    throw new UsageError('usage.recording-ambiguous', 'more than one recording matches', {
      details: {
        id,
        candidates: found
          .slice(0, 5)
          .map((one) => one.id)
          .join(', '),
      },
    });
  }
  return only;
}

/** Reads a recording from the agent, piece by piece. */
async function readAll(client: AppApiClient, id: string, take: (bytes: Uint8Array) => void): Promise<void> {
  let offset: number | null = 0;
  while (offset !== null) {
    const piece: { data: string; next: number | null } = await client.call('recordings.read', { id, offset });
    take(fromBase64Url(piece.data));
    offset = piece.next;
  }
}

/**
 * Parses a factor or a number of seconds from 0.1 to 100.
 * @throws {UsageError} `usage.factor`
 */
function parseFactor(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,2})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0.1 && value <= 100)) {
    throw new UsageError('usage.factor', `"${text}" isn't a number from 0.1 to 100`, { details: { text } });
  }
  return value;
}
