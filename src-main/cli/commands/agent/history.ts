import {
  HISTORY_KINDS,
  PATH_REASONS,
  REQUESTED,
  type AppApiClient,
  type CallInput,
  type CallOutput,
  type HistoryEntry,
  type HistoryKind,
} from '#shared/app-api/index.ts';
import { isConfirmed, readRecords, viewAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import {
  formatDuration,
  formatTable,
  formatTime,
  headLine,
  parseDuration,
  printable,
  printableInOrder,
  truncate,
  wrap,
} from '../../output/index.ts';
import { approvalText, factText } from '../machines/approval-format.ts';
import { pathReason } from '../machines/path-format.ts';
import { rightName } from '../machines/right-names.ts';
import { outcomeWords } from './outcome-words.ts';
import { addCommand, addMachine, withMachine, parseWhole, type CommonOptions, type Registration } from '../registry.ts';

/** Width of the table in a pipe, which knows none; `--json` has whole entries. */
const PIPE_COLUMNS = 120;

type HistoryOptions = CommonOptions &
  Readonly<{
    peer?: string;
    kind?: readonly string[];
    since?: string;
    text?: string;
    limit: number;
    clear?: boolean;
    yes?: boolean;
  }>;

/**
 * Registers `clawreach history`, which prints the agent's history of sessions with other machines, or clears it. Starts
 * an agent if none is running.
 */
export const addHistory: Registration = (program, run) => {
  const command = addCommand(program, 'history', 'show who used this machine and what it used, and when', {
    description: [
      'Show who used this machine and what it used, oldest first: terminals, watched terminals, forwards, prompts, approvals and the paths of ' +
        'connections. Stored only on this machine, and never what was typed or shown.',
      '',
      `Kinds: ${HISTORY_KINDS.join(', ')}.`,
      '',
      'A pipe gets rows of at most 120 columns. Scripts should use --json, which has whole entries.',
    ].join('\n'),
    examples: [
      ['clawreach history', 'the last 50 entries'],
      ['clawreach history laptop --since 7d', 'with laptop, in the last week'],
      ['clawreach history --kind terminal shared --json', 'for scripts'],
      ['clawreach history --clear', 'remove finished entries'],
    ],
  });
  addMachine(command, 'name or ID of the machine: only with it, even if you removed it')
    .option('--kind <kind...>', 'only these kinds')
    .option('--since <duration>', 'only from this time, such as 30m, 2h, 7d')
    .option('--text <words>', 'only entries with all of these words')
    .option('-n, --limit <n>', 'largest number of entries', parseWhole(1, 5000), 50)
    .option('--clear', 'remove finished entries; asks first')
    .option('-y, --yes', "don't ask")
    .action((machine: string | undefined, given: HistoryOptions) =>
      run(given, async (context) => {
        const options = withMachine(machine, given);
        const { reporter, host } = context;
        if (options.clear === true) {
          const client = await viewAgent(context);
          if (!(await isConfirmed(context, options, 'Remove all finished entries of the history?')))
            return EXIT.failure;
          await client.call('history.clear', {});
          reporter.document({});
          reporter.lines('Cleared the history. Answered requests stay under `clawreach approvals --all`.');
          return EXIT.ok;
        }
        const now = host.clock.now();
        const query = queryOf(options, now);
        const { entries: newestFirst, more } = await readRecords(context, (client) => list(client, query));
        // As in a log, and in `clawreach audit`: the newest is next to the prompt.
        const entries = newestFirst.toReversed();
        reporter.document(entries);
        if (entries.length === 0) {
          const { peer, kind, since, text } = options;
          const isFiltered = [peer, kind, since, text].some((filter) => filter !== undefined);
          reporter.lines(isFiltered ? 'No entries match.' : 'No history yet.');
          return EXIT.ok;
        }
        const width = reporter.columns || PIPE_COLUMNS;
        const [head = '', ...rows] = formatTable(
          [
            { title: 'BEGAN', least: 16 },
            { title: 'LASTED', align: 'right', least: 6 },
            { title: 'KIND', least: 4 },
            { title: 'MACHINE', least: 7 },
            { title: 'WHERE', least: 5 },
            { title: 'WHAT', least: 36 },
            { title: 'END', least: 5 },
          ],
          entries.map((entry) => row(entry, now)),
          width,
        );
        reporter.lines(
          ...headLine(reporter.style, head),
          ...rows.flatMap((line, index) => [line, ...factLine(entries[index], width).map(reporter.style.dim)]),
        );
        if (more) reporter.lines(reporter.style.dim('There are earlier entries. Use -n to show them.'));
        return EXIT.ok;
      }),
    );
};

/**
 * Asks the agent for the entries. If there are none of that machine, finds it by other spellings of its name or ID.
 * @throws {AppApiError} `peer.unknown`, `peer.ambiguous` if neither the history nor the list of machines has it
 */
async function list(
  client: AppApiClient,
  query: CallInput<'history.list'>,
): Promise<Readonly<CallOutput<'history.list'>>> {
  const answer = await client.call('history.list', query);
  const { peer } = query;
  if (answer.entries.length > 0 || peer === undefined) return answer;
  // The history also has machines that were removed.
  const { entries } = await client.call('history.list', { peer, limit: 1 });
  if (entries.length > 0) return answer;
  const { peerId } = await client.call('peers.get', { peer });
  return await client.call('history.list', { ...query, peer: peerId });
}

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

/** Kinds of entries without a duration. */
const MOMENTS: ReadonlySet<HistoryKind> = new Set(['path', 'pairing', 'permission', 'relay']);
/** Kinds of entries about the connection to a machine, which is neither here nor there. */
const PLACELESS: ReadonlySet<HistoryKind> = new Set(['path', 'pairing', 'relay']);

/** Words for the details of entries about paths and pairings. */
const DETAILS: Readonly<Partial<Record<HistoryKind, Readonly<Record<string, string>>>>> = {
  path: { direct: 'direct', relay: 'through the relay', via: 'via a machine', none: 'no connection' },
  pairing: { added: 'paired', again: 'paired again', removed: 'removed' },
};

/** Words for decisions about a permission. */
const DECISIONS: Readonly<Record<string, string>> = { allow: 'allowed', ask: 'asks each time', deny: 'denied' };

/** Words for answers to a request. Other outcomes are exit codes and error codes. */
const ANSWERS: Readonly<Record<string, string>> = {
  approved: 'approved',
  always: 'always allowed',
  'for-time': 'allowed for a time',
  denied: 'declined',
  ignored: 'ignored',
  expired: 'no answer',
  withdrawn: 'withdrawn',
};

/** Says what an entry is about. */
function whatText({ kind, detail, name }: HistoryEntry): string {
  if (kind === 'permission') {
    const [right = '', decision = ''] = detail.split(' ');
    return printable(`${rightName(right)}: ${DECISIONS[decision] ?? decision}`);
  }
  if (kind === 'approval') {
    const [word, ...rest] = detail.split(': ');
    const right = REQUESTED.find((known) => known === word);
    if (right !== undefined) return approvalText({ right, detail: rest.join(': ') });
  }
  const words = DETAILS[kind]?.[detail];
  if (words !== undefined) return words;
  const shown = kind === 'terminal' && detail === '' ? 'shell' : printableInOrder(detail);
  return name === undefined ? shown : `${printableInOrder(name)}: ${shown}`;
}

/** Says how an entry ended; of a path, why it was chosen. */
function endText({ kind, detail, outcome }: HistoryEntry): string {
  const reason = kind === 'path' ? PATH_REASONS.find((known) => known === outcome) : undefined;
  if (reason === undefined)
    return (kind === 'approval' ? ANSWERS[outcome ?? ''] : undefined) ?? outcomeWords(outcome ?? '');
  return detail === 'none' ? 'connection lost' : pathReason(reason);
}

/** Formats the facts of an entry on lines below its row, which hasn't the room for them; empty without facts. */
function factLine(entry: HistoryEntry | undefined, columns: number): readonly string[] {
  const { facts = [] } = entry ?? {};
  if (facts.length === 0) return [];
  return wrap(`    ${factText(facts)}`, columns).map((line) => truncate(line, columns));
}

/** Formats an entry as a row of the table. */
function row(entry: HistoryEntry, now: number): string[] {
  const { startedAt, endedAt, open, kind, direction, peerName, count } = entry;
  const lasted = open
    ? `${formatDuration(now - startedAt)}+`
    : endedAt === null
      ? '?'
      : formatDuration(endedAt - startedAt);
  return [
    formatTime(startedAt, now),
    MOMENTS.has(kind) ? '' : lasted,
    kind,
    printable(peerName) || '-',
    PLACELESS.has(kind) ? '' : direction === 'in' ? 'here' : 'there',
    whatText(entry) + (count > 1 ? ` (${count})` : ''),
    open ? 'ongoing' : endedAt === null ? 'unknown' : endText(entry),
  ];
}
