import type { AgentStatus } from '#shared/app-api/index.ts';
import { viewAgent } from '../../control/index.ts';
import { formatTime, parseDuration } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type PauseOptions = CommonOptions & Readonly<{ for?: string }>;

/** Registers `clawreach pause`, which tells the running agent to close all connections. */
export const addPause: Registration = (program, run) => {
  addCommand(program, 'pause', 'close all connections of this machine until you resume', {
    description:
      'Close all connections of this machine to its relay, to other machines and to gateways, and make none until `clawreach resume`, even after a ' +
      'restart. Forwards on this machine stop. Terminals are kept for ten minutes, here and on other machines. A relay hosted on this machine ' +
      'keeps running for others.',
    examples: [
      ['clawreach pause', 'until clawreach resume'],
      ['clawreach pause --for 1h', 'resumes after an hour'],
    ],
  })
    .option('--for <duration>', 'resume after this time, such as 30m, 1h, 2d; at most 30d')
    .action((options: PauseOptions) => run(options, (context) => pauseAgent(context, options)));
};

/** Registers `clawreach resume`, which tells the running agent to connect again. */
export const addResume: Registration = (program, run) => {
  addCommand(program, 'resume', 'end the pause and connect again', {
    examples: [['clawreach resume', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await viewAgent(context);
      const { paused } = await client.call('status.get', {});
      await client.call('agent.resume', {});
      context.reporter.document({ paused: null });
      context.reporter.lines(
        paused === undefined ? "This machine wasn't paused." : 'Resumed. This machine connects again.',
      );
    }),
  );
};

async function pauseAgent(context: CommandContext, options: PauseOptions): Promise<void> {
  const { host, reporter } = context;
  const duration = options.for === undefined ? null : parseDuration(options.for);
  const client = await viewAgent(context);
  const until = duration === null ? null : Math.floor(host.clock.now() + duration);
  const status = await client.call('agent.pause', { until });
  reporter.document({ paused: status.paused ?? null });
  reporter.lines(
    describePause(status, host.clock.now()),
    ...(until === null ? [] : ['To connect before that: `clawreach resume`']),
    ...waitingTerminals(status),
  );
}

/** Describes the pause on one line, for `pause` and `status`. */
export function describePause({ paused }: AgentStatus, now: number): string {
  if (paused === undefined) return 'Not paused.';
  const end = paused.until === null ? 'until `clawreach resume`' : `until ${formatTime(paused.until, now)}`;
  return `Paused ${end}. All connections are off.`;
}

function waitingTerminals({ terminals }: AgentStatus): readonly string[] {
  if (terminals.serving === 0) return [];
  return [
    terminals.serving === 1
      ? 'The terminal that another machine has open here is kept for ten minutes.'
      : 'The terminals that other machines have open here are kept for ten minutes.',
  ];
}
