import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { AnswerPrinter } from './prompt.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';
import { findOpenClaw, GATEWAY_OPTION, PEER_ARGUMENT, type ResolvedOpenClawOptions } from './find-remote.ts';
import { describeBeat } from './remote-format.ts';

/** Registers `clawreach remote status`, which prints the status of an OpenClaw. Starts an agent if none is running. */
export const addRemoteStatus: Registration = (remote, run) => {
  addCommand(remote, 'status', 'show the status of OpenClaw on a machine', {
    examples: [
      ['clawreach remote status office', ''],
      ['clawreach remote status .', 'the gateway of this machine'],
    ],
  })
    .argument('<machine>', PEER_ARGUMENT)
    .option('--gateway <name>', GATEWAY_OPTION)
    .action((name: string, options: ResolvedOpenClawOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, options);
        const onProgress = (): void => reporter.note(approvalWait(shown));
        const beat = await client.call('remote.status', at, { signal: host.interrupted, onProgress });
        reporter.document(beat);
        reporter.lines(`${shown}  ${describeBeat(beat)}`);
      }),
    );
};

/**
 * Registers `clawreach remote restart`, which shows what a restart cancels, asks, and restarts an OpenClaw. Starts an
 * agent if none is running.
 */
export const addRemoteRestart: Registration = (remote, run) => {
  addCommand(remote, 'restart', 'restart OpenClaw on a machine', {
    description: "Restart OpenClaw on a machine. You're shown what the restart cancels, and asked before it happens.",
    examples: [
      ['clawreach remote restart office', 'asks first'],
      ['clawreach remote restart . --gateway home', 'a gateway of this machine'],
      ['clawreach remote restart office --yes', "doesn't ask; shows what was cancelled"],
    ],
  })
    .argument('<machine>', PEER_ARGUMENT)
    .option('--gateway <name>', GATEWAY_OPTION)
    .option('-y, --yes', "don't ask")
    .action((name: string, options: ResolvedOpenClawOptions & Readonly<{ yes?: boolean }>) =>
      run(options, async (context) => {
        const { reporter, host, prompter } = context;
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, options);
        const restart = (confirmed: boolean) =>
          client.call(
            'remote.restart',
            { ...at, confirmed },
            {
              signal: host.interrupted,
              onProgress: (step) => {
                if (step.kind === 'approval') reporter.note(approvalWait(shown));
                else if (step.tasks.length === 0) reporter.note('Nothing is running there.');
                else reporter.note('A restart cancels:', ...step.tasks.map((task) => `  ${printable(task)}`));
              },
            },
          );
        if (options.yes !== true) {
          await restart(false);
          if (!prompter.available || !(await prompter.confirm(`Restart OpenClaw on ${shown} now?`))) {
            reporter.note('Nothing was restarted. To restart without being asked, add `--yes`.');
            return EXIT.failure;
          }
        }
        const done = await restart(true);
        reporter.document(done);
        reporter.lines(`OpenClaw on ${shown} is restarting.`);
        return EXIT.ok;
      }),
    );
};

/**
 * Registers `clawreach remote workflow`, which runs a workflow and prints the answer. Starts an agent if none is
 * running.
 */
export const addRemoteWorkflow: Registration = (remote, run) => {
  addCommand(remote, 'workflow', 'run a workflow of a machine', {
    examples: [['clawreach remote workflow office deploy branch=main', 'uses main for the parameter {{branch}}']],
  })
    .argument('<machine>', PEER_ARGUMENT)
    .argument('<workflow>', 'name of the workflow on that machine')
    .argument('[values...]', 'name=value for each parameter')
    .option('--gateway <name>', GATEWAY_OPTION)
    .action((name: string, workflow: string, values: string[], options: ResolvedOpenClawOptions) =>
      run(options, async (context) => {
        const params = readValues(values);
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, options, true);
        const printer = new AnswerPrinter(context, shown);
        const answer = await client.call(
          'remote.workflow',
          { ...at, workflow, params },
          { signal: context.host.interrupted, onProgress: (step) => printer.take(step) },
        );
        printer.end(answer);
      }),
    );
};

/**
 * Registers `clawreach remote workflows`, which lists the workflows of a machine. Starts an agent if none is running.
 */
export const addRemoteWorkflows: Registration = (remote, run) => {
  addCommand(remote, 'workflows', 'list the workflows of a machine', {
    examples: [['clawreach remote workflows office', '']],
  })
    .argument('<machine>', PEER_ARGUMENT)
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, {}, true);
        const onProgress = (): void => reporter.note(approvalWait(shown));
        const found = await client.call(
          'remote.workflows',
          { target: at.target },
          { signal: host.interrupted, onProgress },
        );
        reporter.document(found);
        if (found.length === 0) reporter.lines(`${shown} has no workflows.`);
        else reporter.lines(...found.map((one) => `${printable(one.name)}  ${printable(one.description)}`.trimEnd()));
      }),
    );
};

/**
 * Parses arguments of the form `name=value`.
 * @throws {UsageError} `usage.workflow`
 */
function readValues(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        const reason = `"${printable(text)}" isn't name=value.`;
        throw new UsageError('usage.workflow', reason, { details: { reason } });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
