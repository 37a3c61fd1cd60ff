import type { PeerView, TargetPattern, TemporaryTarget } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { formatEnd, parseDuration, printable } from '../../output/index.ts';
import { peerName, peerWord, shellWord } from './peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type TargetsOptions = CommonOptions &
  Readonly<{ allow?: readonly string[]; listen?: readonly string[]; remove?: readonly string[]; for?: string }>;

/**
 * Registers `clawreach targets`, which shows and changes the targets that a peer may reach through this machine. The
 * agent stores them. Starts an agent if none is running.
 */
export const addTargets: Registration = (program, run) => {
  addCommand(program, 'targets', 'show or change what a machine may reach through this one', {
    description: [
      'Show or change the targets that a machine may reach through this one without asking. Whether it may reach all others is decided by its ' +
        'permission `forward` (`clawreach rights`). Removing a target closes its connections, also one that you approved for a while.',
      '',
      'A target is HOST:PORTS. HOST: a name, an address, a network such as 10.0.0.0/8, *.example.com, or *; IPv6 in brackets. PORTS: a number, a ' +
        'range such as 8000-8100, or *. Addresses and networks also match names that resolve to them. Only the name localhost means this machine ' +
        'itself.',
    ].join('\n'),
    examples: [
      ['clawreach targets laptop', 'what it may reach now'],
      ['clawreach targets', 'the same of all machines'],
      ['clawreach targets laptop --allow localhost:5432', 'the database on this machine'],
      ["clawreach targets laptop --allow '10.0.0.0/8:*' --for 8h", 'a network, for eight hours'],
      ['clawreach targets laptop --listen 127.0.0.1:8080', 'it may open this port here and receive its connections'],
      ['clawreach targets laptop --remove localhost:5432', 'removes the target'],
    ],
  })
    .argument('[name]', 'name or ID of the machine; without it, the targets of all are shown')
    .option('--allow <target...>', 'let it connect to this target')
    .option('--listen <host:port...>', 'let it open this port on this machine and receive its connections')
    .option('--remove <target...>', 'remove this target, both for --allow and for --listen')
    .option('--for <duration>', 'only for this time, such as 30m, 2h, 7d')
    .action((name: string | undefined, options: TargetsOptions) =>
      run(options, (context) => (name === undefined ? allTargets(context, options) : targets(context, name, options))),
    );
};

/**
 * Prints the targets of every machine.
 * @throws {UsageError} `usage.command-line` if targets are to be changed, which needs a machine
 */
async function allTargets(context: CommandContext, options: TargetsOptions): Promise<void> {
  const { host, reporter } = context;
  if ([options.allow, options.listen, options.remove, options.for].some((given) => given !== undefined)) {
    const [option = '--allow'] = (['allow', 'listen', 'remove'] as const)
      .filter((name) => options[name] !== undefined)
      .map((name) => `--${name}`);
    const reason = `Name the machine whose targets change. Arguments come before \`${option}\`.`;
    throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach targets --help' } });
  }
  const client = await ensureAgent(context);
  const peers = await client.call('peers.list', {});
  const all = await Promise.all(
    peers.map(async (peer) => ({
      peer,
      targets: await client.call('targets.list', { peer: peer.peerId }),
      temporary: await client.call('targets.temporary', { peer: peer.peerId }),
    })),
  );
  reporter.document(
    all.map(({ peer, ...shown }) => ({
      peer: peer.name,
      peerId: peer.peerId,
      forward: peer.rights.forward,
      ...shown,
    })),
  );
  reporter.lines(
    ...(all.length === 0 ? ['No machines yet.'] : []),
    ...all.flatMap(({ peer, targets: known, temporary }) => formatTargets(peer, known, temporary, host.clock.now())),
  );
}

/** Formats what a peer may reach: a line about its right `forward`, and one for each target. */
function formatTargets(
  peer: PeerView,
  known: readonly TargetPattern[],
  temporary: readonly TemporaryTarget[],
  now: number,
): readonly string[] {
  const { decision } = peer.rights.forward;
  return [
    `${peerName(peer)}  ${known.length + temporary.length === 0 ? WITHOUT_TARGETS[decision] : WITH_TARGETS[decision]}`,
    ...known.map((target) => formatTargetPattern(target, now)),
    ...temporary.map((target) => formatTemporary(target, peer, now)),
  ];
}

async function targets(context: CommandContext, name: string, options: TargetsOptions): Promise<void> {
  const { host, reporter } = context;
  const expiresAt = options.for === undefined ? null : host.clock.now() + parseDuration(options.for);
  const read = (texts: readonly string[] | undefined, kind: TargetPattern['kind']): readonly TargetPattern[] =>
    (texts ?? []).map((text) => ({ kind, ...parseTarget(text), expiresAt }));
  const added = [...read(options.allow, 'connect'), ...read(options.listen, 'listen')];
  const removed = read(options.remove, 'connect');
  if (options.for !== undefined && added.length === 0)
    throw new UsageError('usage.for', '--for needs --allow or --listen');

  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name });
  let now = await client.call('targets.list', { peer: peer.peerId });
  const approved = await client.call('targets.temporary', { peer: peer.peerId });
  const ending = approved.filter(({ target }) => removed.some((one) => targetText(one) === target));
  for (const one of removed) {
    if (now.some((target) => isSame(one, target)) || ending.some(({ target }) => targetText(one) === target)) continue;
    throw noTarget(peer, one, [...now.map(targetText), ...approved.map(({ target }) => target)]);
  }
  if (added.length + removed.length > 0) {
    const kept = now.filter(
      (target) =>
        !removed.some((one) => isSame(one, target)) &&
        !added.some((one) => isSame(one, target) && one.kind === target.kind),
    );
    now = [...kept, ...added];
    await client.call('targets.set', { peer: peer.peerId, targets: now });
  }
  for (const { target } of ending) await client.call('targets.endTemporary', { peer: peer.peerId, target });
  const forward = peer.rights.forward;
  const temporary = await client.call('targets.temporary', { peer: peer.peerId });
  reporter.document({ peer: peer.name, peerId: peer.peerId, forward, targets: now, temporary });
  reporter.lines(...formatTargets(peer, now, temporary, host.clock.now()));
  if (added.length > 0 && forward.decision === 'allow')
    reporter.note(`To be asked about all other targets: \`clawreach rights ${peerWord(peer)} --ask forward\``);
}

/** Hosts and ports of a target. */
type Named = Pick<TargetPattern, 'host' | 'ports'>;

/** Returns the error about a target to remove that the peer doesn't have, with those that it has. */
function noTarget(peer: PeerView, target: Named, known: readonly string[]): ProblemError {
  const all = known.length === 0 ? 'It has no targets.' : `Its targets: ${printable(known.join(', '))}`;
  return new ProblemError('usage.no-target', { name: peerName(peer), target: printable(targetText(target)) }, all, {
    isDropped: true,
  });
}

/** Returns a target as `targets.temporary` names it: in lower case, with IPv6 in brackets. */
function targetText({ host, ports }: Named): string {
  const lower = host.toLowerCase();
  return `${lower.includes(':') ? `[${lower}]` : lower}:${ports}`;
}

/** Formats a target that was approved for a while on one line. @param now Unix time, ms */
export function formatTemporary({ target, expiresAt }: TemporaryTarget, peer: PeerView, now: number): string {
  return `  ${printable(target)} until ${formatEnd(expiresAt, now)} or until it disconnects, as you approved; \`clawreach targets ${peerWord(peer)} --remove ${shellWord(target)}\` ends it`;
}

/** Lines about a peer without targets, by the decision about its right `forward`. */
const WITHOUT_TARGETS = {
  allow: 'may reach every target through this machine',
  ask: 'asks you for every target',
  deny: "can't reach anything through this machine",
} as const;
/** Lines above a peer's targets, by the decision about its right `forward`. */
const WITH_TARGETS = {
  allow: 'may reach every target through this machine, including these:',
  ask: 'asks you for every target except these:',
  deny: "can't reach anything through this machine, including these:",
} as const;

/**
 * Formats a target on one line, such as `localhost:5432 until 14:30`.
 * @param now Unix time, ms
 */
export function formatTargetPattern(
  { kind, host, ports, protocol, at, expiresAt }: TargetPattern,
  now: number,
): string {
  const end = expiresAt === null ? '' : expiresAt > now ? ` until ${formatEnd(expiresAt, now)}` : ' (expired)';
  const port = kind === 'listen' && ports === '0' ? 'a free port' : ports;
  const by = protocol === undefined ? '' : ` by ${protocol.toUpperCase()}`;
  const only =
    at === undefined
      ? ''
      : ` while at ${at.map((each) => (each === 'public' ? 'a public address' : each)).join(' or ')}`;
  return `  ${kind === 'listen' ? 'listens at ' : ''}${host.includes(':') ? `[${host}]` : host}:${port}${by}${only}${end}`;
}

/** Tells whether two patterns name the same hosts and ports. */
function isSame(one: Named, other: Named): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.ports === other.ports;
}

/**
 * Parses `HOST:PORTS`.
 * @throws {UsageError} `usage.target`
 */
function parseTarget(text: string): Named {
  const [, bracketed, plain, ports] = /^(?:\[([^\]]+)\]|([^[\]:]+)):(\*|\d{1,5}(?:-\d{1,5})?)$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || ports === undefined || !/^[A-Za-z0-9._:%/*~-]{1,255}$/.test(host))
    throw new UsageError('usage.target', `"${text}" isn't a target`, { details: { target: text } });
  return { host, ports };
}
