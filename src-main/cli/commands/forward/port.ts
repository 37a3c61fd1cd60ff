import { Option } from 'commander';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { enableRule } from './add.ts';
import { choosePeer, nameBeginning } from './find.ts';
import { parseHostPort, formatHostPort, type HostPort } from './host-port.ts';
import { addCommand, parseName, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type ForwardOptions = CommonOptions &
  Readonly<{ local: string; remote: string; peer?: string; reverse?: boolean; udp?: boolean; name?: string }>;

const LOOPBACK = '127.0.0.1';

export const addRelayForward: Registration = (relay, run) => {
  addCommand(relay, 'forward', 'forward one port to a target at a peer, or a port of the peer to here', {
    description: [
      'Forward one port: what connects to --local here goes to --remote as the peer sees it. With --reverse the peer listens at --remote, and ' +
        'what connects there goes to --local here. Stays until it is disabled or removed, over restarts as well.',
      '',
      'The person at the peer is asked when the target is used for the first time, unless it is allowed there (`clawreach targets`).',
    ].join('\n'),
    examples: [
      ['clawreach relay forward --local 5432 --remote localhost:5432', 'the database of the peer, on this machine'],
      ['clawreach relay forward --local 0 --remote nas.lan:445 --peer office', 'any free port'],
      ['clawreach relay forward --local 3000 --remote 8080 --reverse', 'what you develop here, at port 8080 there'],
      ['clawreach relay forward --udp --local 5353 --remote 10.0.0.1:53', 'UDP'],
    ],
  })
    .requiredOption('--local <port>', 'PORT or HOST:PORT on this side')
    .requiredOption('--remote <host:port>', 'HOST:PORT or PORT on the side of the peer')
    .option('--peer <name>', 'which peer; may be left out with one')
    .option('--reverse', 'the peer listens, and it leads here')
    .option('--udp', 'datagrams instead of connections')
    .addOption(new Option('--name <name>', 'what to call the rule').argParser(parseName))
    .action((options: ForwardOptions) => run(options, (context) => forward(context, options)));
};

async function forward(context: CommandContext, options: ForwardOptions): Promise<number> {
  const { udp, reverse, name } = options;
  if (udp === true && reverse === true) {
    throw new UsageError('usage.option', 'no reverse for UDP', { details: { option: '--reverse', mode: 'udp' } });
  }
  const local = read(options.local, reverse === true ? 'localhost' : LOOPBACK, reverse === true ? 1 : 0);
  const remote = read(options.remote, reverse === true ? LOOPBACK : 'localhost', reverse === true ? 0 : 1);
  const client = await ensureAgent(context);
  const peer = await choosePeer(context, client, options.peer);
  const common = { name: 'new', enabled: true, peer: peer.peerId };
  const bridge = { kind: 'tcp-bridge', ...common } as const;
  const rule: ForwardRule =
    udp === true
      ? { kind: 'udp', ...common, listen: local, to: remote }
      : reverse === true
        ? { ...bridge, direction: 'remote', listen: remote, to: local }
        : { ...bridge, direction: 'local', listen: local, to: remote };
  const wished = `${nameBeginning(peer)}${remote.port === 0 ? 'port' : remote.port}`;
  const side = reverse === true ? '--remote' : '--local';
  return await enableRule(context, client, { rule, password: undefined, wished, named: name }, (port) => {
    const { host } = rule.listen;
    return `${side} ${host === LOOPBACK ? port : formatHostPort({ host, port })}`;
  });
}

/** Only after both are known it is clear which of the two is listened at. @throws {UsageError} `usage.command-line` */
function read(text: string, defaultHost: string, least: 0 | 1): HostPort {
  try {
    return parseHostPort(defaultHost, least)(text);
  } catch (cause) {
    const reason = `“${text}” is no port or host:port${least === 0 ? '' : ', with a port from 1'}.`;
    throw new UsageError('usage.command-line', reason, {
      cause,
      details: { reason, help: 'clawreach relay forward --help' },
    });
  }
}
