import { Option } from 'commander';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { addOrEnableForward } from './add-or-enable.ts';
import { chooseComparedPeer, namePrefix } from './find.ts';
import { LOOPBACK } from './listen-options.ts';
import { parseHostPort, formatEndpoint, type HostPort } from './host-port.ts';
import {
  addCommand,
  addMachine,
  withMachine,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
} from '../registry.ts';

type PortOptions = CommonOptions &
  Readonly<{ local?: string; remote?: string; peer?: string; reverse?: boolean; udp?: boolean; name?: string }>;

/**
 * Returns the registration of `clawreach forward port`, which creates a forward for one port in the agent. `relay forward` is the same command under
 * another name. Starts an agent if none is running.
 */
export const addForwardPort =
  (name: 'port' | 'forward'): Registration =>
  (group, run) => {
    const command = addCommand(
      group,
      name,
      'forward one port to a target at another machine, or one of its ports to this machine',
      {
        description: [
          'Forward one port: connections to --local on this machine go to --remote, as the other machine sees it. With --reverse, the other ' +
            'machine listens on --remote, and connections there go to --local on this machine. The forward stays until you disable or remove ' +
            'it, even after restarts.',
          '',
          'The user of the other machine is asked when you use the target for the first time, unless it is already allowed there (`clawreach ' +
            'targets`).',
        ].join('\n'),
        examples: [
          ['clawreach forward port --local 5432 --remote localhost:5432', 'its database, on this machine'],
          ['clawreach forward port office 9002:localhost:8000', 'as with ssh -L, which works too; localhost is office'],
          ['clawreach forward port office --local 0 --remote nas.lan:445', 'any free port'],
          ['clawreach forward port --local 3000 --remote 8080 --reverse', 'your web server here, on its port 8080'],
          ['clawreach forward port --udp --local 5353 --remote 10.0.0.1:53', 'UDP'],
        ],
      },
    );
    addMachine(command, 'name or ID of the machine; optional if there is only one')
      .argument(
        '[port:host:port]',
        'as with `ssh -L`, with --reverse as with `ssh -R`; in place of --local and --remote',
      )
      .option('--local <port>', 'PORT or HOST:PORT on this machine')
      .option('--remote <host:port>', 'HOST:PORT or PORT on the other machine')
      .option('--reverse', 'the other machine listens, and its port leads to this one')
      .option('--udp', 'UDP instead of TCP')
      .addOption(new Option('--name <name>', 'name for the new forward').argParser(parseName))
      .action((machine: string | undefined, ports: string | undefined, options: PortOptions) =>
        run(options, (context) => addPort(context, withMachine(...withPorts(machine, ports, options)))),
      );
  };

async function addPort(context: CommandContext, options: PortOptions): Promise<number> {
  const { udp, reverse, name } = options;
  if (udp === true && reverse === true) {
    throw new UsageError('usage.option', 'no reverse for UDP', { details: { option: '--reverse', mode: 'udp' } });
  }
  const given = bothPorts(options);
  const local = readHostPort(
    '--local',
    given.local,
    reverse === true ? 'localhost' : LOOPBACK,
    reverse === true ? 1 : 0,
  );
  const remote = readHostPort(
    '--remote',
    given.remote,
    reverse === true ? LOOPBACK : 'localhost',
    reverse === true ? 0 : 1,
  );
  const client = await ensureAgent(context);
  const peer = await chooseComparedPeer(context, client, options.peer);
  const common = { name: 'new', enabled: true, peer: peer.peerId };
  const bridge = { kind: 'tcp-bridge', ...common } as const;
  const rule: ForwardRule =
    udp === true
      ? { kind: 'udp', ...common, listen: local, to: remote }
      : reverse === true
        ? { ...bridge, direction: 'remote', listen: remote, to: local }
        : { ...bridge, direction: 'local', listen: local, to: remote };
  const defaultName = `${namePrefix(peer)}${remote.port === 0 ? 'port' : remote.port}`;
  const side = reverse === true ? '--remote' : '--local';
  return await addOrEnableForward(context, client, { rule, password: undefined, defaultName, name }, (port) => {
    const { host } = rule.listen;
    return `${side} ${host === LOOPBACK ? port : formatEndpoint({ host, port })}`;
  });
}

/** Form of `-L` and `-R` of ssh: an optional address, a port, a host and a port. A pair of ports lacks the host. */
const SSH_PORTS =
  /^(?:(?<address>\[[^\][]+\]|[^:\][/]*):)?(?<port>\d{1,5}):(?:(?<host>\[[^\][]+\]|[^:\][/]*[^:\][/\d][^:\][/]*|\d+(?:\.\d+){3}):)?(?<hostPort>\d{1,5})$/;

/**
 * Returns machine and options, with the ports that were written as ssh takes them: `9002:localhost:8000`, or short `9002:8000`. They may come without
 * the machine. A port alone, after the machine, is the same on both. With `--reverse`, the first port is the other machine's. Pure.
 * @throws {UsageError} `usage.command-line` if there are ports of both forms, or the text has another form
 */
function withPorts(
  first: string | undefined,
  second: string | undefined,
  options: PortOptions,
): [machine: string | undefined, options: PortOptions] {
  const isFirst = second === undefined && first !== undefined && SSH_PORTS.test(first);
  const text = isFirst ? first : second;
  if (text === undefined) return [first, options];
  const { address = '', port = '', host = '', hostPort = '' } = SSH_PORTS.exec(text)?.groups ?? {};
  const isAmbiguous = options.local !== undefined || options.remote !== undefined;
  // One port alone is the same on both machines.
  if (/^\d{1,5}$/.test(text) && !isAmbiguous) return [first, { ...options, local: text, remote: text }];
  if (port === '' || isAmbiguous) {
    const reason = isAmbiguous
      ? `Give either ${text}, or --local and --remote.`
      : `"${text}" isn't PORT or PORT:HOST:PORT. Or write \`--local PORT --remote HOST:PORT\`.`;
    throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach forward port --help' } });
  }
  const listening = `${address === '' ? '' : `${address}:`}${port}`;
  const target = `${host === '' ? '' : `${host}:`}${hostPort}`;
  const [local, remote] = options.reverse === true ? [target, listening] : [listening, target];
  return [isFirst ? undefined : first, { ...options, local, remote }];
}

/**
 * Returns the values of `--local` and `--remote`, both of which are required.
 * @throws {UsageError} `usage.command-line` that names those that are missing
 */
function bothPorts({ local, remote }: PortOptions): Readonly<{ local: string; remote: string }> {
  if (local !== undefined && remote !== undefined) return { local, remote };
  const missing = [local === undefined && '--local', remote === undefined && '--remote'].filter(
    (name) => name !== false,
  );
  const reason = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach forward port --help' } });
}

/**
 * Parses `--local` or `--remote`. An option parser can't do this, because `--reverse` decides which of the two may be
 * port 0.
 * @throws {UsageError} `usage.command-line`
 */
export function readHostPort(
  option: '--local' | '--remote',
  text: string,
  defaultHost: string,
  lowestPort: 0 | 1,
  help = 'clawreach forward port --help',
): HostPort {
  try {
    return parseHostPort(defaultHost, lowestPort)(text);
  } catch (cause) {
    const reason = `"${text}" of ${option} isn't a port or host:port${lowestPort === 0 ? '' : ', with a port from 1'}.`;
    throw new UsageError('usage.command-line', reason, {
      cause,
      details: { reason, help },
    });
  }
}
