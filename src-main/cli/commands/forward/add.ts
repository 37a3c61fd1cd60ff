import { Option, type Command } from 'commander';
import type { ForwardRule, PeerView, SshServer } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { addOrEnableForward } from './add-or-enable.ts';
import { enableByName } from './change.ts';
import { chooseComparedPeer, namePrefix } from './find.ts';
import { parseHostPort, type HostPort } from './host-port.ts';
import { readHostPort } from './port.ts';
import { addListenOptions, LOOPBACK, readListen } from './listen-options.ts';
import { addSshOptions, readProxyPassword, readSshSecret, readSshServer, type SshOptions } from './ssh-options.ts';
import {
  addCommand,
  addMachine,
  olderMachineOption,
  withMachine,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
} from '../registry.ts';

/** Values of `--mode`; `ssh` is short for `ssh-tunnel`. */
const MODES = ['socks5', 'http-proxy', 'tcp-bridge', 'udp', 'wg-proxy', 'ssh-tunnel', 'ssh'] as const;
type GivenMode = (typeof MODES)[number];
/** Values of `--mode` without the short form `ssh`. */
type Mode = Exclude<GivenMode, 'ssh'>;

type AddOptions = CommonOptions &
  SshOptions &
  Readonly<{
    mode?: GivenMode;
    peer?: string;
    port?: number;
    listen?: string;
    local?: string;
    remote?: string;
    to?: HostPort;
    reverse?: boolean;
    name?: string;
    user?: string;
  }>;

const ADD_HELP = 'clawreach forward add --help';

/** The address of the other machine's WireGuard, unless `--to` names another one. */
const WIREGUARD: HostPort = { host: LOOPBACK, port: 51_820 };

const MODE_HELP: readonly string[] = [
  'Modes:',
  '  socks5      a SOCKS5 proxy, port 1080',
  '  http-proxy  an HTTP and HTTPS proxy, port 8080',
  '  tcp-bridge  one port to one target, --to HOST:PORT; with --reverse from the other machine to here',
  '  udp         the same for UDP',
  "  wg-proxy    an endpoint here for the other machine's WireGuard, port 51820",
  '  ssh         (or ssh-tunnel) through an SSH server: a SOCKS5 proxy, or one target with --to',
  '',
  'The other machine decides what you may reach there. Its user is asked when you use a target for the first time.',
];

/** Options that a mode accepts besides those that all modes accept. */
const MODE_OPTIONS: Readonly<Record<Mode, readonly (keyof AddOptions)[]>> = {
  socks5: ['user'],
  'http-proxy': ['user'],
  'tcp-bridge': ['to', 'reverse'],
  udp: ['to'],
  'wg-proxy': ['to'],
  'ssh-tunnel': ['to', 'reverse', 'ssh', 'key', 'agent', 'password', 'passphrase'],
};

/**
 * Registers `clawreach forward add`, which creates a proxy, port or SSH tunnel in the agent. Starts an agent if none is
 * running; asks for passwords.
 */
export const addForwardAdd: Registration = (group, run) => {
  const command = addCommand(group, 'add', 'open a port here that leads to another machine', {
    description: [
      'Open a port on this machine that leads to another machine. It stays until you disable or remove it, even after restarts.',
      '',
      ...MODE_HELP,
    ].join('\n'),
    examples: [
      ['clawreach forward add --mode socks5', 'through your only other machine'],
      ['clawreach forward add office -D 1081', 'a SOCKS5 proxy, as with ssh; -L and -R too'],
      ['clawreach forward add office --mode http-proxy --port 3128', ''],
      ['clawreach forward add --mode tcp-bridge --to localhost:5432', 'the database there'],
      ['clawreach forward add --mode ssh --ssh ada@gate.example --key ~/.ssh/id_ed25519', ''],
    ],
  });
  addMachine(command, 'name or ID of the machine that the forward leads to; optional if there is only one');
  addModeOptions(command.addOption(modeOption().makeOptionMandatory())).action(
    (machine: string | undefined, options: AddOptions & Required<Pick<AddOptions, 'mode'>>) =>
      run(options, (context) => addByMode(context, options.mode, withMachine(machine, options))),
  );
};

/**
 * Registers `clawreach relay enable`, the older spelling: with `--mode` it works like `forward add`, with a name like
 * `forward enable`. Starts an agent if none is running.
 */
export const addRelayEnable: Registration = (group, run) => {
  const command = addCommand(group, 'enable', 'open a port here that leads to another machine, or enable a forward', {
    description: [
      'Open a port on this machine that leads to another machine, like `clawreach forward add`, or enable a disabled forward, like ' +
        '`clawreach forward enable`.',
      '',
      ...MODE_HELP,
    ].join('\n'),
    examples: [
      ['clawreach relay enable --mode socks5', 'through your only other machine'],
      ['clawreach relay enable office-socks5', 'enables a disabled forward'],
    ],
  }).argument('[name]', 'name of the forward; with --mode of the machine');
  addModeOptions(command.addOption(modeOption()).addOption(olderMachineOption())).action(
    (name: string | undefined, options: AddOptions) =>
      run(options, async (context) => {
        const { mode } = options;
        if (name !== undefined && mode === undefined) return await enableByName(context, name);
        if (mode !== undefined) return await addByMode(context, mode, withMachine(name, options));
        throw new UsageError('usage.enable', 'expected either a mode or the name of a forward');
      }),
  );
};

function modeOption(): Option {
  return new Option('--mode <mode>', 'kind of forward').choices(MODES);
}

function addModeOptions(command: Command): Command {
  command
    .option(
      '--to <host:port>',
      'the target, as the other machine sees it; with --reverse, as this machine sees it',
      parseHostPort('localhost', 1),
    )
    .addOption(new Option('--local <port>', 'as with `forward port`').hideHelp())
    .addOption(new Option('--remote <host:port>', 'as with `forward port`').hideHelp())
    .option('--reverse', 'listen on the other machine (--port there) and lead to this one (--to here)')
    .addOption(new Option('--name <name>', 'name for the new forward').argParser(parseName))
    .option('--user <name>', "programs must log in as this user (password: CLAWREACH_PROXY_PASSWORD, or you're asked)");
  return addSshOptions(addListenOptions(command, "default: the mode's", true));
}

/**
 * Returns the options with `--local` and `--remote`, as `forward port` has them, as the `--listen` and `--to` that they mean. Pure.
 * @throws {UsageError} `usage.command-line` if a port is given in both ways
 */
function withSides({ local, remote, ...options }: AddOptions): AddOptions {
  const isReverse = options.reverse === true;
  const [listen, to] = isReverse ? [remote, local] : [local, remote];
  const isTwice =
    (listen !== undefined && (options.listen ?? options.port) !== undefined) ||
    (to !== undefined && options.to !== undefined);
  if (isTwice) {
    const reason = 'Give either --local and --remote, or --port, --listen and --to.';
    throw new UsageError('usage.command-line', reason, { details: { reason, help: ADD_HELP } });
  }
  return {
    ...options,
    ...(listen === undefined ? {} : { listen }),
    ...(to === undefined ? {} : { to: readHostPort(isReverse ? '--local' : '--remote', to, 'localhost', 1, ADD_HELP) }),
  };
}

async function addByMode(context: CommandContext, given: GivenMode, typed: AddOptions): Promise<number> {
  const options = withSides(typed);
  const mode = given === 'ssh' ? 'ssh-tunnel' : given;
  checkOptions(mode, options);
  const server = readSshServer(context, options);
  if (mode === 'ssh-tunnel' && server === null) throw missing('--ssh user@host', mode);
  const listen = readListen(options, defaultPort(mode, options));
  const client = await ensureAgent(context);
  const needsPeer = mode !== 'ssh-tunnel' || options.peer !== undefined;
  const peer = needsPeer ? await chooseComparedPeer(context, client, options.peer) : undefined;
  const rule = ruleOf(mode, { ...options, listen, server, peer });
  const password = (await readProxyPassword(context, options.user)) ?? (await readSshSecret(context, options));
  const defaultName = mode === 'ssh-tunnel' ? `${server?.host.slice(0, 24) ?? ''}-ssh` : `${namePrefix(peer)}${mode}`;
  return await addOrEnableForward(context, client, { rule, password, defaultName, name: options.name });
}

/**
 * Returns the local port for a target: the target's own port, so that programs only have to connect to `localhost`, or
 * 0 (any free one) below 1024, where listening needs privileges.
 */
function bridgePort(target: HostPort): number {
  return target.port >= 1024 ? target.port : 0;
}

function defaultPort(mode: Mode, { to }: AddOptions): number {
  switch (mode) {
    case 'http-proxy':
      return 8080;
    case 'wg-proxy':
      return WIREGUARD.port;
    case 'socks5':
      return 1080;
    case 'tcp-bridge':
    case 'udp':
    case 'ssh-tunnel':
      return to === undefined ? 1080 : bridgePort(to);
    default:
      return assertNever(mode);
  }
}

type RuleParts = Omit<AddOptions, 'listen' | 'peer'> &
  Readonly<{ listen: HostPort; server: SshServer | null; peer: PeerView | undefined }>;

function ruleOf(mode: Mode, { listen, server, peer, to, user, reverse }: RuleParts): ForwardRule {
  const common = { name: 'new', enabled: true, listen };
  const viaPeer = { ...common, peer: peer?.peerId ?? '' };
  switch (mode) {
    case 'socks5':
    case 'http-proxy':
      return { kind: mode, ...viaPeer, user: user ?? null };
    case 'tcp-bridge':
      if (to === undefined) throw missing('--to HOST:PORT', mode);
      return { kind: mode, ...viaPeer, direction: reverse === true ? 'remote' : 'local', to };
    case 'udp':
      if (to === undefined) throw missing('--to HOST:PORT', mode);
      return { kind: mode, ...viaPeer, to };
    case 'wg-proxy':
      return { kind: mode, ...viaPeer, to: to ?? WIREGUARD };
    case 'ssh-tunnel': {
      if (server === null) throw missing('--ssh user@host', mode);
      if (to === undefined && reverse === true) throw missing('--to HOST:PORT', `${mode} with --reverse`);
      const direction = to === undefined ? 'dynamic' : reverse === true ? 'remote' : 'local';
      return { kind: mode, ...common, peer: peer?.peerId ?? null, server, direction, to: to ?? null };
    }
    default:
      return assertNever(mode);
  }
}

const CHECKED = ['to', 'reverse', 'user', 'ssh', 'key', 'agent', 'password', 'passphrase'] as const;

/** Rejects options that the mode doesn't take. @throws {UsageError} `usage.option` */
function checkOptions(mode: Mode, options: AddOptions): void {
  for (const option of CHECKED) {
    if (options[option] === undefined || MODE_OPTIONS[mode].includes(option)) continue;
    throw new UsageError('usage.option', `--${option} can't be used with ${mode}`, {
      details: { option: `--${option}`, mode },
    });
  }
}

function missing(option: string, mode: string): UsageError {
  return new UsageError('usage.option-missing', `${mode} needs ${option}`, { details: { option, mode } });
}
