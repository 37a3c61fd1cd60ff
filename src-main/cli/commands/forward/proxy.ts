import { InvalidArgumentError } from 'commander';
import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { constants } from 'node:os';
import { ensureAgent } from '../../control/index.ts';
import { InterruptedError, ProblemError, SessionEndedError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { carryConnection } from '../../terminal/index.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { requireComparedWords } from '../machines/compare-words.ts';
import { optionWords, peerName, peerWord } from '../machines/peer-format.ts';
import { explainUnreachable } from '../machines/unreachable.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { formatEndpoint, parseHostPort, type HostPort } from './host-port.ts';

/** Port of an SSH server. */
const SSH_PORT = 22;

/**
 * Registers `clawreach proxy`, which connects standard input and output with a port of a machine, for `ProxyCommand` of ssh. Starts an agent if none is
 * running.
 */
export const addProxy: Registration = (program, run) => {
  addCommand(program, 'proxy', 'connect standard input and output with a port of a machine, for ssh', {
    description: [
      "Connect standard input and output with a port of a machine, byte by byte. Made for `ProxyCommand` of ssh, which then reaches the machine's own SSH " +
        'server. `clawreach ssh-config --install` writes that line for all your machines.',
      '',
      'The user of the other machine is asked when you use the port for the first time, unless it is already allowed there (`clawreach targets`).',
    ].join('\n'),
    examples: [
      ['clawreach proxy office 5432', 'its database'],
      ["ssh -o ProxyCommand='clawreach proxy office' office", 'ssh to office'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('[port]', 'port there', parsePort, SSH_PORT)
    .action((name: string, port: number, options: CommonOptions) =>
      run(options, (context) => connectPort(context, name, { host: 'localhost', port })),
    );
};

/** Registers `clawreach nc`, which connects standard input and output with an address that a machine reaches. Starts an agent if none is running. */
export const addNc: Registration = (program, run) => {
  addCommand(program, 'nc', 'connect standard input and output with an address that a machine reaches', {
    description: [
      'Connect standard input and output with a TCP port, as the other machine sees it. The end of the input is passed on, and output goes on until the ' +
        'other side ends it.',
      '',
      'The user of the other machine is asked when you use the target for the first time, unless it is already allowed there (`clawreach targets`).',
    ].join('\n'),
    examples: [
      ['clawreach nc office db.lan:5432', 'a database in the network of office'],
      ["printf 'GET / HTTP/1.0\\r\\n\\r\\n' | clawreach nc office 8080", 'a request to a web server of office'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('<host:port>', 'HOST:PORT there; a port alone is one of that machine', parseHostPort('localhost', 1))
    .action((name: string, to: HostPort, options: CommonOptions) =>
      run(options, (context) => connectPort(context, name, to)),
    );
};

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('Expected a port from 1 to 65535.');
  return port;
}

async function connectPort(context: CommandContext, name: string, to: HostPort): Promise<number> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name }, { signal: host.interrupted });
  if (peer.browser !== undefined) throw new ProblemError('peer.browser', { name: peerName(peer) });
  await requireComparedWords(context, client, peer);
  let isAsked = false;
  const onProgress = (progress: string): void => {
    if (progress !== 'approval' || isAsked) return;
    isAsked = true;
    reporter.note(approvalWait(peerName(peer)));
  };
  const end = await carryConnection(host, client, () =>
    client
      .call('forwards.connect', { peer: peer.peerId, to }, { signal: host.interrupted, onProgress })
      .catch(async (error: unknown) => {
        throw await explain(client, error, { peer, to, isAsked, now: host.clock.now() });
      }),
  );
  switch (end) {
    case 'finished':
      return EXIT.ok;
    case 'closed':
      return 128 + constants.signals.SIGPIPE;
    case 'interrupted':
      throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : new InterruptedError();
    case 'agent-lost':
      throw new SessionEndedError('control.lost', {});
    case 'reset':
      throw new ProblemError('forward.reset', { target: formatEndpoint(to), name: peerName(peer) });
  }
}

type Facts = Readonly<{ peer: PeerView; to: HostPort; isAsked: boolean; now: number }>;

/** Returns the error of a connection that wasn't made, with the next step for a command, which has no forward that goes on. */
async function explain(client: AppApiClient, error: unknown, { peer, to, isAsked, now }: Facts): Promise<unknown> {
  if (!(error instanceof ClawReachError)) return error;
  const code = errorCode(error);
  if (code === 'forward.peer-away') {
    const { reason } = error.details;
    const cause = new ClawReachError(
      typeof reason === 'string' && reason !== '' ? reason : 'link.no-way',
      error.message,
    );
    return await explainUnreachable(client, cause, peer, now);
  }
  if (code !== 'forward.denied') return error;
  const { device } = await client.call('status.get', {});
  const there = peerName(peer);
  const declined = isAsked
    ? ''
    : `If someone on ${there} has just declined it, the same request is declined there for at least a minute without being shown.\n`;
  return new ProblemError(
    'forward.denied',
    {},
    `${declined}Ask its user. To allow it, there: \`clawreach targets ${peerWord(device)} ${optionWords('--allow', formatEndpoint(to))}\``,
    { isDropped: true },
  );
}
