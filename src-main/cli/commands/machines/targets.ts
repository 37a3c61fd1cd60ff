import type { TargetPattern } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatTime, parseDuration } from '../../output/index.ts';
import { peerName } from './peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type TargetsOptions = CommonOptions &
  Readonly<{ allow?: readonly string[]; listen?: readonly string[]; remove?: readonly string[]; for?: string }>;

export const addTargets: Registration = (program, run) => {
  addCommand(program, 'targets', 'show or change what a peer may reach through this device', {
    description: [
      'Show or change what a peer may reach through this device, besides what its right `forward` says as a whole. What is not named here asks you ' +
        'when the peer first wants it. What is taken away ends at once.',
      '',
      'A target is HOST:PORTS. HOST: a name, an address, a network such as 10.0.0.0/8, *.example.com, or *; IPv6 in brackets. PORTS: a number, a ' +
        'range such as 8000-8100, or *. Addresses and networks count for what a name leads to; a name leads to this device itself only if it ' +
        'is localhost.',
    ].join('\n'),
    examples: [
      ['clawreach targets laptop', 'what it may reach now'],
      ['clawreach targets laptop --allow localhost:5432', 'the database of this device'],
      ["clawreach targets laptop --allow '10.0.0.0/8:*' --for 8h", 'a network, for a day of work'],
      ['clawreach targets laptop --listen 127.0.0.1:8080', 'it may take what comes to that port here'],
      ['clawreach targets laptop --remove localhost:5432', 'no more'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .option('--allow <target...>', 'let it connect there')
    .option('--listen <place...>', 'let it take the connections that come to this port here')
    .option('--remove <target...>', 'take it away; all of that name, to connect and to listen')
    .option('--for <duration>', 'only for so long, such as 30m, 2h, 7d')
    .action((name: string, options: TargetsOptions) => run(options, (context) => targets(context, name, options)));
};

async function targets(context: CommandContext, name: string, options: TargetsOptions): Promise<void> {
  const { host, reporter } = context;
  const expiresAt = options.for === undefined ? null : host.clock.now() + parseDuration(options.for);
  const read = (texts: readonly string[] | undefined, kind: TargetPattern['kind']): readonly TargetPattern[] =>
    (texts ?? []).map((text) => ({ kind, ...parseTarget(text), expiresAt }));
  const added = [...read(options.allow, 'connect'), ...read(options.listen, 'listen')];
  const removed = read(options.remove, 'connect');
  if (options.for !== undefined && added.length === 0)
    throw new UsageError('usage.for', '--for goes with --allow or --listen');

  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name });
  let now = await client.call('targets.list', { peer: peer.peerId });
  if (added.length + removed.length > 0) {
    const kept = now.filter(
      (target) =>
        !removed.some((one) => isSame(one, target)) &&
        !added.some((one) => isSame(one, target) && one.kind === target.kind),
    );
    now = [...kept, ...added];
    await client.call('targets.set', { peer: peer.peerId, targets: now });
  }
  const forward = peer.rights.forward;
  reporter.document({ peer: peer.name, peerId: peer.peerId, forward, targets: now });
  reporter.lines(
    `${peerName(peer)}  ${now.length === 0 ? ALONE[forward.decision] : WHOLE[forward.decision]}`,
    ...now.map((target) => formatTargetPattern(target, host.clock.now())),
  );
}

/** Lines about the right `forward` where no targets follow, and where some do. */
const ALONE = {
  allow: 'may reach every target through this device',
  ask: 'asks you for every target',
  deny: 'may reach nothing through this device',
} as const;
const WHOLE = {
  allow: 'may reach every target through this device; those below besides',
  ask: 'asks you for every target but these:',
  deny: 'may reach nothing through this device, whatever is below',
} as const;

/** Formats a target on one line. */
export function formatTargetPattern(
  { kind, host, ports, protocol, at, expiresAt }: TargetPattern,
  now: number,
): string {
  const end = expiresAt === null ? '' : ` until ${formatTime(expiresAt, now)}`;
  const port = kind === 'listen' && ports === '0' ? 'a free port' : ports;
  const by = protocol === undefined ? '' : ` by ${protocol.toUpperCase()}`;
  const only =
    at === undefined
      ? ''
      : ` while at ${at.map((each) => (each === 'public' ? 'a public address' : each)).join(' or ')}`;
  return `  ${kind === 'listen' ? 'listens at ' : ''}${host.includes(':') ? `[${host}]` : host}:${port}${by}${only}${end}`;
}

function isSame(one: TargetPattern, other: TargetPattern): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.ports === other.ports;
}

/** Parses `HOST:PORTS`. @throws {UsageError} `usage.target` */
function parseTarget(text: string): Readonly<{ host: string; ports: string }> {
  const [, bracketed, plain, ports] = /^(?:\[([^\]]+)\]|([^[\]:]+)):(\*|\d{1,5}(?:-\d{1,5})?)$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || ports === undefined || !/^[A-Za-z0-9._:%/*~-]{1,255}$/.test(host))
    throw new UsageError('usage.target', `"${text}" is no target`, { details: { target: text } });
  return { host, ports };
}
