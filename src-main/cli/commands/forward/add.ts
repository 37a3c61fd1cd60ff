import { Option } from 'commander';
import type { AppApiClient, ForwardRule, ForwardView, PeerView, SshServer } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { addRule } from './add-or-enable.ts';
import { choosePeer, findRule, freeRuleName, nameBeginning } from './find.ts';
import {
  addListenOptions,
  addSshOptions,
  proxyPasswordOf,
  sshSecretOf,
  sshServerOf,
  type SshOptions,
} from './ssh-options.ts';
import { parseHostPort, formatHostPort, type HostPort } from './host-port.ts';
import { waitForForward } from './wait.ts';
import { reportForward } from './report.ts';
import { addCommand, parseName, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** As the source document names them; `ssh` is short for `ssh-tunnel`. */
const MODES = ['socks5', 'http-proxy', 'tcp-bridge', 'udp', 'wg-proxy', 'ssh-tunnel', 'ssh'] as const;
type Mode = Exclude<(typeof MODES)[number], 'ssh'>;

type EnableOptions = CommonOptions &
  SshOptions &
  Readonly<{
    mode?: (typeof MODES)[number];
    peer?: string;
    port?: number;
    listen?: string;
    to?: HostPort;
    reverse?: boolean;
    name?: string;
    user?: string;
  }>;

const LOOPBACK = '127.0.0.1';
/** Where a WireGuard of the peer listens, unless it is said otherwise. */
const WIREGUARD: HostPort = { host: LOOPBACK, port: 51_820 };

/** Options beyond those of every mode. */
const TAKES: Readonly<Record<Mode, readonly (keyof EnableOptions)[]>> = {
  socks5: ['user'],
  'http-proxy': ['user'],
  'tcp-bridge': ['to', 'reverse'],
  udp: ['to'],
  'wg-proxy': ['to'],
  'ssh-tunnel': ['to', 'reverse', 'ssh', 'key', 'agent', 'password', 'passphrase'],
};

export const addRelayEnable: Registration = (relay, run) => {
  const command = addCommand(relay, 'enable', 'open a port here that leads through a peer, or switch a rule on again', {
    description: [
      'Open a port on this machine whose connections leave at a peer, now and whenever the agent runs; or switch on a rule that is there.',
      '',
      'Modes:',
      '  socks5      a SOCKS5 proxy, port 1080',
      '  http-proxy  an HTTP and HTTPS proxy, port 8080',
      '  tcp-bridge  one port to one target, --to HOST:PORT; with --reverse the peer listens and it leads here',
      '  udp         the same for UDP',
      '  wg-proxy    stands in for the WireGuard of the peer, port 51820',
      '  ssh         or ssh-tunnel: through an SSH server where no agent runs; a SOCKS5 proxy, or one target with --to',
      '',
      'The peer decides what may be reached there; its person is asked when a target is used for the first time.',
    ].join('\n'),
    examples: [
      ['clawreach relay enable --mode socks5', 'through the only peer'],
      ['clawreach relay enable --mode http-proxy --peer office --port 3128', ''],
      ['clawreach relay enable --mode tcp-bridge --to localhost:5432', 'the database there'],
      ['clawreach relay enable --mode ssh --ssh ada@gate.example --key ~/.ssh/id_ed25519', ''],
      ['clawreach relay enable office-socks5', 'a rule that was switched off'],
    ],
  })
    .argument('[name]', 'a rule that is there')
    .addOption(new Option('--mode <mode>', 'what a new rule does').choices(MODES))
    .option('--peer <name>', 'where its connections leave; may be left out with one peer')
    .option(
      '--to <host:port>',
      'the one target, as the peer sees it; with --reverse, as this machine does',
      parseHostPort('localhost', 1),
    )
    .option('--reverse', 'listen at the other end (--port there), lead here (--to here)')
    .addOption(new Option('--name <name>', 'what to call the rule').argParser(parseName))
    .option('--user <name>', 'programs have to log in (password asked, or CLAWREACH_PROXY_PASSWORD)');
  addSshOptions(addListenOptions(command, 'else that of the mode', true)).action(
    (name: string | undefined, options: EnableOptions) => run(options, (context) => enable(context, name, options)),
  );
};

async function enable(context: CommandContext, name: string | undefined, options: EnableOptions): Promise<number> {
  const { mode } = options;
  if ((name === undefined) === (mode === undefined)) {
    throw new UsageError('usage.enable', 'either a mode or the name of a rule');
  }
  if (mode !== undefined) return await enableNew(context, mode === 'ssh' ? 'ssh-tunnel' : mode, options);
  const client = await ensureAgent(context);
  const { id } = await findRule(context, client, name ?? '');
  return await switchOn(context, client, id);
}

async function switchOn(context: CommandContext, client: AppApiClient, id: string): Promise<number> {
  const view = await client.call('forwards.enable', { id, enabled: true }, { signal: context.host.interrupted });
  return await reportForward(context, client, await waitForForward(context, client, view));
}

async function enableNew(context: CommandContext, mode: Mode, options: EnableOptions): Promise<number> {
  checkOptions(mode, options);
  const server = sshServerOf(context, options);
  if (mode === 'ssh-tunnel' && server === null) throw missing('--ssh user@host', mode);
  const listen = readListen(options, defaultPort(mode, options));
  const client = await ensureAgent(context);
  const needsPeer = mode !== 'ssh-tunnel' || options.peer !== undefined;
  const peer = needsPeer ? await choosePeer(context, client, options.peer) : undefined;
  const rule = ruleOf(mode, { ...options, listen, server, peer });
  const password = (await proxyPasswordOf(context, options.user)) ?? (await sshSecretOf(context, options));
  const wished = mode === 'ssh-tunnel' ? `${server?.host.slice(0, 24) ?? ''}-ssh` : `${nameBeginning(peer)}${mode}`;
  return await enableRule(context, client, { rule, password, wished, named: options.name });
}

export type ForwardRequest = Readonly<{
  rule: ForwardRule;
  password: string | undefined;
  wished: string;
  named: string | undefined;
}>;

/**
 * Adds the rule and tells what comes of it. One that is there already and does the same is switched on instead.
 * @param otherPort how another port is said on the command line
 */
export async function enableRule(
  context: CommandContext,
  client: AppApiClient,
  { rule, password, wished, named }: ForwardRequest,
  otherPort?: (port: number) => string,
): Promise<number> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  const same = views.find(
    (view) => essence(view.rule) === essence(rule) && (named ?? view.rule.name) === view.rule.name,
  );
  if (same !== undefined && password === undefined) return await switchOn(context, client, same.id);
  const name = named ?? (await freeRuleName(context, client, wished));
  const input = { rule: { ...rule, name }, ...(password === undefined ? {} : { password }) };
  const { host } = rule.listen;
  const say =
    otherPort ?? ((port) => (host === LOOPBACK ? `--port ${port}` : `--listen ${formatHostPort({ host, port })}`));
  const view: ForwardView = await addRule(context, client, input, { otherPort: say });
  return await reportForward(context, client, view, { ask: false });
}

/** What a rule does, without what it is called and whether it is on. */
function essence(rule: ForwardRule): string {
  return JSON.stringify(
    Object.entries({ ...rule, name: '', enabled: true }).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** @throws {UsageError} `usage.listen` */
export function readListen(
  { port, listen }: Readonly<{ port?: number; listen?: string }>,
  otherwise: number,
): HostPort {
  if (listen === undefined) return { host: LOOPBACK, port: port ?? otherwise };
  if (port !== undefined) throw new UsageError('usage.listen', '--listen says the port already');
  return parseHostPort(LOOPBACK, 0)(listen);
}

/** The port of the target where it may be opened by everybody, so that programs need nothing but `localhost`. */
function bridgePort(target: HostPort): number {
  return target.port >= 1024 ? target.port : 0;
}

function defaultPort(mode: Mode, { to }: EnableOptions): number {
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

type Parts = Omit<EnableOptions, 'listen' | 'peer'> &
  Readonly<{ listen: HostPort; server: SshServer | null; peer: PeerView | undefined }>;

function ruleOf(mode: Mode, { listen, server, peer, to, user, reverse }: Parts): ForwardRule {
  const common = { name: 'new', enabled: true, listen };
  const there = { ...common, peer: peer?.peerId ?? '' };
  switch (mode) {
    case 'socks5':
    case 'http-proxy':
      return { kind: mode, ...there, user: user ?? null };
    case 'tcp-bridge':
      if (to === undefined) throw missing('--to HOST:PORT', mode);
      return { kind: mode, ...there, direction: reverse === true ? 'remote' : 'local', to };
    case 'udp':
      if (to === undefined) throw missing('--to HOST:PORT', mode);
      return { kind: mode, ...there, to };
    case 'wg-proxy':
      return { kind: mode, ...there, to: to ?? WIREGUARD };
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

/** @throws {UsageError} `usage.option` */
function checkOptions(mode: Mode, options: EnableOptions): void {
  for (const option of CHECKED) {
    if (options[option] === undefined || TAKES[mode].includes(option)) continue;
    throw new UsageError('usage.option', `--${option} does not go with ${mode}`, {
      details: { option: `--${option}`, mode },
    });
  }
}

function missing(option: string, mode: string): UsageError {
  return new UsageError('usage.option-missing', `${mode} needs ${option}`, { details: { option, mode } });
}
