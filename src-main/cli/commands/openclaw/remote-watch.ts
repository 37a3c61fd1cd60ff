import type { AppApiClient, GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { formatTime } from '../../output/index.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { addCommand, type CommandContext, type Registration } from '../registry.ts';
import { findOpenClaw, GATEWAY_OPTION, type ResolvedOpenClaw, type ResolvedOpenClawOptions } from './find-remote.ts';
import { describeBeat, remoteTable } from './remote-format.ts';

/** Delay before a lost connection is tried again, ms. */
const RETRY_DELAY = 15_000;
/** Error codes after which `watch` retries: the path to the machine or its gateway is down. */
const RETRIED_CODES =
  /^(?:link\.(?!unknown-peer|key-changed|refused|kind|params)|relay\.|handshake\.damaged$|remote\.(?:lost|gateway|aborted|too-many|rate)$)/;

/**
 * Registers `clawreach remote watch`, which prints heartbeats of one OpenClaw, or the status of all saved ones, until Ctrl-C. Starts an agent if none
 * is running.
 */
export const addRemoteWatch: Registration = (remote, run) => {
  addCommand(remote, 'watch', 'show the status of a machine, or of the saved entries, continuously', {
    description:
      'Show the status of OpenClaw on a machine every 15 seconds until Ctrl-C. Without a machine, shows all saved entries. With --json, each ' +
      'line is one status, or the list of all saved entries.',
    examples: [
      ['clawreach remote watch', 'the saved entries'],
      ['clawreach remote watch office', 'one machine; it need not be saved'],
      ['clawreach remote watch . --json', 'the gateway of this machine, for scripts'],
    ],
  })
    .argument('[machine]', 'name or ID of the machine; . means this machine (default: all saved entries)')
    .option('--gateway <name>', GATEWAY_OPTION)
    .action((name: string | undefined, options: ResolvedOpenClawOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        if (name === undefined) await watchSaved(context, client);
        else await watchOne(context, client, await findOpenClaw(context, client, name, options));
      }),
    );
};

/** Redraws the table of saved OpenClaws after each change. */
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

/**
 * Prints the heartbeats of one OpenClaw. Retries while its machine is offline; throws errors that a retry can't solve.
 */
async function watchOne(context: CommandContext, client: AppApiClient, { at, shown }: ResolvedOpenClaw): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const print = (heartbeat: GatewayHeartbeat): void => {
    reporter.document(heartbeat);
    reporter.lines(`${formatTime(host.clock.now(), host.clock.now())}  ${shown}  ${describeBeat(heartbeat)}`);
  };
  for (let lastCode = ''; !signal.aborted;) {
    try {
      await client.call('remote.watch', at, {
        signal,
        onProgress: (step) => {
          if (step.kind === 'approval') {
            reporter.note(approvalWait(shown));
            return;
          }
          lastCode = '';
          print(step.heartbeat);
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      const code = errorCode(error);
      if (!RETRIED_CODES.test(code)) throw error;
      // Print a repeated error only once.
      if (code !== lastCode) reporter.note(`${shown}: no status now [${code}]. Retrying automatically.`);
      lastCode = code;
    }
    await interruptibleDelay(context, RETRY_DELAY);
  }
}
