import type { Command } from 'commander';
import { ensureAgent, viewAgent } from '../../control/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';
import { findTransfer, transferLine } from './transfer-format.ts';

/** Registers `clawreach transfers`, which lists transfers of files, and pauses, continues and cancels them. */
export const addTransfers: Registration = (program, run) => {
  const transfers: Command = addCommand(program, 'transfers', 'list transfers of files, pause or cancel them', {
    description:
      'List the transfers of files from and to this machine, the newest last. A transfer that was cancelled never goes on, on either machine. ' +
      'IDs may be shortened.',
    examples: [
      ['clawreach transfers', ''],
      ['clawreach transfers watch', 'until Ctrl-C'],
      ['clawreach transfers cancel 7f3a9c0d', ''],
    ],
  }).action((options: CommonOptions) => run(options, list));
  const below: Run = (options, work) => run({ ...transfers.opts<CommonOptions>(), ...options }, work);

  addCommand(transfers, 'watch', 'show transfers as they change, until Ctrl-C', {
    examples: [['clawreach transfers watch --json', 'one line each, for scripts']],
  }).action((options: CommonOptions) => below(options, watch));
  const actions = [
    ['pause', 'stop a transfer for a while', 'transfers.pause'],
    ['go', 'go on with a paused transfer, or start one again that was refused or has failed', 'transfers.go'],
    ['cancel', 'end a transfer for good, on both machines', 'transfers.cancel'],
  ] as const;
  for (const [name, summary, call] of actions)
    addCommand(transfers, name, summary, { examples: [[`clawreach transfers ${name} 7f3a9c0d`, '']] })
      .argument('<id>', 'ID of the transfer, or its beginning')
      .action((id: string, options: CommonOptions) =>
        below(options, async (context) => {
          const client = await ensureAgent(context);
          const found = await findTransfer(client, id);
          const transfer = await client.call(call, { id: found.id });
          context.reporter.document(transfer);
          context.reporter.lines(transferLine(transfer, context.host.clock.now()));
        }),
      );
  addRemoval(transfers, below);
};

/** Shortens the list. Files that came stay, and what is under way goes on. */
function addRemoval(transfers: Command, below: Run): void {
  addCommand(transfers, 'remove', 'remove a transfer that is over from the list', {
    description: 'Remove a transfer that is over from the list. Files that have come stay where they are.',
    examples: [['clawreach transfers remove 7f3a9c0d', '']],
  })
    .argument('<id>', 'ID of the transfer, or its beginning')
    .action((id: string, options: CommonOptions) =>
      below(options, async (context) => {
        const client = await ensureAgent(context);
        const found = await findTransfer(client, id);
        await client.call('transfers.remove', { id: found.id });
        context.reporter.document({ removed: [found.id] });
        context.reporter.lines(`Removed ${found.id.slice(0, 8)} from the list.`);
      }),
    );
  addCommand(transfers, 'clear', 'remove all transfers that are over from the list', {
    description: 'Remove all transfers that are over from the list. Files that have come stay where they are.',
    examples: [['clawreach transfers clear', '']],
  }).action((options: CommonOptions) =>
    below(options, async (context) => {
      const client = await ensureAgent(context);
      const before = await client.call('transfers.list', {});
      await client.call('transfers.clear', {});
      const left = new Set((await client.call('transfers.list', {})).map(({ id }) => id));
      const removed = before.map(({ id }) => id).filter((id) => !left.has(id));
      context.reporter.document({ removed });
      context.reporter.lines(
        removed.length === 0 ? 'No transfer is over.' : `Removed ${removed.length} from the list. ${left.size} left.`,
      );
    }),
  );
}

async function list(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const transfers = await (await viewAgent(context)).call('transfers.list', {});
  reporter.document(transfers);
  if (transfers.length === 0) reporter.lines('No transfers yet.');
  // The newest is next to the prompt.
  else reporter.lines(...transfers.toReversed().map((transfer) => transferLine(transfer, host.clock.now())));
}

async function watch(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await viewAgent(context);
  const shown = new Map((await client.call('transfers.list', {})).map((one) => [one.id, one]));
  const draw = (): void => {
    const lines = [...shown.values()]
      .toSorted((one, other) => one.startedAt - other.startedAt)
      .map((one) => transferLine(one, host.clock.now()));
    reporter.redraw(lines.length === 0 ? ['No transfers yet.'] : lines);
  };
  const off = [
    client.on('transfers.changed', (changed) => {
      for (const one of changed) {
        shown.set(one.id, one);
        reporter.document(one);
      }
      draw();
    }),
    client.on('transfers.removed', (ids) => {
      for (const id of ids) shown.delete(id);
      draw();
    }),
  ];
  try {
    draw();
    const { promise: over, resolve: end } = Promise.withResolvers<undefined>();
    if (host.interrupted.aborted) end(undefined);
    else host.interrupted.addEventListener('abort', () => end(undefined), { once: true });
    const lost = await Promise.race([client.closed, over]);
    if (lost !== undefined) throw lost;
  } finally {
    for (const end of off) end();
  }
}
