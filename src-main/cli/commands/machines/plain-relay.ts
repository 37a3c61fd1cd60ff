import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { AppApiClient, PlainRelayView } from '#shared/app-api/index.ts';
import { isPlainApi, parsePlainCode, plainRelayError } from '#shared/plain-relay/index.ts';
import { createConnectorFiles } from '#node/files/index.ts';
import { parsePlainUrl } from '#node/sockets/index.ts';
import { ensureAgent, readCodeInput } from '../../control/index.ts';
import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { addCommand, parseName, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { lastWord } from './peer-format.ts';
import { formatPlainRelay, plainRelayWord, RELAY_READS } from './plain-relay-format.ts';

type TrustOptions = CommonOptions & Readonly<{ pin?: string; insecure?: boolean; relayCanRead?: boolean }>;
type PairOptions = TrustOptions &
  Readonly<{ api: string; name?: string; config?: string; shell?: string; connector?: boolean }>;

/** File of the documented connector, in the home folder. */
const CONFIG = '.relay-connector.json';

/**
 * Registers `clawreach plain-relay`, whose commands connect this machine to relays of the documented connector protocol, which can read what they
 * carry. `pair` and `add` ask the person first.
 */
export const addPlainRelay: Registration = (program, run) => {
  const group = addCommand(
    program,
    'plain-relay',
    'connect to a relay that can read what it carries, as its connector',
    {
      description: [
        'Connect this machine to a plain relay: one that speaks the documented connector protocol, without end-to-end encryption. Browsers open terminals ' +
          'here through it, and it can read them and type in them itself.',
        "You're asked before each terminal and prompt, unless you allow or deny them with `clawreach rights`. Paired machines are never reached this way.",
      ].join('\n'),
      examples: [
        ['clawreach plain-relay', 'the plain relays of this machine'],
        ['clawreach plain-relay pair - --api https://relay.example/functions/v1', 'asks for the pairing code'],
        ['clawreach plain-relay add node.json', 'uses a configuration file of a connector or of the OpenClaw skill'],
        ['clawreach plain-relay end', 'ends all their terminals and requests'],
      ],
    },
  ).action((options: CommonOptions) => run(options, list));
  const work = (options: CommonOptions, task: (context: CommandContext) => Promise<void>): Promise<void> =>
    run({ ...group.opts<CommonOptions>(), ...options }, task);
  const name = 'name or host of a plain relay';

  const pairCommand = addCommand(group, 'pair', 'pair with a plain relay by a code from its page', {
    description: [
      `Exchange a pairing code of ten characters for a token, store it in ~/${CONFIG} for your account alone, and connect. The code of a machine has eight ` +
        'characters, and is never sent: use `clawreach pair` for it.',
      'As the documented connector: clawreach --pair CODE --name NAME --api URL --config FILE --shell PATH',
    ].join('\n'),
    examples: [['clawreach plain-relay pair - --api https://relay.example/functions/v1 --name server', '']],
  });
  addTrustOptions(pairCommand)
    .argument('<code>', "code from the relay's page; - asks for it, or reads it from standard input")
    .requiredOption('--api <url>', "address of the relay's functions, which ends with /functions/v1")
    .addOption(new Option('--name <name>', 'name of this machine at the relay').argParser(parseName))
    .option('--config <file>', `file to write (default: ~/${CONFIG})`)
    .option('--shell <path>', 'program to run in terminals here, if this command starts ClawReach')
    .addOption(new Option('--connector').hideHelp())
    .action((code: string, options: PairOptions) => work(options, (context) => pair(context, code, options)));
  addTrustOptions(
    addCommand(group, 'add', 'connect by an existing configuration file', {
      description:
        'Connect by a file of the documented connector (device_id, token, relay_url), or of the OpenClaw skill (node_id, auth_token, relay_url). A skill ' +
        'serves prompts, status, restarts and workflows, but no terminals.',
      examples: [[`clawreach plain-relay add ~/${CONFIG}`, '']],
    }),
  )
    .argument('<file>', 'the file; only your account may be able to read it')
    .option('--shell <path>', 'program to run in terminals here, if this command starts ClawReach')
    .action((file: string, options: TrustOptions & { shell?: string }) =>
      work(options, (context) => add(context, file, options)),
    );
  addCommand(group, 'end', 'end all terminals and requests of plain relays', {
    examples: [
      ['clawreach plain-relay end', 'of all of them'],
      ['clawreach plain-relay end relay.example', ''],
    ],
  })
    .argument('[name]', `${name}; all without it`)
    .action((relay: string | undefined, options: CommonOptions) =>
      work(options, async (context) => {
        const client = await ensureAgent(context);
        const ended = await client.call('plainRelays.end', relay === undefined ? {} : { relay });
        context.reporter.document(ended);
        context.reporter.lines(
          ended.terminals + ended.requests === 0
            ? 'Nothing to end: no plain relay has anything open here.'
            : `Ended ${count(ended.terminals, 'terminal')} and ${count(ended.requests, 'request')}.`,
        );
      }),
    );
  for (const [command, enabled, example] of [
    ['on', true, 'clawreach plain-relay on relay.example'],
    ['off', false, 'clawreach plain-relay off relay.example'],
  ] as const)
    addCommand(group, command, enabled ? 'connect to a plain relay again' : 'disconnect from a plain relay', {
      examples: [[example, '']],
    })
      .argument('<name>', name)
      .action((relay: string, options: CommonOptions) =>
        work(options, async (context) => {
          const client = await ensureAgent(context);
          show(context, await client.call('plainRelays.enable', { relay, enabled }));
        }),
      );
  addCommand(group, 'remove', 'disconnect from a plain relay and forget it', {
    examples: [['clawreach plain-relay remove relay.example', '']],
  })
    .argument('<name>', name)
    .action((relay: string, options: CommonOptions) => work(options, (context) => remove(context, relay)));
};

/** Adds the options about trust in a plain relay, and the one that answers the question in advance. */
function addTrustOptions(command: ReturnType<typeof addCommand>): ReturnType<typeof addCommand> {
  return command
    .option('--pin <hex>', "trust the relay's own certificate if it has this pin")
    .option('--insecure', 'allow a relay without TLS, only for a network you trust')
    .option('--relay-can-read', "don't ask: I know that the relay can read and type in what it carries");
}

async function list(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const relays = await client.call('plainRelays.list', {});
  reporter.document(relays);
  if (relays.length === 0)
    reporter.lines('No plain relays. Machines that you pair with `clawreach pair` are always end-to-end encrypted.');
  else reporter.lines(...relays.map((relay) => formatPlainRelay(relay, host.clock.now())));
}

async function pair(context: CommandContext, argument: string, options: PairOptions): Promise<void> {
  const { host } = context;
  const typed = await readCodeInput(context, {
    argument,
    question: 'Pairing code of the plain device:',
    command: 'clawreach plain-relay pair -',
    isTolerated: options.connector === true,
  });
  // Reject what can't be right before anything is asked, started or sent.
  const code = parsePlainCode(typed ?? '');
  const { header, path } = parsePlainUrl(options.api, { insecure: options.insecure === true });
  if (!isPlainApi(path))
    throw plainRelayError('plain.url', 'not the functions', { reason: 'its path must end with /functions/v1' });
  await accept(context, header, options);
  const client = await ensureAgent(context, { createsProfile: true, shell: options.shell });
  const { device } = await client.call('status.get', {});
  const relay = await client.call(
    'plainRelays.pair',
    {
      code,
      api: options.api.trim(),
      name: (options.name ?? device.name).slice(0, 100),
      config: resolve(host.workingDirectory, options.config ?? join(host.home, CONFIG)),
      ...trustOf(options),
    },
    { signal: host.interrupted },
  );
  explain(context, relay);
}

async function add(context: CommandContext, file: string, options: TrustOptions & { shell?: string }): Promise<void> {
  const path = resolve(context.host.workingDirectory, file);
  await accept(context, await relayOf(path, options), options);
  const client = await ensureAgent(context, { createsProfile: true, shell: options.shell });
  explain(context, await addConfig(client, path, options));
}

async function addConfig(client: AppApiClient, config: string, options: TrustOptions): Promise<PlainRelayView> {
  return await client.call('plainRelays.add', { config, ...trustOf(options) });
}

/**
 * Offers to use the configuration file of a connector that `clawreach --config FILE` names, if the agent doesn't use it yet. In a script only prints the
 * command. Used by `run`.
 */
export async function offerConfig(context: CommandContext, client: AppApiClient, file: string): Promise<void> {
  const { host, prompter, reporter } = context;
  const path = resolve(host.workingDirectory, file);
  const relays = await client.call('plainRelays.list', {});
  if (relays.some(({ config }) => config === path)) return;
  if (!prompter.available) {
    reporter.note(
      `${printable(path)} isn't used yet, since its relay can read what it carries. To use it:`,
      `    clawreach plain-relay add ${lastWord(path)}`,
    );
    return;
  }
  await accept(context, await relayOf(path, {}), {});
  explain(context, await addConfig(client, path, {}));
}

/** Returns the host that a configuration file names. @throws {PlainRelayError} `plain.config`, `plain.config-permissions`, `plain.url`, `plain.insecure` */
async function relayOf(path: string, { insecure }: Pick<TrustOptions, 'insecure'>): Promise<string> {
  const { relayUrl } = await createConnectorFiles().read(path);
  return parsePlainUrl(relayUrl, { insecure: insecure === true }).header;
}

/** Asks the person to accept that a relay reads and types here. @throws {ProblemError} `plain.unconfirmed` */
async function accept({ prompter, reporter }: CommandContext, relay: string, options: TrustOptions): Promise<void> {
  if (options.relayCanRead === true) return;
  const refused = new ProblemError('plain.unconfirmed', { relay });
  if (!prompter.available) throw refused;
  reporter.note(
    reporter.noteStyle.yellow(
      `${printable(relay)} will be able to read everything in the terminals and prompts that it carries, and to type there itself.`,
    ),
    "They aren't end-to-end encrypted. You're still asked before each one, unless you allow them.",
  );
  if (!(await prompter.confirm('Let this relay read and type here?'))) throw refused;
}

function explain(context: CommandContext, relay: PlainRelayView): void {
  const word = plainRelayWord(relay);
  context.reporter.document(relay);
  context.reporter.lines(
    `This machine is now a ${relay.kind} of ${printable(relay.host)}. ${RELAY_READS}.`,
    `The token is in ${printable(relay.config)}, for your account alone.`,
    "You're asked before anything runs here. To allow terminals without asking, or to deny them:",
    `    clawreach rights ${word} --allow terminal`,
    `    clawreach rights ${word} --deny terminal`,
    `To end all its terminals: clawreach plain-relay end ${word}`,
  );
}

function show({ reporter, host }: CommandContext, relay: PlainRelayView): void {
  reporter.document(relay);
  reporter.lines(formatPlainRelay(relay, host.clock.now()));
}

async function remove(context: CommandContext, reference: string): Promise<void> {
  const client = await ensureAgent(context);
  const relays = await client.call('plainRelays.list', {});
  await client.call('plainRelays.remove', { relay: reference });
  const removed = relays.find(({ name, host, id }) => [name, host, id].includes(reference));
  context.reporter.document({ removed: reference });
  context.reporter.lines(
    `Removed ${printable(reference)}.${removed === undefined ? '' : ` The file with its token is still there: ${printable(removed.config)}`}`,
  );
}

function trustOf({ pin, insecure }: TrustOptions): { pin?: string; insecure?: boolean } {
  return {
    ...(pin === undefined ? {} : { pin: pin.replaceAll(/[\s:]/g, '').toLowerCase() }),
    ...(insecure === true ? { insecure: true } : {}),
  };
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}
