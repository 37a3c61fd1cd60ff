import { Option } from 'commander';
import type { AddingView, AppApiClient } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { formatPeerId, parsePeerId } from '#shared/identity/index.ts';
import { ensureAgent, ensureRelay, requireAgent } from '../../control/index.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import { formatCountdown, printable } from '../../output/index.ts';
import { formatSafetyNumber } from './peers.ts';
import { peerWord, shellWord } from './peer-format.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

type AddOptions = CommonOptions & RelayFlags & Readonly<{ only?: string; yes?: boolean; cancel?: boolean }>;

export const addAdd: Registration = (program, run) => {
  const command = addCommand(program, 'add', 'add a machine by its ID, with a yes on both', {
    description:
      'Add a machine by hand, across networks, without a code: without PEER-ID this one waits for ten minutes, the other one is given the ID that ' +
      'is shown. Both then show the same four words and number; nothing is added before both people have said yes.',
    examples: [
      ['clawreach add', 'waits, and shows the ID of this machine'],
      ['clawreach add CP5AZN7-… --relay wss://relay.example', 'asks, on the other machine'],
      ['clawreach add --only YR5K8ZT-…', 'waits for that one alone, and needs no yes here'],
      ['clawreach add --cancel', 'ends one that is under way'],
    ],
  });
  addRelayOptions(command)
    .argument('[peer-id]', 'ID of the machine that waits')
    .addOption(
      new Option('--only <peer-id>', 'wait for this machine alone; it is added without a question').conflicts('yes'),
    )
    .option('--yes', 'the ID is known to be right: do not ask here')
    .addOption(
      new Option('--cancel', 'end what is being added here, also when its command is gone').conflicts([
        'only',
        'yes',
        'relay',
        'admissionStdin',
        'admissionFile',
        'pin',
        'insecure',
      ]),
    )
    .action((peerId: string | undefined, options: AddOptions) =>
      run(options, (context) => (options.cancel === true ? cancel(context, peerId) : add(context, peerId, options))),
    );
};

/** Cancels what an interrupted `clawreach add` left; the agent would otherwise continue until it times out. */
async function cancel(context: CommandContext, typed: string | undefined): Promise<void> {
  if (typed !== undefined) {
    const reason = '--cancel ends what is under way here: it takes no PEER-ID';
    throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach add --help' } });
  }
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await requireAgent(context);
  const all = await client.call('adding.list', {}, { signal });
  const open = all.filter(({ state }) => state !== 'added' && state !== 'failed');
  for (const { adding } of open) await client.call('adding.cancel', { adding }, { signal });
  reporter.document({ cancelled: open.length });
  reporter.lines(open.length === 0 ? 'Nothing was being added.' : 'Cancelled.');
}

async function add(context: CommandContext, typed: string | undefined, options: AddOptions): Promise<void> {
  const { host, prompter } = context;
  const { only, yes = false } = options;
  if (typed !== undefined && only !== undefined)
    throw new UsageError('usage.add', '--only is for waiting, without a PEER-ID');
  if (typed === undefined && yes) throw new UsageError('usage.add', '--yes is for asking, with a PEER-ID');
  // Reject malformed IDs before anything is started or dialled.
  for (const id of [typed, only]) if (id !== undefined) checkId(id);
  if (!yes && only === undefined && !prompter.available)
    throw new UsageError('usage.add', 'somebody has to compare: run this at a terminal, or give --only or --yes');
  const client = await ensureAgent(context, { createsProfile: true });
  await ensureRelay(context, client, options, { acceptUnadmitted: typed !== undefined });
  const watch = new AddingWatch(client);
  try {
    const signal = host.interrupted;
    const begun =
      typed === undefined
        ? await client.call('adding.wait', only === undefined ? {} : { only }, { signal })
        : await client.call('adding.ask', { peerId: typed }, { signal });
    await follow(context, client, watch, begun, yes);
  } finally {
    watch.close();
    context.reporter.clearProgress();
  }
}

async function follow(
  context: CommandContext,
  client: AppApiClient,
  watch: AddingWatch,
  begun: AddingView,
  yes: boolean,
): Promise<void> {
  const { reporter, host, prompter } = context;
  if (begun.side === 'waiting') await showInvitation(context, client);
  let view: AddingView = begun;
  try {
    for (;;) {
      reporter.document(view);
      if (view.state === 'added' || view.state === 'failed') break;
      if (view.state === 'comparing') {
        reporter.lines(...showCandidate(context, view));
        const same = yes || (await prompter.confirm('Does the other machine show the same?'));
        view = await client.call('adding.answer', { adding: view.adding, same });
        continue;
      }
      const left = formatCountdown(view.expiresAt - host.clock.now());
      const what =
        view.state === 'agreed' ? 'Waiting for the yes of the other machine' : 'Waiting for the other machine';
      reporter.progress(`${what}, ${left} left. Ctrl-C cancels.`);
      view = await watch.next(view, host.interrupted);
    }
  } catch (error) {
    await client.call('adding.cancel', { adding: begun.adding }).catch(() => undefined);
    throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : error;
  }
  if (view.state === 'failed') throw new ClawReachError(view.problem ?? 'internal', 'it was not added');
  const peer = await client.call('peers.get', { peer: view.other?.peerId ?? '' });
  reporter.lines(
    `Added ${reporter.style.bold(printable(peer.name))} (${printable(peer.shortId)}…).`,
    'It may do nothing here without asking. To let it open terminals:',
    `    clawreach rights ${peerWord(peer)} --allow terminal`,
    `A terminal there: clawreach connect ${peerWord(peer)}`,
  );
}

async function showInvitation({ reporter }: CommandContext, client: AppApiClient): Promise<void> {
  const { device, relay } = await client.call('status.get', {});
  const id = formatPeerId(parsePeerId(device.peerId));
  reporter.document({ event: 'waiting', peerId: device.peerId, relay: relay.url });
  reporter.lines(
    'ID of this machine',
    '',
    `    ${reporter.style.bold(id)}`,
    '',
    'On the other machine run:',
    '',
    `    clawreach add ${id}${relay.url === null ? '' : ` --relay ${shellWord(relay.url)}`}`,
    '',
  );
}

function showCandidate({ reporter }: CommandContext, { other }: AddingView): readonly string[] {
  if (other === null) return [];
  const { bold } = reporter.style;
  const name = other.name === null ? '' : `, which calls itself “${printable(other.name)}”`;
  return [
    `A machine is there: ${printable(formatPeerId(parsePeerId(other.peerId)))}${name}.`,
    'Both screens must show the same four words:',
    '',
    `    ${bold(other.words.map(printable).join('  '))}`,
    '',
    'and the same number:',
    '',
    ...formatSafetyNumber(other.safetyNumber).map((line) => `    ${bold(line)}`),
    '',
    'Compare them with the person there. If they differ, somebody stands in between: say no.',
  ];
}

/** Checks the form of a peer ID. @throws {UsageError} */
function checkId(text: string): void {
  try {
    parsePeerId(text);
  } catch {
    throw new ClawReachError('adding.peer-id', 'this is no peer id');
  }
}

const ORDER: readonly AddingView['state'][] = ['waiting', 'comparing', 'agreed', 'added', 'failed'];

/** Collects the states of an addition in order, including those that arrive before anyone waits for them. */
class AddingWatch {
  readonly #seen: AddingView[] = [];
  readonly #off: () => void;
  #lost: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(client: AppApiClient) {
    this.#off = client.on('adding.changed', (view) => {
      this.#seen.push(view);
      this.#wake?.();
    });
    void client.closed.then((error) => {
      this.#lost = error;
      this.#wake?.();
    });
  }

  /**
   * Waits for the state after `before`.
   * @throws {InterruptedError}
   * @throws {AppApiError} `control.lost` if the agent ended
   */
  async next(before: AddingView, interrupted: AbortSignal): Promise<AddingView> {
    for (;;) {
      const next = this.#seen.shift();
      if (next?.adding === before.adding && ORDER.indexOf(next.state) > ORDER.indexOf(before.state)) return next;
      if (next !== undefined) continue;
      if (interrupted.aborted) throw new InterruptedError();
      if (this.#lost !== undefined) throw this.#lost;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        interrupted.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  close(): void {
    this.#off();
  }
}
