import { Option } from 'commander';
import {
  MAX_APPROVAL_DURATION,
  MIN_APPROVAL_DURATION,
  type AddRequestView,
  type AppApiClient,
  type ApprovalView,
  type CallInput,
} from '#shared/app-api/index.ts';
import { viewAgent } from '../../control/index.ts';
import {
  formatDuration,
  formatTable,
  headLine,
  parseDuration,
  parseSize,
  printable,
  WHOLE,
  wrap,
} from '../../output/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { answerLines, APPROVAL_STATES, describeRequest, requestLines, undoText } from './approval-answer.ts';
import { confirmCommand, factLines, nameText, SHORT_ID, approvalText } from './approval-format.ts';
import { formatAdditions } from './addition-format.ts';
import { followRequests } from './approvals-follow.ts';
import { addBrowser } from './add.ts';
import { RELAY_READS } from './plain-relay-format.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type Decision = CallInput<'approvals.decide'>['decision'];

/** Largest ID of a request that `parseWhole` accepts: nine digits. */
const MAX_ID = 999_999_999;

/**
 * Registers `clawreach approvals`, whose commands list and answer the requests of peers that wait in the agent. Starts
 * an agent if none is running.
 */
export const addApprovals: Registration = (program, run) => {
  const approvals = addCommand(program, 'approvals', 'show and answer the requests of your machines', {
    description: [
      "Show and answer the requests of your machines, such as for a terminal here. Requests you don't answer are declined after two minutes. " +
        'Nothing is approved automatically.',
      'A browser that is signed in to your account can ask to be added; that grants nothing. `approvals approve` then shows the words to compare with it.',
      "Before you can approve a request, compare the machine's four words with `clawreach confirm`. Until then you can only decline it.",
    ].join('\n'),
    examples: [
      ['clawreach approvals', 'the requests that are waiting'],
      ['clawreach approvals --follow', 'asks about each as it comes; with --json a line of JSON for each'],
      ['clawreach approvals approve 7', 'allow it once; a forward until the machine disconnects, for up to an hour'],
      [
        'clawreach approvals approve 7 --remember',
        'allow it from now on: everything with this permission, or this target',
      ],
      ['clawreach approvals approve 7 --remember --agent-only', 'a message: allow all to this agent from now on'],
      [
        'clawreach approvals approve 7 --remember --up-to 1GiB',
        'files: accept these, and all later transfers up to 1 GiB',
      ],
      ['clawreach approvals approve 7 --for 1h', 'allow everything with this permission for an hour; it ends then'],
      ['clawreach approvals decline 7', 'decline it'],
      ['clawreach approvals ignore 7', 'decline it, and never ask about this permission again'],
      ['clawreach approvals ask-again 7', 'after declining it: be asked again at once'],
    ],
  })
    .addOption(new Option('--all', 'also show answered requests').conflicts('follow'))
    .option('-f, --follow', 'show requests as they come until Ctrl-C; in a terminal, ask about each')
    .action((options: CommonOptions & { all?: boolean; follow?: boolean }) =>
      run(options, (context) =>
        options.follow === true ? followRequests(context) : list(context, options.all === true),
      ),
    );
  // Other groups have a command of this name.
  addCommand(approvals, 'list', 'show the requests that are waiting', {
    examples: [['clawreach approvals list', 'the same as `clawreach approvals`']],
    isHidden: true,
  })
    .option('--all', 'also show answered requests')
    .action((options: CommonOptions & { all?: boolean }) =>
      run(options, (context) =>
        list(context, options.all === true || approvals.opts<{ all?: boolean }>().all === true),
      ),
    );
  const decide = (
    name: string,
    summary: string,
    decision: Decision,
    example: string,
  ): ReturnType<typeof addCommand> => {
    const command = addCommand(approvals, name, summary, { examples: [[`clawreach approvals ${example}`, '']] });
    return command
      .argument(
        '[id]',
        'number of the request, if several are waiting or no one can be asked; for a browser the first characters of its ID; see `clawreach approvals`',
        parseRequest,
      )
      .option('--reason <text>', 'note that stays on this machine')
      .action(
        (
          id: number | string | undefined,
          options: CommonOptions & {
            remember?: boolean;
            agentOnly?: boolean;
            upTo?: string;
            for?: string;
            reason?: string;
          },
        ) =>
          run({ ...approvals.opts<CommonOptions>(), ...options }, async (context) => {
            const duration = options.for === undefined ? undefined : parseTime(options.for);
            const most = options.upTo === undefined ? undefined : requireSize(options.upTo);
            const client = await viewAgent(context);
            const isLasting = options.remember === true || duration !== undefined;
            if (options.agentOnly === true && !isLasting) throw misused('--agent-only needs --remember or --for.');
            if (most !== undefined && !isLasting) throw misused('--up-to needs --remember or --for.');
            if (decision === 'approve') {
              const browser = await askingBrowser(context, client, id);
              if (browser !== undefined) {
                if (duration !== undefined || options.remember === true) throw withoutTime();
                await addBrowser(context, client, browser.peerId);
                return EXIT.ok;
              }
            }
            if (typeof id === 'string') throw withoutBrowser(id, `clawreach approvals ${name} --help`);
            const chosen = id ?? (await onlyRequest(context, client, name, decision));
            if (chosen === undefined) return EXIT.failure;
            const approval = await client.call('approvals.decide', {
              id: chosen,
              decision,
              ...(options.remember === true ? { remember: true } : {}),
              ...(options.agentOnly === true ? { agentOnly: true } : {}),
              ...(duration === undefined ? {} : { duration }),
              ...(most === undefined ? {} : { most }),
              ...(options.reason === undefined ? {} : { reason: options.reason.slice(0, 512) }),
            });
            context.reporter.document(approval);
            const [answer = '', ...more] = answerLines(approval, context.host.clock.now(), options.remember === true);
            context.reporter.lines(
              answer,
              // Without a number, the question has just shown them.
              ...(id === undefined && decision === 'approve' ? [] : requestLines(approval).slice(1)),
              ...more,
              ...(decision === 'ignore' ? undoText(approval) : []),
            );
            return EXIT.ok;
          }),
      );
  };
  decide('approve', 'approve a request', 'approve', 'approve 7')
    .option('--remember', "don't ask again about this target or, for other requests, about this permission")
    .option('--agent-only', 'with --remember or --for, about a message: only for the agent to which it is written')
    .option('--up-to <size>', 'with --remember or --for, about files: only transfers of up to this size, such as 1GiB')
    .option(
      '--for <duration>',
      "don't ask again for this time, such as 30m or 2h, about this permission; not for targets, nor for browsers that are asked about each time",
    );
  decide('decline', 'decline a request', 'not-now', 'decline 7').alias('refuse');
  addCommand(approvals, 'ask-again', 'be asked again about a declined request before its time is over', {
    description:
      'Be asked again about a request that you declined. The same request is declined for a while without asking you; this ends that time. It ' +
      'allows nothing.',
    examples: [['clawreach approvals ask-again 7', '']],
  })
    .argument('<id>', 'number of the request; see `clawreach approvals --all`', parseWhole(0, MAX_ID))
    .action((id: number, options: CommonOptions) =>
      run({ ...approvals.opts<CommonOptions>(), ...options }, async (context) => {
        const client = await viewAgent(context);
        context.reporter.document(await client.call('approvals.askAgain', { id }));
        context.reporter.lines('You are asked again when the other machine repeats its request.');
      }),
    );
  addCommand(approvals, 'dismiss', "dismiss a browser's request to be added", {
    description: 'Dismiss the request of a browser to be added. Nothing was granted to it, and nothing is.',
    examples: [['clawreach approvals dismiss CP5AZN7', '']],
  })
    .argument('<id>', 'ID of the browser, or its first characters; see `clawreach approvals`')
    .action((id: string, options: CommonOptions) =>
      run({ ...approvals.opts<CommonOptions>(), ...options }, (context) => dismiss(context, id)),
    );
  decide(
    'ignore',
    'decline a request, and all later ones of this machine for the same permission',
    'ignore',
    'ignore 7',
  );
};

/**
 * Returns the number of the only request that waits, for a command without a number. Shows it and asks first if something would be allowed: the person
 * may not have seen it.
 * @param word name of the command
 * @returns undefined if the person doesn't want it
 * @throws {UsageError} `usage.command-line` if none or several are waiting, or if no one can be asked
 */
async function onlyRequest(
  { prompter, reporter }: CommandContext,
  client: AppApiClient,
  word: string,
  decision: Decision,
): Promise<number | undefined> {
  const waiting = (await client.call('approvals.list', { all: false })).filter(({ state }) => state === 'pending');
  const [only, ...others] = waiting;
  if (only === undefined || others.length > 0) throw withoutNumber(waiting, word);
  if (decision !== 'approve') return only.id;
  if (!prompter.available) throw withoutNumber(waiting, word, 'Without a terminal, name its number.');
  reporter.note(...requestLines(only));
  const { id } = only;
  if (await prompter.confirm('Approve this request?')) return id;
  reporter.note(`Nothing was decided. The request still waits. To decline it: \`clawreach approvals decline ${id}\``);
  return undefined;
}

/** Returns the error about a command without a request's number, with the commands for those that wait. @param word name of the command @param why the problem */
function withoutNumber(
  waiting: readonly ApprovalView[],
  word: string,
  why = 'The number of the request is missing.',
): UsageError {
  const commands = waiting.map(
    (approval) => `\`clawreach approvals ${word} ${approval.id}\` (${describeRequest(approval)})`,
  );
  const reason = waiting.length === 0 ? 'No requests are waiting.' : `${why} Waiting: ${commands.join('; ')}.`;
  return new UsageError('usage.command-line', reason, {
    details: { reason, help: `clawreach approvals ${word} --help` },
  });
}

/** Parses the size up to which transfers are approved, bytes. @throws {UsageError} `usage.command-line` */
function requireSize(text: string): number {
  const size = parseSize(text);
  if (size === undefined) throw misused(`"${printable(text)}" isn't a size. Write it like 500MiB or 2GiB.`);
  return size;
}

function misused(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, {
    details: { reason, help: 'clawreach approvals approve --help' },
  });
}

/** Parses the length of an approval, ms. @throws {UsageError} */
function parseTime(text: string): number {
  const duration = parseDuration(text);
  if (duration < MIN_APPROVAL_DURATION || duration > MAX_APPROVAL_DURATION)
    throw new UsageError('usage.approval-time', 'an approval lasts a minute to 30 days', { details: { text } });
  return duration;
}

/** Prints the requests with all their facts, never shortened. */
async function list(context: CommandContext, all: boolean): Promise<void> {
  const client = await viewAgent(context);
  const approvals = await client.call('approvals.list', { all });
  const { reporter } = context;
  // An agent of an earlier version has no such requests.
  const additions = await client.call('adding.requests', {}).catch(() => []);
  reporter.document([...approvals, ...additions.map((request) => ({ kind: 'adding', state: 'pending', ...request }))]);
  const now = context.host.clock.now();
  if (approvals.length === 0) {
    reporter.lines(...(additions.length === 0 ? ['No requests are waiting.'] : formatAdditions(additions, now, true)));
    return;
  }
  // Nothing is cut to the terminal's width, since a person would approve what they can't see.
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', align: 'right', least: WHOLE },
      { title: 'MACHINE', least: WHOLE },
      { title: 'MACHINE ID', least: WHOLE },
      { title: 'STATE', least: WHOLE },
      { title: 'WANTS', least: WHOLE },
    ],
    approvals.map((approval) => [
      String(approval.id),
      `${nameText(approval.peerName)}${approval.uncompared === true ? ' (words not compared)' : ''}${approval.browser === true ? ' (browser)' : ''}${approval.relayReads === true ? ` (${RELAY_READS})` : ''}`,
      approval.peerId.slice(0, SHORT_ID),
      approval.state === 'pending'
        ? `waiting, ${formatDuration(approval.expiresAt - now)} left`
        : stateText(approval, now),
      approvalText(approval),
    ]),
    reporter.columns,
  );
  const indent = ' '.repeat(head === '' ? 2 : head.indexOf('WANTS'));
  reporter.lines(
    ...headLine(reporter.style, head),
    ...rows.flatMap((row, index) => [
      row,
      ...factLines(approvals[index]?.facts).flatMap((line) => wrap(indent + line, reporter.columns)),
    ]),
    ...explainUncompared(approvals),
    ...explainAnswers(approvals),
    ...(additions.length === 0 ? [] : ['', ...formatAdditions(additions, now, false)]),
  );
}

/** Parses the number of a request, or the beginning of a browser's ID, which has letters. @throws {InvalidArgumentError} */
function parseRequest(typed: string): number | string {
  return /^(?=.*[A-Za-z])[0-9A-Za-z-]{7,70}$/.test(typed) ? typed : parseWhole(0, MAX_ID)(typed);
}

/**
 * Returns the browser whose request to be added is approved: the named one; without a name the only one that asks, while nothing else waits.
 * @throws {UsageError} `usage.command-line` if no one can compare the words here
 */
async function askingBrowser(
  { prompter }: CommandContext,
  client: AppApiClient,
  id: number | string | undefined,
): Promise<AddRequestView | undefined> {
  if (typeof id === 'number') return undefined;
  const additions = await client.call('adding.requests', {}).catch(() => []);
  const isOnly = id === undefined && additions.length === 1 && !(await hasRequests(client));
  const found = id === undefined ? (isOnly ? additions[0] : undefined) : browserNamed(additions, id);
  if (found === undefined || prompter.available) return found;
  const reason = 'Adding a browser needs someone who compares words: run this in a terminal.';
  throw new UsageError('usage.command-line', reason, {
    details: { reason, help: 'clawreach approvals approve --help' },
  });
}

async function hasRequests(client: AppApiClient): Promise<boolean> {
  return (await client.call('approvals.list', { all: false })).some(({ state }) => state === 'pending');
}

/** Returns the browser whose ID begins with the text, if it is the only one. Pure. */
function browserNamed(additions: readonly AddRequestView[], text: string): AddRequestView | undefined {
  const beginning = text.replaceAll('-', '').toUpperCase();
  const [found, ...others] = additions.filter(({ peerId }) => beginning !== '' && peerId.startsWith(beginning));
  return others.length > 0 ? undefined : found;
}

/** Error of an option that a browser's request to be added can't take. */
function withoutTime(): UsageError {
  const reason = 'A browser is added without --for and --remember. For another time: `clawreach add ID --for`.';
  return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach add --help' } });
}

function withoutBrowser(text: string, help: string): UsageError {
  const reason = `No browser whose ID begins with ${printable(text)} asks to be added.`;
  return new UsageError('usage.command-line', reason, { details: { reason, help } });
}

/** Removes the request to be added whose ID begins with the text. @throws {UsageError} `usage.command-line` */
async function dismiss(context: CommandContext, text: string): Promise<void> {
  const client = await viewAgent(context);
  const found = browserNamed(await client.call('adding.requests', {}), text);
  if (found === undefined) throw withoutBrowser(text, 'clawreach approvals dismiss --help');
  await client.call('adding.dismiss', { peerId: found.peerId });
  context.reporter.document({ dismissed: found.peerId });
  context.reporter.lines(`Dismissed. ${nameText(found.name)} was not added.`);
}

/** Formats the `clawreach confirm` commands for peers whose pairing words are unconfirmed; empty if there are none. */
function explainUncompared(approvals: readonly ApprovalView[]): readonly string[] {
  const uncompared = approvals.filter((approval) => approval.uncompared === true);
  if (uncompared.length === 0) return [];
  const commands = new Set(uncompared.map(confirmCommand));
  return [
    '',
    'Compare the four words first. Until then you can only decline these requests:',
    ...[...commands].map((command) => `    ${command}`),
  ];
}

/** Formats the commands that answer the requests; empty if none can be answered. */
function explainAnswers(approvals: readonly ApprovalView[]): readonly string[] {
  const pending = approvals.filter(({ state }) => state === 'pending');
  const ready = pending.find(({ uncompared }) => uncompared !== true);
  const id = (ready ?? pending[0])?.id;
  if (id === undefined) return [];
  const approve = ready === undefined ? [] : [`    clawreach approvals approve ${id}`];
  return ['', 'To answer:', ...approve, `    clawreach approvals decline ${id}`];
}

/** Returns the state of an answered request, with the time for which the same one is declined without being shown. */
function stateText({ state, declinedUntil = 0 }: ApprovalView, now: number): string {
  return declinedUntil > now
    ? `${APPROVAL_STATES[state]}, ${formatDuration(declinedUntil - now)} more`
    : APPROVAL_STATES[state];
}
