import packageJson from '../../package.json' with { type: 'json' };
import { closeSync, openSync } from 'node:fs';
import { Command, Help, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS, type LogLevel } from '#node/logging/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';
import type { SignUpMode } from '#shared/platform/index.ts';
import type { AccountsOptions, AdmissionMode, RelayOptions, RelayTls } from '../options.ts';
import { dataOption } from './data-option.ts';
import { helpColumns } from './help-text.ts';

/** Parsed command line: the relay's options, and level and file of its log. */
export type RelayCommand = Readonly<{ options: RelayOptions; logLevel: LogLevel; logFile?: string }>;

type Flags = {
  listen: { host?: string; port: number };
  data: string;
  tls: 'own' | 'off' | 'files';
  cert?: string;
  key?: string;
  publicUrl?: string[];
  trustProxy?: boolean;
  admission: AdmissionMode;
  stun: number | 'off' | 'same';
  drain: number;
  announceRestart: 'on' | 'off';
  accounts: 'on' | 'off';
  signUp: SignUpMode;
  plainProtocol: 'on' | 'off';
  page: 'on' | 'off' | '';
  logLevel: LogLevel;
  logFile?: string;
};

/**
 * Parses the command line of `clawreach-relay`; a `CLAWREACH_RELAY_*` variable replaces a missing argument. Opens and closes the log file to check
 * that it can be written. Exits the process for --help, and with code 2 for unknown arguments.
 * @param argv without the program's name
 */
export function parseRelayArguments(argv: readonly string[], environment: NodeJS.ProcessEnv): RelayCommand {
  const command = new Command('clawreach-relay')
    .description('The relay of ClawReach: connects your devices, and can read nothing of what they say.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .addOption(
      new Option('--listen <[HOST:]PORT>', 'address to listen on; port 0 takes a free one')
        .env('CLAWREACH_RELAY_LISTEN')
        .default(...defaultListen(environment))
        .argParser(parseListen),
    )
    .addOption(dataOption(environment))
    .addOption(
      new Option('--tls <MODE>', 'own: a certificate of its own; off: plain, behind a proxy; files: --cert and --key')
        .env('CLAWREACH_RELAY_TLS')
        .choices(['own', 'off', 'files'])
        .default('own'),
    )
    .addOption(new Option('--cert <FILE>', 'certificate chain, PEM').env('CLAWREACH_RELAY_CERT'))
    .addOption(new Option('--key <FILE>', 'private key, PEM').env('CLAWREACH_RELAY_KEY'))
    .addOption(
      new Option('--public-url <URL...>', 'under which clients reach this relay through a proxy or another name')
        .env('CLAWREACH_RELAY_PUBLIC_URL')
        .argParser(collectUrls),
    )
    .addOption(
      new Option('--trust-proxy', 'believe X-Forwarded-For of a proxy on a loopback or private address').env(
        'CLAWREACH_RELAY_TRUST_PROXY',
      ),
    )
    .addOption(
      new Option(
        '--admission <MODE>',
        'token: new devices need the token; open: anyone may connect; accounts: only devices of accounts, and those that they pair with',
      )
        .env('CLAWREACH_RELAY_ADMISSION')
        .choices(['token', 'open', 'accounts'] satisfies readonly AdmissionMode[])
        .default('token'),
    )
    .addOption(
      new Option('--stun <PORT|off>', 'UDP port where devices learn their public address')
        .env('CLAWREACH_RELAY_STUN')
        .default('same', 'the number of --listen')
        .argParser(parseStun),
    )
    .addOption(
      new Option('--drain <SECONDS>', 'how long to wait for links in use when stopping')
        .env('CLAWREACH_RELAY_DRAIN')
        .default(5)
        .argParser(parseSeconds),
    )
    .addOption(
      new Option('--announce-restart <on|off>', 'when stopping, tell clients that this relay may come back')
        .env('CLAWREACH_RELAY_ANNOUNCE_RESTART')
        .choices(['on', 'off'])
        .default('on'),
    )
    .addOption(
      new Option('--accounts <on|off>', 'people sign in to this relay, and share projects')
        .env('CLAWREACH_RELAY_ACCOUNTS')
        .choices(['on', 'off'])
        .default('off'),
    )
    .addOption(
      new Option('--sign-up <MODE>', 'who may make an account: closed, invited or open')
        .env('CLAWREACH_RELAY_SIGN_UP')
        .choices(['closed', 'invited', 'open'] satisfies readonly SignUpMode[])
        .default('invited', 'invited: with an invitation to a project; closed: with a link of yours; open: anyone'),
    )
    .addOption(
      new Option(
        '--plain-protocol <on|off>',
        'serve the documented PrivaClaw protocol, whose terminals this relay can read',
      )
        .env('CLAWREACH_RELAY_PLAIN_PROTOCOL')
        .choices(['on', 'off'])
        .default('off', 'off; needs accounts, and each project has to allow it'),
    )
    .addOption(
      new Option('--page <on|off>', 'serve the page for browsers: accounts, shared terminals, machines')
        .env('CLAWREACH_RELAY_PAGE')
        .default('', 'on with accounts, off without')
        .argParser(parsePage),
    )
    .addOption(
      new Option('--log-level <LEVEL>', 'JSON lines on standard error')
        .env('CLAWREACH_RELAY_LOG_LEVEL')
        .choices(LOG_LEVELS)
        .default(
          process.stderr.isTTY ? 'warn' : 'info',
          'info; warn where a person watches: standard error is a terminal',
        ),
    )
    .addOption(
      new Option('--log-file <FILE>', 'write the log there instead: 10 MiB, and four older files beside it')
        .env('CLAWREACH_RELAY_LOG_FILE')
        .argParser(parseLogFile),
    )
    .configureOutput({ getOutHelpWidth: helpColumns })
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', ({ command: shown }) => helpEnd(shown.configureOutput().getOutHelpWidth?.() ?? 80))
    .showHelpAfterError('(clawreach-relay --help shows all options)')
    .allowExcessArguments(false);
  // A typing error is status 2, as with other commands; help is 0.
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse([...argv], { from: 'user' });
  const flags = command.opts<Flags>();
  if (flags.plainProtocol === 'on' && flags.accounts === 'off') {
    command.error('error: --plain-protocol on needs --accounts on');
  }
  if (flags.admission === 'accounts' && flags.accounts === 'off') {
    command.error('error: --admission accounts needs accounts: add --accounts on, or choose --admission token');
  }
  const token = environment['CLAWREACH_RELAY_ADMISSION_TOKEN'];
  const metricsToken = environment['CLAWREACH_RELAY_METRICS_TOKEN'];
  return {
    logLevel: flags.logLevel,
    ...(flags.logFile === undefined ? {} : { logFile: flags.logFile }),
    options: {
      dataDirectory: flags.data,
      listen: flags.listen,
      tls: tlsOf(flags, command),
      publicUrls: flags.publicUrl ?? [],
      trustProxy: isOn(flags.trustProxy === true, environment['CLAWREACH_RELAY_TRUST_PROXY']),
      admission: flags.admission,
      drainTimeout: flags.drain * 1000,
      announceRestart: flags.announceRestart === 'on',
      ...(flags.stun === 'same' ? {} : { stun: flags.stun }),
      ...(token === undefined || token === '' ? {} : { admissionToken: token }),
      ...(metricsToken === undefined || metricsToken === '' ? {} : { metricsToken }),
      ...((flags.page === '' ? flags.accounts : flags.page) === 'off' ? {} : { page: {} }),
      ...(flags.accounts === 'off' ? {} : { accounts: accountsOf(flags, environment) }),
    },
  };
}

/** Variables that replace no option, with their meanings. */
const VARIABLES = [
  ['CLAWREACH_RELAY_ADMISSION_TOKEN', 'a token of your own'],
  ['CLAWREACH_RELAY_METRICS_TOKEN', 'lets its holder read /metrics from elsewhere'],
  [
    'CLAWREACH_RELAY_SEAL_KEY',
    'with accounts: key of stored skill configurations, instead of the one in seal-key in the data folder',
  ],
  ['SMTP_URL, MAIL_FROM', 'with accounts: mail server, smtp://user:password@host:587, and sender of the mails'],
] as const;

const SUBCOMMANDS = [
  ['account', 'create, list, disable and reset accounts (clawreach-relay account --help)'],
  ['instance', 'add, list and remove programs that send messages (clawreach-relay instance --help)'],
  ['backup FOLDER', 'copy the data folder, also of a running relay (clawreach-relay backup --help)'],
] as const;

const EXAMPLES = [
  ['clawreach-relay', 'a certificate of its own, port 7474, new devices need the token'],
  ['clawreach-relay --public-url wss://relay.example:7474', 'clients reach it by this name'],
  [
    'clawreach-relay --listen 127.0.0.1:7474 --tls off --trust-proxy --public-url https://relay.example',
    'behind a proxy that has the certificate',
  ],
] as const;

/** Returns what `--help` prints below the options: variables, subcommands and examples, wrapped to the terminal. */
function helpEnd(columns: number): string {
  const help = new Help();
  const rows = (items: readonly (readonly [string, string])[]): readonly string[] => {
    const width = Math.max(...items.map(([term]) => term.length));
    return items.flatMap(([term, text]) => {
      const lines = help.boxWrap(text, Math.max(20, columns - width - 4)).split('\n');
      return lines.map((line, index) => `  ${(index === 0 ? term : '').padEnd(width)}  ${line}`);
    });
  };
  return [
    '',
    help.boxWrap(
      'The admission token is made at the first start and printed at each. By environment only, because other users can read command lines:',
      columns,
    ),
    ...rows(VARIABLES),
    '',
    help.boxWrap(
      'Accounts need a public URL with https, or a relay that listens on 127.0.0.1 only. The first one signs up by a link in first-account.txt in ' +
        'the data folder.',
      columns,
    ),
    '',
    'Subcommands:',
    ...rows(SUBCOMMANDS),
    '',
    'Examples:',
    ...EXAMPLES.flatMap(([line, meaning]) => [`  $ ${line}`, `      ${meaning}`]),
  ].join('\n');
}

function accountsOf({ signUp, plainProtocol }: Flags, environment: NodeJS.ProcessEnv): AccountsOptions {
  const { SMTP_URL: url = '', MAIL_FROM: from = '', CLAWREACH_RELAY_SEAL_KEY: sealKey = '' } = environment;
  return {
    signUp,
    plainProtocol: plainProtocol === 'on',
    ...(sealKey === '' ? {} : { sealKey }),
    ...(url === '' ? {} : { mail: { url, from } }),
  };
}

function tlsOf(flags: Flags, command: Command): RelayTls {
  if (flags.tls !== 'files') return { mode: flags.tls };
  if (flags.cert === undefined || flags.key === undefined) {
    command.error('error: --tls files needs --cert FILE and --key FILE');
  }
  return { mode: 'files', certificate: flags.cert ?? '', key: flags.key ?? '' };
}

/** Reads a Boolean flag. The library treats its variable as set with any value, even `0` or `false`. */
function isOn(flag: boolean, variable: string | undefined): boolean {
  return flag && !['0', 'false', 'no', 'off'].includes((variable ?? '').toLowerCase());
}

function parseListen(text: string): { host?: string; port: number } {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?([0-9]{1,5})$/.exec(text.trim());
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    throw new InvalidArgumentError('Expected PORT or HOST:PORT, such as 0.0.0.0:7474.');
  const host = (match[1] ?? '').replace(/^\[(.*)\]$/, '$1');
  return host === '' ? { port } : { host, port };
}

/** Returns the default of --listen and its text for --help: the port in `PORT`, by which many hosts name the one that they forward, else 7474. */
function defaultListen({ PORT: port = '' }: NodeJS.ProcessEnv): [value: { port: number }, text: string] {
  if (port === '') return [{ port: 7474 }, 'all addresses, port 7474, or the port in PORT'];
  const listen = { port: Number(port) };
  if (!/^[0-9]{1,5}$/.test(port) || listen.port > 65_535)
    throw new RelayStartError('relay.port-variable', `the variable PORT is no port: ${port}`);
  return [listen, `all addresses, port ${listen.port} (from PORT)`];
}

function parseStun(text: string): number | 'off' | 'same' {
  const word = text.trim();
  if (word === 'off' || word === 'same') return word;
  const port = Number(word);
  if (!/^[0-9]{1,5}$/.test(word) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Expected a port, 1 to 65535, or off.');
  return port;
}

/** Parses on or off; an empty variable, as compose passes it, is the default. */
function parsePage(text: string): Flags['page'] {
  if (text !== 'on' && text !== 'off' && text !== '') throw new InvalidArgumentError('Expected on or off.');
  return text;
}

/** Checks that the log file can be written, and returns its path. */
function parseLogFile(text: string): string {
  try {
    closeSync(openSync(text, 'a', 0o600));
    return text;
  } catch (error) {
    throw new InvalidArgumentError(`Can't write to it (${errorMessage(error)}).`);
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 3600) throw new InvalidArgumentError('Expected 0 to 3600.');
  return seconds;
}

function collectUrls(text: string, before: unknown): string[] {
  const urls = text.split(/[\s,]+/).filter((url) => url !== '');
  return [...(Array.isArray(before) ? before.map(String) : []), ...urls];
}
