import type { Command } from 'commander';
import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import {
  addCommand,
  parseWhole,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type Run,
} from '../registry.ts';
import { findForward } from './find.ts';
import { reportForward } from './report.ts';
import { waitForForward } from './wait.ts';

/** Largest number of a connection that `disconnect` accepts. */
const MAX_CONNECTION_ID = 999_999_999;

/**
 * Registers `clawreach forward enable`, which tells the agent to start a disabled forward. Starts an agent if none is
 * running.
 */
export const addForwardEnable: Registration = (group, run) => {
  addCommand(group, 'enable', 'enable a disabled forward', {
    examples: [['clawreach forward enable office-socks5', '']],
  })
    .argument('<name>', 'name of the forward')
    .action((name: string, options: CommonOptions) => run(options, (context) => enableByName(context, name)));
};

/**
 * Registers the commands `disable`, `remove`, `restart`, `rename` and `disconnect` below `clawreach forward`. Each one
 * changes a forward or connection in the agent, and starts the agent if none is running.
 */
export const addForwardChanges: Registration = (group, run) => {
  addDisable(group, run);
  addRemove(group, run);
  addRestart(group, run);
  addRename(group, run);
  addDisconnect(group, run);
};

/**
 * Enables the forward with that name or ID, and prints its state. Starts the agent if none runs.
 * @throws {ClawReachError} `forward.unknown`
 */
export async function enableByName(context: CommandContext, name: string): Promise<number> {
  const client = await ensureAgent(context);
  const { id } = await findForward(context, client, name);
  return await enableForward(context, client, id);
}

/** Enables the forward with that ID, waits until it runs or fails, and prints its state. */
export async function enableForward(context: CommandContext, client: AppApiClient, id: string): Promise<number> {
  const view = await client.call('forwards.enable', { id, enabled: true }, { signal: context.host.interrupted });
  return await reportForward(context, client, await waitForForward(context, client, view));
}

function addDisable(group: Command, run: Run): void {
  addCommand(group, 'disable', 'close the port of a forward, but keep its settings', {
    examples: [['clawreach forward disable office-socks5', '']],
  })
    .argument('<name>', 'name of the forward')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = await findForward(context, client, name);
        const view = await client.call('forwards.enable', { id, enabled: false });
        context.reporter.document(view);
        context.reporter.lines(`Disabled ${printable(view.rule.name)} and closed its connections.`);
      }),
    );
}

function addRemove(group: Command, run: Run): void {
  addCommand(group, 'remove', 'close the port of a forward and delete the forward', {
    examples: [['clawreach forward remove office-socks5', '']],
  })
    .argument('<name...>', 'name of the forward, or several')
    .action((names: string[], options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        // All names are checked before the first is removed.
        const found: ForwardView[] = [];
        for (const name of new Set(names))
          found.push(
            await findForward(context, client, name).catch((error: unknown) => {
              if (!(error instanceof ProblemError)) throw error;
              const hint = `There is no forward "${printable(name)}". Nothing was removed.\n${error.hint ?? ''}`;
              throw new ProblemError(error.code, { name: printable(name) }, hint, { isDropped: true });
            }),
          );
        for (const { id, rule } of found) {
          await client.call('forwards.remove', { id });
          context.reporter.document({ removed: id, name: rule.name });
          context.reporter.lines(`Removed ${printable(rule.name)} and closed its connections.`);
        }
      }),
    );
}

function addRestart(group: Command, run: Run): void {
  addCommand(group, 'restart', 'close the connections of a forward and start it again on the same port', {
    examples: [['clawreach forward restart office-socks5', '']],
  })
    .argument('<name>', 'name of the forward')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = await findForward(context, client, name);
        const view = await client.call('forwards.restart', { id }, { signal: context.host.interrupted });
        return await reportForward(context, client, await waitForForward(context, client, view));
      }),
    );
}

function addRename(group: Command, run: Run): void {
  addCommand(group, 'rename', 'give a forward another name', {
    examples: [['clawreach forward rename office-5432 database', '']],
  })
    .argument('<name>', 'name of the forward')
    .argument('<new-name>', 'its new name')
    .action((name: string, newName: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id, rule } = await findForward(context, client, name);
        const view = await client.call('forwards.update', { id, rule: { ...rule, name: newName } });
        context.reporter.document(view);
        context.reporter.lines(`The forward is now called ${printable(view.rule.name)}.`);
      }),
    );
}

function addDisconnect(group: Command, run: Run): void {
  addCommand(group, 'disconnect', 'close one connection', {
    examples: [['clawreach forward disconnect 17', '`clawreach forward connections` shows the number']],
  })
    .argument('<id>', 'number of the connection', parseWhole(0, MAX_CONNECTION_ID))
    .action((connection: number, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        await client.call('forwards.disconnect', { connection });
        context.reporter.document({ disconnected: connection });
        context.reporter.lines(`Closed connection ${connection}.`);
      }),
    );
}
