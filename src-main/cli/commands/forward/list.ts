import type { ForwardView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatBinaryBytes, formatTable, printable, wrap } from '../../output/index.ts';
import { nameWord } from '../machines/peer-format.ts';
import {
  describeAuto,
  describeHandshake,
  describeProblem,
  describeUse,
  formatMapping,
  modeWord,
  peerWord,
  shortMapping,
  stateWord,
} from './format.ts';
import { findRule } from './find.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

export const addRelayStatus: Registration = (relay, run) => {
  addCommand(relay, 'status', 'show the rules: where each listens and leads, its state, and why', {
    examples: [
      ['clawreach relay status', 'all rules'],
      ['clawreach relay status office-socks5', 'one, and what to type in a program'],
    ],
  })
    .argument('[name]', 'name of one rule')
    .action((name: string | undefined, options: CommonOptions) =>
      run(options, (context) => (name === undefined ? showRules(context) : showRule(context, name))),
    );
};

/** All of them. */
export async function showRules(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const views = await client.call('forwards.list', {}, { signal: host.interrupted });
  reporter.document(views);
  if (views.length === 0) {
    reporter.lines(
      'No forwards yet. `clawreach relay enable --mode socks5` opens a proxy, `clawreach relay forward` one port.',
    );
    return;
  }
  const [head = '', ...rows] = formatRules(views, reporter.columns);
  const now = host.clock.now();
  reporter.lines(
    reporter.style.dim(head),
    ...rows,
    ...views.flatMap((view) => {
      const handshake = describeHandshake(view, now);
      return handshake === undefined ? [] : ['', `${printable(view.rule.name)}: ${handshake}`];
    }),
    ...views.flatMap((view) => problemLines(view, now, reporter.columns)),
  );
}

/** The table of `relay status`; `columns` 0 is without limit. */
function formatRules(views: readonly ForwardView[], columns: number): readonly string[] {
  return formatTable(
    [
      { title: 'NAME', least: 12 },
      { title: 'MODE', least: 8 },
      { title: 'PEER', least: 8 },
      { title: 'FROM → TO', least: 16 },
      { title: 'STATE', least: 7 },
      { title: 'CONN', align: 'right' },
      { title: 'IN', align: 'right', least: 7 },
      { title: 'OUT', align: 'right', least: 7 },
    ],
    views.map((view) => [
      printable(view.rule.name),
      view.rule.kind,
      peerWord(view),
      `${shortMapping(view)}${view.open ? ' (open to others)' : ''}`,
      view.state,
      String(view.connections),
      formatBinaryBytes(view.bytesIn),
      formatBinaryBytes(view.bytesOut),
    ]),
    columns,
  );
}

/** Why a rule is not well, and the next step. */
function problemLines(view: ForwardView, now: number, columns: number): readonly string[] {
  return describeTrouble(view, now).flatMap((line) => (line === '' ? [''] : wrap(line, columns)));
}

function describeTrouble(view: ForwardView, now: number): readonly string[] {
  const { problem, hostKey, rule } = view;
  const trust =
    hostKey === null
      ? []
      : [`  \`clawreach relay trust ${nameWord(rule.name, view.id)}\` shows the key ${printable(hostKey.fingerprint)}`];
  if (problem === null) return trust.length === 0 ? [] : ['', `${printable(rule.name)}:`, ...trust];
  const [what = '', ...rest] = describeProblem(problem, now);
  const since = view.state === 'ready' ? 'the last connection that failed: ' : '';
  return ['', `${printable(rule.name)}: ${since}${what}`, ...rest.map((line) => `  ${line}`), ...trust];
}

async function showRule(context: CommandContext, name: string): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const view = await findRule(context, client, name);
  reporter.document(view);
  const now = host.clock.now();
  const handshake = describeHandshake(view, now);
  reporter.lines(
    `${reporter.style.bold(printable(view.rule.name))}: ${modeWord(view.rule)}, ${peerWord(view)}, ${stateWord(view)}`,
    `From   ${formatMapping(view)}${view.open ? ' (open to others)' : ''}`,
    ...describeAuto(view),
    ...describeUse(view),
    ...(handshake === undefined ? [] : [`State  ${handshake}`]),
    `Now    ${view.connections} connections, ${formatBinaryBytes(view.rateIn)}/s in, ${formatBinaryBytes(view.rateOut)}/s out`,
    `So far ${view.total} connections, ${formatBinaryBytes(view.bytesIn)} in, ${formatBinaryBytes(view.bytesOut)} out`,
    ...problemLines(view, now, reporter.columns),
  );
}
