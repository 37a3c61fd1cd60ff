import type { NodeRun } from '#shared/app-api/index.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { formatDuration, formatTable, formatTime, printable } from '../../output/index.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** Interval between two updates of `--follow`, ms. */
const UPDATE_INTERVAL = 500;
const MAX_ID = 999_999_999;
/** Largest number of rows that `--follow` shows. */
const MAX_FOLLOWED = 20;

/**
 * Registers `clawreach node runs`, which lists the programs that gateways run here, and `clawreach node runs cancel`,
 * which ends one. Each one starts an agent if none is running.
 */
export const addNodeRuns: Registration = (node, run) => {
  const runs = addCommand(node, 'runs', 'show programs that gateways run here', {
    examples: [
      ['clawreach node runs', ''],
      ['clawreach node runs --follow', 'updates until Ctrl-C'],
      ['clawreach node runs cancel 7', 'ends it and everything it started'],
    ],
  })
    .option('-f, --follow', 'update until Ctrl-C')
    .action((options: CommonOptions & Readonly<{ follow?: boolean }>) =>
      run(options, (context) => showRuns(context, options.follow === true)),
    );
  addCommand(runs, 'cancel', 'end a program that a gateway runs here', {
    examples: [['clawreach node runs cancel 7', '']],
  })
    .argument('<id>', 'number of the run', parseWhole(0, MAX_ID))
    .action((id: number, options: CommonOptions) =>
      run({ ...runs.opts<CommonOptions>(), ...options }, async (context) => {
        const client = await ensureAgent(context);
        await client.call('node.cancel', { run: id });
        context.reporter.document({ cancelled: id });
        context.reporter.lines(`Ended run ${id}.`);
      }),
    );
};

async function showRuns(context: CommandContext, follow: boolean): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  let shown = '';
  for (;;) {
    const runs = await client.call('node.runs', {});
    const now = JSON.stringify(runs);
    if (now !== shown) {
      reporter.document(runs);
      const lines = formatRuns(follow ? runs.slice(0, MAX_FOLLOWED) : runs, reporter.columns, host.clock.now());
      if (!follow) reporter.lines(...lines);
      else reporter.redraw(lines);
    }
    shown = now;
    if (!follow) return;
    await interruptibleDelay(context, UPDATE_INTERVAL);
    // Ctrl-C is the normal end of `--follow`, not a failure.
    if (host.interrupted.aborted) return;
  }
}

/** Formats the runs as a table of `columns` width; 0 means no limit. */
function formatRuns(runs: readonly NodeRun[], columns: number, now: number): readonly string[] {
  if (runs.length === 0) return ['No gateway has run a program here.'];
  return formatTable(
    [
      { title: 'ID', align: 'right' },
      { title: 'GATEWAY', least: 8 },
      { title: 'STARTED' },
      { title: 'TOOK', align: 'right' },
      { title: 'RESULT', least: 8 },
      { title: 'COMMAND', least: 12 },
    ],
    runs.map((run) => [
      String(run.id),
      printable(run.gatewayName),
      formatTime(run.startedAt, now),
      run.outcome === 'denied' ? '-' : formatDuration((run.endedAt ?? now) - run.startedAt),
      run.outcome === 'finished' ? `exit ${run.exitCode ?? '?'}` : run.outcome,
      printable(run.command),
    ]),
    columns,
  );
}
