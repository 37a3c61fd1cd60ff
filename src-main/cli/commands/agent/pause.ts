import type { AgentStatus } from '#shared/app-api/index.ts';
import { requireAgent } from '../../control/index.ts';
import { formatTime, parseDuration } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type PauseOptions = CommonOptions & Readonly<{ for?: string }>;

export const addPause: Registration = (program, run) => {
  addCommand(program, 'pause', 'end every connection of this device, and make none', {
    description:
      'End every connection of this device to its relay, its peers and its gateways, and make none until `clawreach resume`, also after a ' +
      'restart. Forwards here stop. A relay that runs on this machine goes on, since others use it. Terminals that peers use here, and those you use there, wait as after a lost connection: ten minutes.',
    examples: [
      ['clawreach pause', 'until clawreach resume'],
      ['clawreach pause --for 1h', 'it ends by itself'],
    ],
  })
    .option('--for <duration>', 'end the pause after so long, such as 30m, 1h, 2d; at most 30d')
    .action((options: PauseOptions) => run(options, (context) => pauseAgent(context, options)));
};

export const addResume: Registration = (program, run) => {
  addCommand(program, 'resume', 'end the pause of this device', {
    examples: [['clawreach resume', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await requireAgent(context);
      const { paused } = await client.call('status.get', {});
      await client.call('agent.resume', {});
      context.reporter.document({ paused: null });
      context.reporter.lines(
        paused === undefined ? 'This device was not paused.' : 'The pause is over: this device connects again.',
      );
    }),
  );
};

async function pauseAgent(context: CommandContext, options: PauseOptions): Promise<void> {
  const { host, reporter } = context;
  const duration = options.for === undefined ? null : parseDuration(options.for);
  const client = await requireAgent(context);
  const until = duration === null ? null : Math.floor(host.clock.now() + duration);
  const status = await client.call('agent.pause', { until });
  reporter.document({ paused: status.paused ?? null });
  reporter.lines(describePause(status, host.clock.now()), ...waitingTerminals(status));
}

/** Describes the pause on one line, for `pause` and `status`. */
export function describePause({ paused }: AgentStatus, now: number): string {
  if (paused === undefined) return 'Not paused.';
  const end = paused.until === null ? 'until `clawreach resume`' : `until ${formatTime(paused.until, now)}`;
  return `Paused ${end}: this device has no connections and makes none.`;
}

function waitingTerminals({ terminals }: AgentStatus): readonly string[] {
  if (terminals.serving === 0) return [];
  return [
    terminals.serving === 1
      ? 'The terminal that runs here waits ten minutes for its peer, as after a lost connection.'
      : 'The terminals that run here wait ten minutes for their peers, as after a lost connection.',
  ];
}
