import type { AppApiClient, GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { formatTime } from '../../output/index.ts';
import { addCommand, type CommandContext, type Registration } from '../registry.ts';
import { findOpenClaw, GATEWAY_OPTION, type ResolvedOpenClaw, type ResolvedOpenClawOptions } from './find-remote.ts';
import { describeBeat, remoteTable } from './remote-format.ts';

/** Delay before a lost watch is started again, ms. */
const AGAIN = 15_000;
/** Error codes that may resolve by themselves: the path to the machine, and the gateway behind it. */
const PASSING =
  /^(?:link\.(?!unknown-peer|key-changed|refused|kind|params)|relay\.|handshake\.damaged$|remote\.(?:lost|gateway|aborted|too-many|rate)$)/;

export const addRemoteWatch: Registration = (remote, run) => {
  addCommand(remote, 'watch', 'the heartbeats of one, or of the saved entries, as they come', {
    description:
      'The heartbeats of OpenClaw at a peer (or, with `.`, of a gateway of this device) every 15 seconds, or those of the saved entries, until Ctrl-C. ' +
      'With --json each one is a line, and of the saved entries each list.',
    examples: [
      ['clawreach remote watch', 'the saved entries'],
      ['clawreach remote watch office', 'one that need not be saved'],
      ['clawreach remote watch . --json', 'the gateway of this device, for a program'],
    ],
  })
    .argument('[peer]', 'name or ID of the machine; . for this device; the saved entries unless given')
    .option('--gateway <name>', GATEWAY_OPTION)
    .action((name: string | undefined, options: ResolvedOpenClawOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        if (name === undefined) await watchSaved(context, client);
        else await watchOne(context, client, await findOpenClaw(context, client, name, options));
      }),
    );
};

async function watchSaved(context: CommandContext, client: AppApiClient): Promise<void> {
  const { reporter, host } = context;
  const show = (remotes: readonly RemoteView[]): void => {
    reporter.document(remotes);
    reporter.redraw(remoteTable(context, remotes));
  };
  const off = client.on('remotes.changed', show);
  try {
    show(await client.call('remotes.list', {}));
    const { promise: over, resolve: end } = Promise.withResolvers<undefined>();
    if (host.interrupted.aborted) end(undefined);
    else host.interrupted.addEventListener('abort', () => end(undefined), { once: true });
    // Without the agent nothing updates any more, so what is shown would become wrong.
    const lost = await Promise.race([client.closed, over]);
    if (lost !== undefined) throw lost;
  } finally {
    off();
  }
}

/** Watches one OpenClaw until Ctrl-C, also while its machine is offline for a time; ends on errors that won't resolve. */
async function watchOne(context: CommandContext, client: AppApiClient, { at, shown }: ResolvedOpenClaw): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const tell = (heartbeat: GatewayHeartbeat): void => {
    reporter.document(heartbeat);
    reporter.lines(`${formatTime(host.clock.now(), host.clock.now())}  ${shown}  ${describeBeat(heartbeat)}`);
  };
  for (let told = ''; !signal.aborted;) {
    try {
      await client.call('remote.watch', at, {
        signal,
        onProgress: (step) => {
          if (step.kind === 'approval') {
            reporter.note(`${shown} asks its owner… (Ctrl-C gives up)`);
            return;
          }
          told = '';
          tell(step.heartbeat);
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      const code = errorCode(error);
      if (!PASSING.test(code)) throw error;
      // Print a repeated error only once.
      if (code !== told) reporter.note(`${shown}: not heard now [${code}]. It is asked again by itself.`);
      told = code;
    }
    await interruptibleDelay(context, AGAIN);
  }
}
