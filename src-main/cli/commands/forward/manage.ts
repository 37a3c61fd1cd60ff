import type { Command } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import { findRule } from './find.ts';
import { waitForForward } from './wait.ts';
import { reportForward } from './report.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration, type Run } from '../registry.ts';

const MOST_ID = 999_999_999;

/** What is done to rules that are there. */
export const addRelayRules: Registration = (relay, run) => {
  addDisable(relay, run);
  addCommand(relay, 'restart', 'end the connections of a rule and begin anew, on the same port', {
    examples: [['clawreach relay restart office-socks5', '']],
  })
    .argument('<name>', 'name of the rule')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = await findRule(context, client, name);
        const view = await client.call('forwards.restart', { id }, { signal: context.host.interrupted });
        return await reportForward(context, client, await waitForForward(context, client, view));
      }),
    );
  addCommand(relay, 'rename', 'call a rule by another name', {
    examples: [['clawreach relay rename office-5432 database', '']],
  })
    .argument('<name>', 'name of the rule')
    .argument('<new-name>', 'what to call it')
    .action((name: string, newName: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id, rule } = await findRule(context, client, name);
        const view = await client.call('forwards.update', { id, rule: { ...rule, name: newName } });
        context.reporter.document(view);
        context.reporter.lines(`The rule is now called ${printable(view.rule.name)}.`);
      }),
    );
  addDisconnect(relay, run);
};

function addDisable(relay: Command, run: Run): void {
  addCommand(relay, 'disable', 'close the port of a rule and keep the rule', {
    examples: [['clawreach relay disable office-socks5', '']],
  })
    .argument('<name>', 'name of the rule')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = await findRule(context, client, name);
        const view = await client.call('forwards.enable', { id, enabled: false });
        context.reporter.document(view);
        context.reporter.lines(`${printable(view.rule.name)} is off; its connections have ended.`);
      }),
    );
  addCommand(relay, 'remove', 'close the port of a rule and forget the rule', {
    examples: [['clawreach relay remove office-socks5', '']],
  })
    .argument('<name>', 'name of the rule')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id, rule } = await findRule(context, client, name);
        await client.call('forwards.remove', { id });
        context.reporter.document({ removed: id, name: rule.name });
        context.reporter.lines(`${printable(rule.name)} is removed; its connections have ended.`);
      }),
    );
}

function addDisconnect(relay: Command, run: Run): void {
  addCommand(relay, 'disconnect', 'end one connection', {
    examples: [['clawreach relay disconnect 17', 'its number is in `clawreach relay connections`']],
  })
    .argument('<id>', 'number of the connection', parseWhole(0, MOST_ID))
    .action((connection: number, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        await client.call('forwards.disconnect', { connection });
        context.reporter.document({ disconnected: connection });
        context.reporter.lines(`Connection ${connection} is ended.`);
      }),
    );
}
