import type { AppApiClient, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { viewAgent } from '../../control/index.ts';
import { formatBinaryBytes, formatTable, formatTime, headLine, printable, WHOLE, wrap } from '../../output/index.ts';
import { formatRelayStatus } from '../agent/relay-format.ts';
import { nameWord } from '../machines/peer-format.ts';
import {
  describeAuto,
  describeHandshake,
  describeProblem,
  describeUse,
  formatMapping,
  modeWord,
  remoteEndText,
  shortMapping,
  stateWord,
} from './format.ts';
import { readAllowThere } from './allow-there.ts';
import { findForward } from './find.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Returns the registration of `clawreach forward list`, which prints the agent's forwards or one of them. `relay status` is the same command under
 * another name. Doesn't start an agent.
 */
export const addForwardList =
  (name: 'list' | 'status', aliases: readonly string[] = []): Registration =>
  (group, run) => {
    addCommand(group, name, 'list forwards: address, target, state, and the cause of a problem', {
      examples: [
        ['clawreach forward list', 'all forwards'],
        ['clawreach forward list office-socks5', 'one forward, and how to use it in a program'],
      ],
    })
      .aliases(aliases)
      .argument('[name]', 'name of the forward')
      .action((forward: string | undefined, options: CommonOptions) =>
        run(options, (context) => {
          if (forward !== undefined) return showForward(context, forward);
          return name === 'status' ? listForwardsOfRelay(context) : listForwards(context);
        }),
      );
  };

/** Prints the relay of this machine, which people look for under this name, and then the forwards. */
export async function listForwardsOfRelay(context: CommandContext): Promise<void> {
  const { host, reporter } = context;
  if (!reporter.json) {
    const { relay } = await (await viewAgent(context)).call('status.get', {}, { signal: host.interrupted });
    reporter.note(
      formatRelayStatus(relay, host.clock.now()),
      'To change it: `clawreach config relay URL`. This command lists forwards, as `clawreach forward list` does:',
    );
  }
  await listForwards(context);
}

/** Asks the agent for its forwards and prints them as a table, followed by their problems. */
export async function listForwards(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await viewAgent(context);
  const views = await client.call('forwards.list', {}, { signal: host.interrupted });
  const away = await findAway(client, views);
  reporter.document(views.map((view) => documentOf(view, away)));
  if (views.length === 0) {
    reporter.lines(
      'No forwards yet. `clawreach forward add --mode socks5` opens a proxy, `clawreach forward port` a single port.',
    );
    return;
  }
  const [head = '', ...rows] = formatForwards(views, away, reporter.columns);
  const now = host.clock.now();
  reporter.lines(
    ...headLine(reporter.style, head),
    ...rows,
    ...views.flatMap((view) => {
      const handshake = describeHandshake(view, now);
      return handshake === undefined ? [] : ['', `${printable(view.rule.name)}: ${handshake}`];
    }),
    ...(await problemLines(context, client, views)),
  );
}

/** Returns the forwards that take connections for a machine which is offline. */
async function findAway(client: AppApiClient, views: readonly ForwardView[]): Promise<ReadonlySet<ForwardView>> {
  const ready = views.filter(({ state, rule }) => state === 'ready' && peerOf(rule) !== null);
  if (ready.length === 0) return new Set();
  const peers = await client.call('peers.list', {});
  const offline = new Set(peers.filter(({ path }) => path === 'offline').map(({ peerId }) => peerId));
  return new Set(ready.filter(({ rule }) => offline.has(peerOf(rule) ?? '')));
}

/** Returns a forward for programs: one that accepts connections for an offline machine is `waiting`, as the table says. */
function documentOf(view: ForwardView, away: ReadonlySet<ForwardView>): ForwardView {
  return away.has(view) && view.rule.kind !== 'auto' ? { ...view, state: 'waiting' } : view;
}

function peerOf(rule: ForwardRule): string | null {
  return 'peer' in rule ? (rule.peer ?? null) : null;
}

/** Formats the forwards as a table of `columns` width; 0 means no limit. @param away forwards whose machine is offline */
function formatForwards(
  views: readonly ForwardView[],
  away: ReadonlySet<ForwardView>,
  columns: number,
): readonly string[] {
  return formatTable(
    [
      { title: 'NAME', least: 12 },
      { title: 'MODE', least: WHOLE },
      { title: 'MACHINE', least: 8 },
      { title: 'FROM → TO', least: WHOLE },
      { title: 'STATE', least: WHOLE },
      { title: 'CONN', align: 'right', isExtra: true },
      { title: 'IN', align: 'right', least: 7, isExtra: true },
      { title: 'OUT', align: 'right', least: 7, isExtra: true },
    ],
    views.map((view) => [
      printable(view.rule.name),
      view.rule.kind,
      remoteEndText(view),
      `${shortMapping(view)}${view.open ? ' (open to others)' : ''}`,
      stateWord(view, away.has(view)),
      String(view.connections),
      formatBinaryBytes(view.bytesIn),
      formatBinaryBytes(view.bytesOut),
    ]),
    columns,
  );
}

/** Formats the problems of forwards and the next steps, wrapped to the width of the terminal. */
async function problemLines(
  context: CommandContext,
  client: AppApiClient,
  views: readonly ForwardView[],
): Promise<readonly string[]> {
  const now = context.host.clock.now();
  const lines: string[] = [];
  for (const view of views) {
    const allow = await readAllowThere(context, client, view);
    lines.push(...describeForwardProblem(view, now), ...allow.map((line) => `  ${line}`));
  }
  return lines.flatMap((line) => (line === '' ? [''] : wrap(line, context.reporter.columns)));
}

function describeForwardProblem(view: ForwardView, now: number): readonly string[] {
  const { problem, hostKey, rule } = view;
  const trust =
    hostKey === null
      ? []
      : [
          `  \`clawreach forward trust ${nameWord(rule.name, view.id)}\` shows the key ${printable(hostKey.fingerprint)}`,
        ];
  if (problem === null) return trust.length === 0 ? [] : ['', `${printable(rule.name)}:`, ...trust];
  const [summary = '', ...rest] = describeProblem(problem, now);
  const prefix = view.state === 'ready' ? `last failed connection, ${formatTime(problem.at, now)}: ` : '';
  return ['', `${printable(rule.name)}: ${prefix}${summary}`, ...rest.map((line) => `  ${line}`), ...trust];
}

function connectionsText(number: number): string {
  return `${number} ${number === 1 ? 'connection' : 'connections'}`;
}

async function showForward(context: CommandContext, name: string): Promise<void> {
  const { reporter, host } = context;
  const client = await viewAgent(context);
  const view = await findForward(context, client, name);
  const away = await findAway(client, [view]);
  reporter.document(documentOf(view, away));
  const now = host.clock.now();
  const handshake = describeHandshake(view, now);
  reporter.lines(
    `${reporter.style.bold(printable(view.rule.name))}: ${modeWord(view.rule)}, ${remoteEndText(view)}, ${stateWord(view, away.has(view))}`,
    `From   ${formatMapping(view)}${view.open ? ' (open to others)' : ''}`,
    ...describeAuto(view),
    ...describeUse(view),
    ...(handshake === undefined ? [] : [`State  ${handshake}`]),
    `Now    ${connectionsText(view.connections)}, ${formatBinaryBytes(view.rateIn)}/s in, ${formatBinaryBytes(view.rateOut)}/s out`,
    `So far ${connectionsText(view.total)}, ${formatBinaryBytes(view.bytesIn)} in, ${formatBinaryBytes(view.bytesOut)} out`,
    ...(await problemLines(context, client, [view])),
  );
}
