import { Option } from 'commander';
import type { AddingView, AppApiClient, BrowserOffer } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { formatPeerId, parsePeerId } from '#shared/identity/index.ts';
import { isAddLink, parseAddLink } from '#shared/pairing/index.ts';
import { commandWithPin } from '#shared/relay-dialer/index.ts';
import { ensureAgent, ensureRelay, viewAgent } from '../../control/index.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import { formatCountdown, printable } from '../../output/index.ts';
import { formatSafetyNumber } from './peers.ts';
import { browserOfferOption, describeOffer } from './browser-life.ts';
import { commandColumns, describeRights, peerWord, shellWord } from './peer-format.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

type AddOptions = CommonOptions &
  RelayFlags &
  Readonly<{ only?: string; yes?: boolean; cancel?: boolean; for?: BrowserOffer }>;

/**
 * Registers `clawreach add`, which pairs two machines by ID through the agent. Shows the words to compare, asks, and
 * cancels the addition on Ctrl-C. Starts an agent if none is running.
 */
export const addAdd: Registration = (program, run) => {
  const command = addCommand(program, 'add', 'pair with a machine by its ID, without a code', {
    description: [
      'Pair with another machine by its ID, without a code. Without ID, this machine shows its own ID and waits for ten minutes; enter that ' +
        'ID on the other machine. Both then show four words and a number. Compare them: the machines are added when both people confirm that ' +
        'they match.',
    ].join('\n'),
    examples: [
      ['clawreach add', 'shows the ID of this machine and waits'],
      ['clawreach add CP5AZN7-… --relay wss://relay.example', 'on the other machine: contacts the one that waits'],
      ['clawreach add CP5AZN7-… --for none', 'a browser that has to ask before each terminal'],
      ['clawreach add --only YR5K8ZT-…', 'waits for this machine only, and adds it without asking'],
      ['clawreach add --cancel', 'cancels what is in progress'],
    ],
  });
  addRelayOptions(command)
    .argument('[id]', 'ID of the machine that waits, or its link clawreach://add?…')
    .addOption(browserOfferOption())
    .addOption(new Option('--only <id>', 'wait for this machine only, and add it without asking').conflicts('yes'))
    .option('--yes', "don't ask here, because you know that the ID is right")
    .addOption(
      new Option('--cancel', 'cancel what is in progress here, even after an interrupted `clawreach add`').conflicts([
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

/** Cancels additions that an interrupted `clawreach add` left in the agent. */
async function cancel(context: CommandContext, typed: string | undefined): Promise<void> {
  if (typed !== undefined) {
    const reason = "--cancel can't be used with an ID.";
    throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach add --help' } });
  }
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await viewAgent(context);
  const all = await client.call('adding.list', {}, { signal });
  const open = all.filter(({ state }) => state !== 'added' && state !== 'failed');
  for (const { adding } of open) await client.call('adding.cancel', { adding }, { signal });
  reporter.document({ cancelled: open.length });
  reporter.prose(open.length === 0 ? 'Nothing was in progress.' : 'Cancelled.');
}

/** Asks a browser that wants to be added, by its ID, and follows that to its end: the words, the question, and what it may do. */
export async function addBrowser(context: CommandContext, client: AppApiClient, peerId: string): Promise<void> {
  const watch = new AddingWatch(client);
  try {
    const begun = await client.call('adding.ask', { peerId }, { signal: context.host.interrupted });
    await follow(context, client, watch, begun, { yes: false, life: undefined });
  } finally {
    watch.close();
    context.reporter.clearProgress();
  }
}

/** Checks the options, sets up the relay, and starts waiting or asking. */
async function add(context: CommandContext, typed: string | undefined, options: AddOptions): Promise<void> {
  const { host, prompter } = context;
  const { only, yes = false } = options;
  if (typed !== undefined && only !== undefined) throw new UsageError('usage.add', "--only can't be used with an ID");
  if (typed === undefined && yes) throw new UsageError('usage.add', '--yes needs an ID');
  // Reject malformed IDs before anything is started or dialed.
  const isLink = typed !== undefined && isAddLink(typed);
  if (isLink) parseAddLink(typed);
  for (const id of [isLink ? undefined : typed, only]) if (id !== undefined) checkId(id);
  if (!yes && only === undefined && !prompter.available)
    throw new UsageError('usage.add', 'run this in a terminal, or add --only or --yes');
  const client = await ensureAgent(context, { createsProfile: true });
  await ensureRelay(context, client, options, { acceptUnadmitted: typed !== undefined });
  const watch = new AddingWatch(client);
  try {
    const signal = host.interrupted;
    const begun =
      typed === undefined
        ? await client.call('adding.wait', only === undefined ? {} : { only }, { signal })
        : await client.call('adding.ask', { peerId: typed }, { signal });
    await follow(context, client, watch, begun, { yes, life: options.for });
  } finally {
    watch.close();
    context.reporter.clearProgress();
  }
}

/** Shows each state of the addition and asks for the comparison, until the machine is added or the addition fails. */
async function follow(
  context: CommandContext,
  client: AppApiClient,
  watch: AddingWatch,
  begun: AddingView,
  { yes, life }: Readonly<{ yes: boolean; life: BrowserOffer | undefined }>,
): Promise<void> {
  const { reporter, host, prompter } = context;
  if (begun.side === 'waiting') await showInvitation(context, client);
  let view: AddingView = begun;
  try {
    for (;;) {
      reporter.document(view);
      if (view.state === 'added' || view.state === 'failed') break;
      if (view.state === 'comparing') {
        reporter.prose(...showCandidate(context, view, life));
        const same = yes || (await prompter.decide('Does the other machine show the same words and number?'));
        view = await client.call('adding.answer', { adding: view.adding, same, ...(life && { life }) });
        continue;
      }
      const left = formatCountdown(view.expiresAt - host.clock.now());
      const what =
        view.state === 'agreed' ? 'Waiting for the other machine to confirm' : 'Waiting for the other machine';
      reporter.progress(`${what}, ${left} left. Ctrl-C cancels.`);
      view = await watch.next(view, host.interrupted);
    }
  } catch (error) {
    await client.call('adding.cancel', { adding: begun.adding }).catch(() => undefined);
    throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : error;
  }
  if (view.state === 'failed') throw new ClawReachError(view.problem ?? 'internal', 'it was not added');
  const peer = await client.call('peers.get', { peer: view.other?.peerId ?? '' });
  reporter.prose(
    `Added ${reporter.style.bold(printable(peer.name))} (${printable(peer.shortId)}…).`,
    ...(peer.browser === undefined
      ? [
          'It has to ask before doing anything here. To let it open terminals without asking:',
          `    clawreach rights ${peerWord(peer)} --allow terminal`,
          `To open a terminal there: clawreach connect ${peerWord(peer)}`,
        ]
      : [`It may do here: ${describeRights(peer, host.clock.now())}`]),
  );
}

async function showInvitation(context: CommandContext, client: AppApiClient): Promise<void> {
  const { reporter } = context;
  const { device, relay } = await client.call('status.get', {});
  const id = formatPeerId(parsePeerId(device.peerId));
  const command = `    clawreach add ${id}${relay.url === null ? '' : ` --relay ${shellWord(relay.url)}`}`;
  reporter.document({ event: 'waiting', peerId: device.peerId, relay: relay.url });
  reporter.prose(
    'ID of this machine',
    '',
    `    ${reporter.style.bold(id)}`,
    '',
    'On the other machine, run:',
    '',
    ...(relay.pin === undefined ? [command] : commandWithPin(command, relay.pin, commandColumns(context))),
    '',
  );
}

function showCandidate(
  { reporter }: CommandContext,
  { other }: AddingView,
  life: BrowserOffer | undefined,
): readonly string[] {
  if (other === null) return [];
  const { bold } = reporter.style;
  const name = other.name === null ? '' : `, which calls itself “${printable(other.name)}”`;
  return [
    `The other ${other.browser === undefined ? 'machine' : 'side is a browser'}: ${printable(formatPeerId(parsePeerId(other.peerId)))}${name}.`,
    'Both screens must show the same four words:',
    '',
    `    ${bold(other.words.map(printable).join('  '))}`,
    '',
    'and the same number:',
    '',
    ...formatSafetyNumber(other.safetyNumber).map((line) => `    ${bold(line)}`),
    '',
    'Compare them with the person there. If they differ, someone may be intercepting: answer no.',
    ...(other.browser === undefined ? [] : [describeOffer(life ?? other.browser)]),
  ];
}

/**
 * Checks the form of a peer ID.
 * @throws {ClawReachError} `adding.peer-id`
 */
function checkId(text: string): void {
  try {
    parsePeerId(text);
  } catch {
    throw new ClawReachError('adding.peer-id', "this isn't a peer ID");
  }
}

/** States in the order in which an addition passes through them. */
const ORDER: readonly AddingView['state'][] = ['waiting', 'comparing', 'agreed', 'added', 'failed'];

/** Queues the states of an addition from the agent's events, so that none is lost while the command asks a question. */
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
