import { HISTORY_KINDS, type CallInput, type HistoryEntry, type HistoryKind } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import {
  formatDuration,
  formatTable,
  formatTime,
  parseDuration,
  printable,
  printableInOrder,
} from '../../output/index.ts';
import { factText } from '../machines/approval-format.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration } from '../registry.ts';

type HistoryOptions = CommonOptions &
  Readonly<{
    peer?: string;
    kind?: readonly string[];
    since?: string;
    text?: string;
    limit: number;
    clear?: boolean;
  }>;

export const addHistory: Registration = (program, run) => {
  addCommand(program, 'history', 'show who used this device, and what this device used: from when to when', {
    description: [
      'Show sessions between this device and others, newest first: terminals, terminals looked on at, forwards, prompts, what was approved, and how ' +
        'links ran. Kept on this device only; never what was typed or shown.',
      '',
      `Kinds: ${HISTORY_KINDS.join(', ')}.`,
    ].join('\n'),
    examples: [
      ['clawreach history', 'the last 50'],
      ['clawreach history --peer laptop --since 7d', 'with this peer, in the last week'],
      ['clawreach history --kind terminal shared --json', 'for programs'],
      ['clawreach history --clear', 'forget what is over'],
    ],
  })
    .option('--peer <name>', 'only with this peer, also one that was forgotten')
    .option('--kind <kind...>', 'only of these kinds')
    .option('--since <duration>', 'only what went on in that time, such as 30m, 2h, 7d')
    .option('--text <words>', 'only where all these words are found')
    .option('-n, --limit <n>', 'how many at most', parseWhole(1, 5000), 50)
    .option('--clear', 'forget what is over')
    .action((options: HistoryOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { reporter, host } = context;
        if (options.clear === true) {
          await client.call('history.clear', {});
          reporter.document({});
          reporter.lines('Forgotten. What was decided about requests stays under `clawreach approvals --all`.');
          return;
        }
        const now = host.clock.now();
        const { entries, more } = await client.call('history.list', queryOf(options, now));
        reporter.document({ entries, more });
        if (entries.length === 0) {
          reporter.lines('Nothing yet.');
          return;
        }
        const [head = '', ...rows] = formatTable(
          [
            { title: 'BEGAN', least: 16 },
            { title: 'LASTED', align: 'right' },
            { title: 'KIND', least: 8 },
            { title: 'PEER', least: 8 },
            { title: '' },
            { title: 'WHAT', least: 12 },
            { title: 'END', least: 8 },
          ],
          entries.map((entry) => row(entry, now)),
          reporter.columns,
        );
        reporter.lines(reporter.style.dim(head), ...rows);
        if (more) reporter.lines(reporter.style.dim('There is more: -n shows it.'));
      }),
    );
};

/** Reads the options as a query. @throws {UsageError} `usage.history-kind`, `usage.duration` */
function queryOf({ peer, kind, since, text, limit }: HistoryOptions, now: number): CallInput<'history.list'> {
  const kinds = kind?.flatMap((words) => words.split(',')).map(parseKind);
  return {
    limit,
    ...(peer === undefined ? {} : { peer }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(since === undefined ? {} : { since: Math.floor(now - parseDuration(since)) }),
    ...(text === undefined ? {} : { text }),
  };
}

function parseKind(text: string): HistoryKind {
  const kind = HISTORY_KINDS.find((known) => known === text.trim());
  if (kind === undefined) {
    throw new UsageError('usage.history-kind', `there is no kind "${text}"`, {
      details: { kind: text, kinds: HISTORY_KINDS.join(', ') },
    });
  }
  return kind;
}

function row(entry: HistoryEntry, now: number): string[] {
  const { startedAt, endedAt, open, kind, direction, peerName, detail, facts, outcome, count } = entry;
  const lasted = open
    ? `${formatDuration(now - startedAt)}+`
    : endedAt === null
      ? '?'
      : formatDuration(endedAt - startedAt);
  return [
    formatTime(startedAt, now),
    kind === 'path' ? '' : lasted,
    kind,
    printable(peerName) || '-',
    direction === 'in' ? 'here' : 'there',
    printableInOrder(detail) + (facts === undefined ? '' : ` [${factText(facts)}]`) + (count > 1 ? ` (${count})` : ''),
    open ? 'goes on' : endedAt === null ? 'not known' : printable(outcome ?? ''),
  ];
}
