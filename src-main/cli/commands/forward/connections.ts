import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { formatBinaryBytes, formatDuration, formatTable, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** How often `--follow` looks, ms. */
const EVERY = 1000;

export const addRelayConnections: Registration = (relay, run) => {
  addCommand(relay, 'connections', 'show what is carried now: bytes, age, target, source', {
    description:
      'Show the connections that are carried now: those of the rules here, and those that peers have through this device (“in”). Bytes are counted ' +
      'from the target (in) and to it (out).',
    examples: [
      ['clawreach relay connections', ''],
      ['clawreach relay connections --follow', 'anew each second, until Ctrl-C'],
      ['clawreach relay connections --follow --json', 'one line of JSON each second'],
    ],
  })
    .option('-f, --follow', 'again each second until Ctrl-C')
    .action((options: CommonOptions & Readonly<{ follow?: boolean }>) =>
      run(options, (context) => connections(context, options.follow === true)),
    );
};

async function connections(context: CommandContext, follow: boolean): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  for (;;) {
    const views = await client.call('forwards.connections', {}, { signal: host.interrupted });
    reporter.document(views);
    const [head = '', ...rows] = formatConnections(views, reporter.columns, host.clock.now());
    const shown = rows.length === 0 ? ['Nothing is carried now.'] : [reporter.style.dim(head), ...rows];
    if (!follow) {
      reporter.lines(...shown);
      return;
    }
    reporter.redraw(shown);
    await interruptibleDelay(context, EVERY);
    // Ctrl-C is how this ends.
    if (host.interrupted.aborted) return;
  }
}

/** The table, without a row where nothing is carried; `columns` 0 is without limit. */
function formatConnections(views: readonly ForwardConnectionView[], columns: number, now: number): readonly string[] {
  return formatTable(
    [
      { title: 'ID', align: 'right' },
      { title: 'RULE', least: 8 },
      { title: 'PEER', least: 8 },
      { title: 'TARGET', least: 14 },
      { title: 'SOURCE', least: 8 },
      { title: 'AGE', align: 'right' },
      { title: 'IN', align: 'right', least: 7 },
      { title: 'OUT', align: 'right', least: 7 },
    ],
    views.map((view) => [
      String(view.id),
      view.direction === 'in' ? '(in)' : printable(view.forwardName),
      view.peerName === null ? '-' : printable(view.peerName),
      printable(view.target),
      view.source === null ? '-' : printable(view.source),
      formatDuration(now - view.startedAt),
      formatBinaryBytes(view.bytesIn),
      formatBinaryBytes(view.bytesOut),
    ]),
    columns,
  );
}
