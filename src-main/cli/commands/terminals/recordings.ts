import type { Command } from 'commander';
import type { AppApiClient, RecordingView } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { CastReader, RecordingError } from '#shared/recording/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatBinaryBytes, formatDuration, formatTable, formatTime, printable } from '../../output/index.ts';
import { playCast } from '../../terminal/index.ts';
import { peerName } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type PlayOptions = CommonOptions & Readonly<{ speed: number; idle?: number }>;
type AlwaysOptions = CommonOptions & Readonly<{ peer?: string; served?: string }>;

export const addRecordings: Registration = (program, run) => {
  const recordings: Command = addCommand(
    program,
    'recordings',
    'list, play, export and delete recordings of terminals',
    {
      description: [
        'Recordings of terminals, as asciicast files of version 2 in the profile of this device, for your eyes only. Nothing is recorded unless you ask ' +
          'for it; what is typed is not in them, unless you ask for that too.',
        '',
        'One is at most 64 MiB, all together at most 1 GiB.',
      ].join('\n'),
      examples: [
        ['clawreach recordings', 'those that are there'],
        ['clawreach connect office --record', 'records what is shown'],
        ['clawreach recordings play 20261121 --speed 2', 'the beginning of the id is enough'],
        ['clawreach recordings export 20261121 demo.cast', 'for asciinema and others'],
      ],
    },
  ).action((options: CommonOptions) => run(options, list));
  const runBelow: Run = (options, work) => run({ ...recordings.opts<CommonOptions>(), ...options }, work);

  addCommand(recordings, 'list', 'what was recorded', { examples: [['clawreach recordings list --json', '']] }).action(
    (options: CommonOptions) => runBelow(options, list),
  );

  addCommand(recordings, 'play', 'play one on this terminal', {
    examples: [['clawreach recordings play 20261121T2203 --idle 1', 'pauses of at most a second']],
  })
    .argument('<id>', 'as the list shows it; its beginning is enough')
    .option('--speed <factor>', 'so many times as fast', parseFactor, 1)
    .option('--idle <seconds>', 'cut longer pauses to this', parseFactor)
    .action((id: string, options: PlayOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const recording = await find(client, id);
        const reader = new CastReader();
        await readAll(client, recording.id, (bytes) => reader.push(bytes));
        await playCast(context.host, { ...reader.finish(), speed: options.speed, idleLimit: options.idle });
      }),
    );

  addCommand(recordings, 'export', 'write one to a file', {
    examples: [['clawreach recordings export 20261121T2203 demo.cast', '']],
  })
    .argument('<id>', 'as the list shows it; its beginning is enough')
    .argument('<file>', 'a new file')
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

  addCommand(recordings, 'delete', 'delete some', { examples: [['clawreach recordings delete 20261121T2203', '']] })
    .argument('<id...>', 'as the list shows them; the beginning is enough')
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

  addCommand(recordings, 'always', 'say what is recorded without being asked for each time', {
    description:
      'Record every terminal on a peer whenever it is used from here (--peer, once more to end that), or everything that peers do in terminals of ' +
      'this device (--served on|off). Peers are told that their terminals here are recorded.',
    examples: [
      ['clawreach recordings always --peer office', 'from now on, or no more'],
      ['clawreach recordings always --served on', 'what peers do here'],
    ],
  })
    .option('--peer <name>', 'every terminal on this peer')
    .option('--served <on|off>', 'what peers do here')
    .action((options: AlwaysOptions) => runBelow(options, (context) => always(context, options)));
};

async function list(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const { reporter, host } = context;
  const { recordings, used, limit } = await client.call('recordings.list', {});
  reporter.document({ recordings, used, limit });
  if (recordings.length === 0) {
    reporter.lines('Nothing is recorded. `clawreach connect NAME --record` records a terminal.');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 16 },
      { title: 'BEGAN' },
      { title: 'LASTS', align: 'right' },
      { title: 'SIZE', align: 'right' },
      { title: 'OF', least: 8 },
      { title: 'TITLE' },
    ],
    recordings.map(({ id, startedAt, duration, bytes, peerName: name, side, title, running }) => [
      id,
      formatTime(startedAt, now),
      running ? 'runs' : formatDuration(duration),
      formatBinaryBytes(bytes),
      `${printable(name) || '-'}${side === 'target' ? ' here' : ''}`,
      printable(title),
    ]),
    reporter.columns,
  );
  reporter.lines(
    reporter.style.dim(head),
    ...rows,
    reporter.style.dim(`${formatBinaryBytes(used)} of ${formatBinaryBytes(limit)}`),
  );
}

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
    `Terminals on these peers: ${names.length === 0 ? 'none' : names.join(', ')}`,
    `What peers do here: ${settings.served ? 'yes, and they are told' : 'no'}`,
  );
}

/**
 * Finds a recording by the start of its ID.
 * @throws {RecordingError} `recording.unknown`
 * @throws {UsageError} `usage.recording-ambiguous`
 */
async function find(client: AppApiClient, id: string): Promise<RecordingView> {
  const { recordings } = await client.call('recordings.list', {});
  const found = recordings.filter((recording) => recording.id.startsWith(id));
  const [only] = found;
  if (only === undefined || id === '') throw new RecordingError('recording.unknown', 'there is no such recording');
  if (found.length > 1) {
    throw new UsageError('usage.recording-ambiguous', 'more than one recording begins so', {
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

async function readAll(client: AppApiClient, id: string, take: (bytes: Uint8Array) => void): Promise<void> {
  let offset: number | null = 0;
  while (offset !== null) {
    const piece: { data: string; next: number | null } = await client.call('recordings.read', { id, offset });
    take(fromBase64Url(piece.data));
    offset = piece.next;
  }
}

/** Parses a speed factor. @throws {UsageError} `usage.factor` */
function parseFactor(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,2})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0.1 && value <= 100)) {
    throw new UsageError('usage.factor', `"${text}" is no number from 0.1 to 100`, { details: { text } });
  }
  return value;
}
