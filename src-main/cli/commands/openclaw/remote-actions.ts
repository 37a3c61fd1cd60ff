import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { AnswerPrinter } from './prompt.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';
import { findOpenClaw, GATEWAY_OPTION, PEER_ARGUMENT, type ResolvedOpenClawOptions } from './find-remote.ts';
import { describeBeat } from './remote-format.ts';

export const addRemoteStatus: Registration = (remote, run) => {
  addCommand(remote, 'status', 'how OpenClaw at a peer, or here, is', {
    examples: [
      ['clawreach remote status office', ''],
      ['clawreach remote status .', 'the gateway of this device'],
    ],
  })
    .argument('<peer>', PEER_ARGUMENT)
    .option('--gateway <name>', GATEWAY_OPTION)
    .action((name: string, options: ResolvedOpenClawOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, options);
        const onProgress = (): void => reporter.note(`${shown} asks its owner… (Ctrl-C gives up)`);
        const beat = await client.call('remote.status', at, { signal: host.interrupted, onProgress });
        reporter.document(beat);
        reporter.lines(`${shown}  ${describeBeat(beat)}`);
      }),
    );
};

export const addRemoteRestart: Registration = (remote, run) => {
  addCommand(remote, 'restart', 'restart OpenClaw at a peer, or here', {
    description:
      'Restart OpenClaw at a peer, or a gateway of this device. What it breaks off is told first; nothing happens before you have confirmed.',
    examples: [
      ['clawreach remote restart office', 'asks'],
      ['clawreach remote restart . --gateway home', 'a gateway of this device'],
      ['clawreach remote restart office --yes', 'does not; what was broken off is told'],
    ],
  })
    .argument('<peer>', PEER_ARGUMENT)
    .option('--gateway <name>', GATEWAY_OPTION)
    .option('-y, --yes', 'do not ask')
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
                if (step.kind === 'approval') reporter.note(`${shown} asks its owner… (Ctrl-C gives up)`);
                else if (step.tasks.length === 0) reporter.note('Nothing is running there.');
                else reporter.note('A restart breaks off:', ...step.tasks.map((task) => `  ${printable(task)}`));
              },
            },
          );
        if (options.yes !== true) {
          await restart(false);
          if (!prompter.available || !(await prompter.confirm(`Restart OpenClaw at ${shown} now?`))) {
            reporter.note('Nothing was restarted. `--yes` does it without a question.');
            return EXIT.failure;
          }
        }
        const done = await restart(true);
        reporter.document(done);
        reporter.lines(`OpenClaw at ${shown} restarts.`);
        return EXIT.ok;
      }),
    );
};

export const addRemoteWorkflow: Registration = (remote, run) => {
  addCommand(remote, 'workflow', 'start a workflow of a peer, or of this device', {
    examples: [['clawreach remote workflow office deploy branch=main', 'the place {{branch}} becomes main']],
  })
    .argument('<peer>', PEER_ARGUMENT)
    .argument('<workflow>', 'its name there')
    .argument('[values...]', 'name=value for each place')
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

export const addRemoteWorkflows: Registration = (remote, run) => {
  addCommand(remote, 'workflows', 'the workflows of a peer, by name', {
    examples: [['clawreach remote workflows office', '']],
  })
    .argument('<peer>', PEER_ARGUMENT)
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { at, shown } = await findOpenClaw(context, client, name, {}, true);
        const onProgress = (): void => reporter.note(`${shown} asks its owner… (Ctrl-C gives up)`);
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

/** Parses values of the form `name=value`. @throws {UsageError} `usage.workflow` */
function readValues(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        const reason = `"${printable(text)}" is not name=value.`;
        throw new UsageError('usage.workflow', reason, { details: { reason } });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
