import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { formatBinaryBytes, formatDuration, formatTable, headLine, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** Interval between two updates of `--follow`, ms. */
const UPDATE_INTERVAL = 1000;

/**
 * Registers `clawreach forward connections`, which lists the agent's forwarded connections, once or every second.
 * Starts an agent if none is running.
 */
export const addForwardConnections: Registration = (group, run) => {
  addCommand(group, 'connections', 'list active connections: bytes, age, target, source', {
    description:
      'List active connections: those of your forwards, and those of other machines through this one, marked “(in)”. IN counts bytes from the ' +
      'target, OUT bytes to it.',
    examples: [
      ['clawreach forward connections', ''],
      ['clawreach forward connections --follow', 'update every second until Ctrl-C'],
      ['clawreach forward connections --follow --json', 'one line of JSON per second'],
    ],
  })
    .option('-f, --follow', 'update every second until Ctrl-C')
    .action((options: CommonOptions & Readonly<{ follow?: boolean }>) =>
      run(options, (context) => showConnections(context, options.follow === true)),
    );
};

async function showConnections(context: CommandContext, follow: boolean): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  for (;;) {
    const views = await client.call('forwards.connections', {}, { signal: host.interrupted });
    reporter.document(views);
    const [head = '', ...rows] = formatConnections(views, reporter.columns, host.clock.now());
    const shown = rows.length === 0 ? ['No active connections.'] : [...headLine(reporter.style, head), ...rows];
    if (!follow) {
      reporter.lines(...shown);
      return;
    }
    reporter.redraw(shown);
    await interruptibleDelay(context, UPDATE_INTERVAL);
    // Ctrl-C is the normal end of `--follow`, not a failure.
    if (host.interrupted.aborted) return;
  }
}

/** Formats the table: its heading, then a row per connection. With `columns` 0 its width is unlimited. */
function formatConnections(views: readonly ForwardConnectionView[], columns: number, now: number): readonly string[] {
  return formatTable(
    [
      { title: 'ID', align: 'right' },
      { title: 'FORWARD', least: 8 },
      { title: 'MACHINE', least: 8 },
      { title: 'TARGET', least: 14 },
      { title: 'SOURCE', least: 8 },
      { title: 'AGE', align: 'right' },
      { title: 'IN', align: 'right', least: 7, isExtra: true },
      { title: 'OUT', align: 'right', least: 7, isExtra: true },
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
