import { InvalidArgumentError, Option, type Command } from 'commander';
import type {
  AppApiClient,
  CallInput,
  CallOutput,
  RelayServerAction,
  RelayServerAnswer,
  RelayServerInput,
  RelayServerPlan,
  RelayServerProgress,
  RelayServerQuestion,
  RelayServerStep,
  RelayStatus,
} from '#shared/app-api/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { InterruptedError, ProblemError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatBinaryBytes, printable } from '../../output/index.ts';
import { shellWord } from '../machines/peer-format.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type Task = CallInput<'relayServers.run'>['task'];
type Options = CommonOptions &
  Readonly<{
    port?: number;
    key?: string;
    login?: 'auto' | 'agent' | 'password';
    address?: string;
    relayPort?: number;
    trust?: string;
    yes?: boolean;
    dryRun?: boolean;
    adopt?: boolean;
    deleteData?: boolean;
    keepData?: boolean;
  }>;

/** Variables with secrets for scripts, by kind of question. */
const VARIABLES: Readonly<Partial<Record<RelayServerQuestion['kind'], string>>> = {
  password: 'CLAWREACH_SSH_PASSWORD',
  passphrase: 'CLAWREACH_SSH_PASSPHRASE',
  'sudo-password': 'CLAWREACH_SUDO_PASSWORD',
};

const STEPS: Readonly<Record<RelayServerStep, string>> = {
  connect: 'Connecting',
  survey: 'Looking at the server',
  package: 'Preparing the package',
  copy: 'Copying the package',
  verify: 'Checking the package at the server',
  install: 'Installing',
  service: 'Writing the service',
  firewall: 'Opening the port',
  start: 'Starting the relay',
  check: 'Checking the relay from here',
  adopt: 'Connecting this machine to the relay',
  remove: 'Removing',
  undo: 'Undoing',
};

const ACTIONS: Readonly<Record<RelayServerAction['kind'], string>> = {
  'copy-package': 'copy the package',
  'create-folder': 'create the folder',
  'create-file': 'write the file',
  'create-user': 'create the system user',
  'create-service': 'write the service',
  'switch-version': 'switch to the version',
  'open-port': 'open the port',
  'start-service': 'start the service now and at each boot',
  'restart-service': 'restart the service',
  'use-relay': 'make this machine use the relay',
  'stop-service': 'stop the service',
  'remove-service': 'remove the service',
  'close-port': 'close the port',
  'remove-folder': 'remove the folder',
  'remove-user': 'remove the system user',
  'remove-data': 'delete keys and database',
  'keep-data': 'keep keys and database',
  'leave-relay': 'this machine uses it, and will use no relay',
};

/** Registers `clawreach relay-server` with the commands that set up, update, remove and check a relay on a server by SSH. */
export const addRelayServer: Registration = (program, run) => {
  const group = addCommand(program, 'relay-server', 'set up a relay on a server that you reach by SSH', {
    description: [
      'Set up a relay on a Linux server with systemd that you reach by SSH, as root or with sudo. Without a command, lists the relays set up from here.',
      '',
      'Shows what it will do and asks first. Passwords are asked for; scripts pass them in CLAWREACH_SSH_PASSWORD, CLAWREACH_SSH_PASSPHRASE and CLAWREACH_SUDO_PASSWORD.',
    ].join('\n'),
    examples: [
      ['clawreach relay-server deploy root@relay.example', 'install a relay there, and use it'],
      ['clawreach relay-server deploy my-server --dry-run', 'show what would be done; my-server is in ~/.ssh/config'],
      ['clawreach relay-server update my-server', 'install the version that is here'],
      ['clawreach relay-server remove my-server', 'remove it; asks whether to keep its keys'],
      ['clawreach relay-server cancel', 'cancel the task that runs, and undo its steps'],
    ],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await ensureAgent(context);
      const servers = await client.call('relayServers.list', {});
      context.reporter.document(servers);
      context.reporter.lines(
        ...(servers.length === 0
          ? ['No relay was set up on a server from this machine.']
          : servers.map(({ url, version, server }) => `${url}  ${printable(version)}  ${printable(server.host)}`)),
      );
    }),
  );
  const add = (task: Task, summary: string, examples: readonly (readonly [string, string])[]): Command =>
    addCommand(group, task, summary, { examples })
      .argument('<server>', '[user@]host[:port], or an entry of ~/.ssh/config')
      .option('--port <port>', "port of the server's SSH", parseWhole(1, 65_535))
      .option('--key <file>', 'sign in with this private key')
      .addOption(
        new Option('--login <way>', 'sign in with the SSH agent or a password only').choices([
          'auto',
          'agent',
          'password',
        ]),
      )
      .option('--address <host>', 'name or address under which devices reach the server')
      .option('--relay-port <port>', 'port of the relay (default: 7474)', parseWhole(1, 65_535))
      .addOption(
        new Option(
          '--trust <fingerprint>',
          'trust the SSH key of the server only if it has this fingerprint (SHA256:…)',
        ).argParser(parseFingerprint),
      )
      .action((server: string, options: Options) =>
        run({ ...group.opts<CommonOptions>(), ...options }, (context) => runTask(context, task, server, options)),
      );
  add('deploy', 'install a relay on a server, and use it', [
    ['clawreach relay-server deploy root@198.51.100.7', ''],
    ['clawreach relay-server deploy my-server --yes --json', 'for scripts'],
  ])
    .option('-y, --yes', 'do it without asking')
    .option('--dry-run', 'show what would be done')
    .option('--no-adopt', "don't make this machine use the relay");
  add('update', 'install the version that is here on a server with a relay', [
    ['clawreach relay-server update my-server', ''],
  ])
    .option('-y, --yes', 'do it without asking')
    .option('--dry-run', 'show what would be done');
  add('remove', 'remove a relay from a server', [
    ['clawreach relay-server remove my-server', ''],
    ['clawreach relay-server remove my-server --delete-data', 'with its keys and database'],
  ])
    .option('-y, --yes', 'do it without asking; keeps the data')
    .option('--dry-run', 'show what would be done')
    .addOption(new Option('--delete-data', 'delete keys and database too').conflicts('keepData'))
    .option('--keep-data', 'keep keys and database');
  addCommand(group, 'cancel', 'cancel the task that runs at a server, also one of another window or terminal', {
    description:
      'Cancel the task that deploys, updates or removes a relay, wherever it was started: its steps are undone. Ctrl-C does the same for the task of its own terminal.',
    examples: [['clawreach relay-server cancel', '']],
  }).action((options: CommonOptions) =>
    run({ ...group.opts<CommonOptions>(), ...options }, async (context) => {
      const client = await context.connect();
      const { server } = client === undefined ? { server: null } : await client.call('relayServers.cancel', {});
      context.reporter.document({ cancelled: server });
      context.reporter.lines(
        server === null
          ? 'No task runs at a server.'
          : `Cancelled the task at ${printable(server)}. Its steps are undone first; the next task waits for that.`,
      );
    }),
  );
  add('status', 'show the relay on a server', [['clawreach relay-server status my-server', '']]);
};

/** Parses the value of `--trust`. @throws {InvalidArgumentError} */
function parseFingerprint(text: string): string {
  const [, hash] = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/.exec(text.trim()) ?? [];
  if (hash === undefined)
    throw new InvalidArgumentError('Expected SHA256: and 43 characters, as `ssh-keygen -lf` prints it.');
  return `SHA256:${hash}`;
}

/** Text while the server checks an answer. */
const CHECKING = 'Checking…';

async function runTask(context: CommandContext, task: Task, text: string, options: Options): Promise<number | void> {
  const { host } = context;
  const server = readServer(text, options);
  const running = await context.connect();
  if (options.dryRun === true && running === undefined) {
    // A dry run leaves nothing behind, so it starts no agent and creates no profile.
    const idle = await host.createIdleAgent(context.profile);
    try {
      return await carryOut(context, idle.client, task, server, options);
    } finally {
      await idle.close();
    }
  }
  const client = running ?? (await ensureAgent(context, { createsProfile: task !== 'status' }));
  return await carryOut(context, client, task, server, options);
}

/** Lets the agent run the task, answers its questions and prints the result. Returns the exit code. */
async function carryOut(
  context: CommandContext,
  client: AppApiClient,
  task: Task,
  server: RelayServerInput,
  options: Options,
): Promise<number | void> {
  const { host, reporter } = context;
  if (host.interrupted.aborted) throw new InterruptedError();
  let interrupted = false;
  const cancel = (): void => {
    interrupted = true;
    reporter.note('Cancelling. ClawReach undoes its steps at the server, also after this command has ended.');
    client.call('relayServers.cancel', {}).catch(() => undefined);
  };
  host.interrupted.addEventListener('abort', cancel, { once: true });
  const failures = new AbortController();
  // Without a running agent, as in a dry run, no relay is known.
  const known = task === 'deploy' ? (await client.call('status.get', {}).catch(() => undefined))?.relay : undefined;
  let step: RelayServerStep | undefined;
  const asking: { last: Promise<void> } = { last: Promise.resolve() };
  try {
    const input: CallInput<'relayServers.run'> = {
      task,
      server,
      ...(options.dryRun === true ? { dryRun: true } : {}),
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      ...(options.adopt === false ? { adopt: false } : {}),
      ...(options.deleteData === true ? { removeData: true } : {}),
      ...(options.keepData === true || (options.yes === true && options.deleteData !== true && task === 'remove')
        ? { removeData: false }
        : {}),
    };
    const result = await client.call('relayServers.run', input, {
      onProgress: (progress) => {
        if (progress.kind === 'question') {
          asking.last = answer(context, client, progress.id, progress.question, options, cancel).catch(
            (error: unknown) => {
              failures.abort(error);
              client.call('relayServers.cancel', {}).catch(() => undefined);
            },
          );
        } else showProgress(context, progress);
        if (progress.kind === 'step') ({ step } = progress);
        if (progress.kind === 'plan') reporter.note(...trustLines(progress.plan, known));
      },
    });
    reporter.clearProgress();
    reporter.document(result);
    reporter.lines(...resultLines(task, context.prompter.available, result, known));
    return result.outcome === 'declined' ? EXIT.refused : undefined;
  } catch (error) {
    await asking.last;
    if (step === 'adopt')
      reporter.note(
        `The relay is installed at ${printable(server.host)} and runs. Only this machine isn't connected to it.`,
        `To see its pin: \`clawreach relay-server status ${shellWord(server.host)}\``,
      );
    if (failures.signal.aborted) throw failures.signal.reason;
    throw interrupted ? new InterruptedError() : error;
  } finally {
    context.prompter.unmute();
    host.interrupted.removeEventListener('abort', cancel);
  }
}

/** Reads `[user@]host[:port]`. @throws {UsageError} `usage.relay-server` */
function readServer(text: string, options: Options): RelayServerInput {
  const match =
    /^(?:([A-Za-z0-9_][A-Za-z0-9_.\\-]{0,63}\$?)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}|[0-9A-Fa-f:.]*::[0-9A-Fa-f:.]*)(?::(\d{1,5}))?$/.exec(
      text,
    );
  const [, user, host = '', port] = match ?? [];
  if (match === null || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)))
    throw new UsageError('usage.relay-server', 'the server is not valid', {
      details: { server: printable(text).slice(0, 100) },
    });
  const chosen = options.port ?? (port === undefined ? undefined : Number(port));
  return {
    host: host.replace(/^\[|\]$/g, ''),
    ...(user === undefined ? {} : { user }),
    ...(chosen === undefined ? {} : { port: chosen }),
    ...(options.key === undefined
      ? options.login === undefined
        ? {}
        : { login: { method: options.login } }
      : {
          login: {
            method: 'key',
            file:
              options.key.startsWith('/') || options.key.startsWith('~/')
                ? options.key
                : `${process.cwd()}/${options.key}`,
          },
        }),
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.relayPort === undefined ? {} : { relayPort: options.relayPort }),
  };
}

async function answer(
  context: CommandContext,
  client: AppApiClient,
  id: string,
  question: RelayServerQuestion,
  options: Options,
  cancel: () => void,
): Promise<void> {
  const given = await ask(context, question, options);
  if (given.kind === 'secret') {
    context.prompter.mute(cancel);
    context.reporter.progress(CHECKING);
  }
  await client.call('relayServers.answer', { id, answer: given });
}

async function ask(
  context: CommandContext,
  question: RelayServerQuestion,
  options: Options,
): Promise<RelayServerAnswer> {
  const { host, prompter, reporter } = context;
  const confirm = async (text: string): Promise<RelayServerAnswer> => {
    reporter.clearProgress();
    return { kind: 'decision', yes: prompter.available && (await prompter.confirm(text)) };
  };
  switch (question.kind) {
    case 'host-key': {
      // The agent checks the server's own key; this one is that of a host on the way.
      if (options.trust === question.fingerprint) return { kind: 'decision', yes: true };
      if (!prompter.available)
        throw new ProblemError('relay-server.host-key-unknown', {
          host: question.host,
          fingerprint: question.fingerprint,
        });
      reporter.note(
        `This machine hasn't seen the SSH server ${printable(question.host)}:${question.port} before. The fingerprint of its key is:`,
        '',
        `    ${printable(question.fingerprint)}`,
        '',
        'Compare it with the one that your provider or the server itself shows.',
      );
      return confirm('Is it the same?');
    }
    case 'plan':
      // The plan was shown as progress.
      return options.yes === true ? { kind: 'decision', yes: true } : confirm('Do it?');
    case 'data':
      return confirm(
        `Delete the relay's keys and database in ${printable(question.folder)} too? Without them, devices can't find this relay again.`,
      );
    case 'unreachable':
      reporter.note(
        `The relay runs, but this machine can't reach ${printable(question.url)}: ${printable(question.reason)}`,
        `Open port ${question.port} (TCP and UDP) in your provider's firewall.`,
      );
      return confirm('Try again? (no: undo everything)');
    default: {
      const given = host.variables[VARIABLES[question.kind] ?? ''];
      if (given !== undefined && given !== '' && !question.retry) return { kind: 'secret', secret: given };
      if (!prompter.available) {
        // Another key, or the password, may still work, or the server says what it accepts.
        if (question.retry || (question.kind === 'passphrase' && options.key === undefined))
          return { kind: 'secret', secret: '' };
        throw new ProblemError(`relay-server.no-${question.kind}`, {
          from: question.kind === 'passphrase' ? question.file : question.server,
          variable: VARIABLES[question.kind] ?? '',
        });
      }
      reporter.clearProgress();
      if (question.retry) reporter.note("That wasn't right.");
      const label =
        question.kind === 'passphrase'
          ? `Passphrase of ${printable(question.file)}:`
          : question.kind === 'password'
            ? `Password of ${printable(question.server)}:`
            : `Password for sudo at ${printable(question.server)}:`;
      return { kind: 'secret', secret: await prompter.askSecret(label) };
    }
  }
}

function showProgress(
  { reporter }: CommandContext,
  progress: Exclude<RelayServerProgress, { kind: 'question' }>,
): void {
  if (progress.kind === 'plan') reporter.note(...planLines(progress.plan));
  else if (progress.kind === 'undone')
    reporter.note(
      ...(progress.remains.length === 0
        ? ['Everything was undone. The server is as it was.']
        : ['These could not be undone:', ...progress.remains.map((what) => `  ${printable(what)}`)]),
    );
  else if (progress.state === 'running') {
    const { done, total } = progress;
    const part =
      done === undefined || total === undefined ? '' : ` ${formatBinaryBytes(done)} of ${formatBinaryBytes(total)}`;
    reporter.progress(`${STEPS[progress.step]}…${part}`);
    // A pipe gets a line for each step, which no other line replaces.
    if (!reporter.showsProgress && done === undefined) reporter.note(`${STEPS[progress.step]}…`);
  } else if (progress.state === 'failed') reporter.clearProgress();
}

function planLines({ task, server, version, before, size, actions, url }: RelayServerPlan): readonly string[] {
  const what = task === 'remove' ? 'Removes the relay' : task === 'update' ? 'Updates the relay' : 'Sets up a relay';
  const versions = [...new Set([before, version].filter((text) => text !== null))].join(' → ');
  return [
    `${what} ${url} at ${printable(server)} (${printable(versions)}${size === null ? '' : `, ${formatBinaryBytes(size)}`}):`,
    ...(actions.length === 0
      ? ['  nothing: it is up to date and running']
      : actions.map((action) => `  ${ACTIONS[action.kind]}: ${printable(action.what)}`)),
    ...(task === 'deploy'
      ? [
          'It has a certificate of its own, which machines trust. For guests and for its page, browsers need a relay with',
          'a domain name and a certificate of an authority (docs/HOSTING.md).',
        ]
      : []),
  ];
}

/** Says which key stops being trusted when a relay at an address that this machine knows is set up again. */
function trustLines({ actions, url }: RelayServerPlan, known: RelayStatus | undefined): readonly string[] {
  if (known?.pin === undefined || known.url !== url || !actions.some(({ kind }) => kind === 'use-relay')) return [];
  return [
    `This machine knows a relay at this address by the key ${formatPin(known.pin)}.`,
    'It will trust the key that the server has after that instead, which it reads over SSH.',
  ];
}

function resultLines(
  task: Task,
  canAsk: boolean,
  { outcome, state, kept }: CallOutput<'relayServers.run'>,
  known: RelayStatus | undefined,
): readonly string[] {
  if (outcome === 'planned') return ['Nothing was changed.'];
  if (outcome === 'declined')
    return canAsk ? ['Nothing was changed.'] : ['Nothing was changed. Without a terminal, add --yes to do it.'];
  if (task === 'remove')
    return [
      'The relay was removed.',
      ...kept.map((what) => `kept  ${what.startsWith('/') ? 'keys and database' : 'system user'}: ${printable(what)}`),
    ];
  if (state === null) return [];
  if (!state.installed) return ['There is no relay of ClawReach on this server.'];
  return [
    `url        ${state.url}`,
    `version    ${printable(state.version ?? '-')}`,
    `running    ${state.running ? 'yes' : 'no'}`,
    `reachable  ${state.reachable ? 'yes, from this machine' : 'no, not from this machine'}`,
    `tls pin    ${state.pin === null ? '-' : formatPin(state.pin)}`,
    ...(known?.pin === undefined || known.url !== state.url || state.pin === null || known.pin === state.pin
      ? []
      : [`before     ${formatPin(known.pin)}`]),
    ...(outcome === 'done' && task === 'deploy'
      ? [
          '',
          'The relay is ready, and machines that you pair from now on get it: clawreach pair',
          'Offer it to one that you have: clawreach config relay --offer NAME',
        ]
      : []),
  ];
}
