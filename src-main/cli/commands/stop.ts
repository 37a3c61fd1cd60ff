import { pause, requireAgent } from '../control/index.ts';
import { AgentError } from '../errors.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from './registry.ts';

/** The agent drains its links and terminals first, ms. */
const STOP_TIMEOUT = 15_000;
const POLL_INTERVAL = 40;

export const addStop: Registration = (program, run) => {
  addCommand(program, 'stop', 'end the agent of this profile', {
    description:
      'End the agent of this profile and wait until it is gone. Links and terminals that go through it end too.',
    examples: [['clawreach stop', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { host, reporter } = context;
      const client = await requireAgent(context);
      const { pid } = await client.call('status.get', {});
      // The agent may be gone before its answer arrives; that is what was asked for.
      await client.call('agent.stop', {}).catch((error: unknown) => {
        if (!isLost(error)) throw error;
      });
      const deadline = host.clock.monotonic() + STOP_TIMEOUT;
      for (;;) {
        if (!(await answers(context))) break;
        if (host.clock.monotonic() > deadline) {
          throw new AgentError('agent.stop-timeout', 'the agent did not end in time', { details: { pid } });
        }
        await pause(context, POLL_INTERVAL);
      }
      reporter.lines(`The agent (pid ${pid}) has stopped.`);
      reporter.document({ stopped: true, pid });
    }),
  );
};

async function answers({ host, profile }: CommandContext): Promise<boolean> {
  try {
    const client = await host.connect(profile);
    client?.close();
    return client !== undefined;
  } catch {
    // It is just closing its socket.
    return true;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'control.lost';
}
