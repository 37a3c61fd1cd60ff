import { RIGHTS, type PeerView, type Right, type RightDecision } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatTime, parseDuration } from '../../output/index.ts';
import { peerName } from './peer-format.ts';
import { explainPending, isUncompared, showWords } from './compare-words.ts';
import { formatTargetPattern } from './targets.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type RightsOptions = CommonOptions &
  Readonly<{ allow?: readonly string[]; ask?: readonly string[]; deny?: readonly string[]; for?: string }>;

const MEANINGS: Readonly<Record<Right, string>> = {
  terminal: 'open terminals here: run any command as you',
  view: 'look on at terminals here that somebody shares with it; it can do nothing in them',
  relay: 'pass through this device to other peers of it; what passes is sealed',
  forward: 'reach any address that this device reaches, in its name, this device included',
  prompt: 'use the OpenClaw gateways of this device: prompts, workflows, restarts; an agent there may run commands',
};

export const addRights: Registration = (program, run) => {
  addCommand(program, 'rights', 'show or change what a peer may do on this device', {
    description: [
      'Show or change what a peer may do on this device. What was never decided asks you when the peer first wants it; ' +
        '--deny refuses without asking. A right that is taken back ends what runs under it.',
      '',
      'Rights:',
      ...RIGHTS.map((right) => `  ${right.padEnd(8)}  ${MEANINGS[right]}`),
      '',
      'Targets that are allowed one by one are shown too; `clawreach targets` changes them.',
    ].join('\n'),
    examples: [
      ['clawreach rights laptop', 'what it may do now'],
      ['clawreach rights laptop --allow terminal --for 2h', 'terminals, for two hours'],
      ['clawreach rights laptop --deny terminal', 'no terminals, and no questions'],
      ['clawreach rights laptop --allow relay', 'it may reach your other devices through this one'],
    ],
  })
    .argument('<name>', 'name or id of the peer')
    .option('--allow <right...>', 'allow it')
    .option('--ask <right...>', 'ask me each time')
    .option('--deny <right...>', 'refuse it')
    .option('--for <duration>', 'only for so long, such as 30m, 2h, 7d')
    .action((name: string, options: RightsOptions) => run(options, (context) => rights(context, name, options)));
};

async function rights(context: CommandContext, name: string, options: RightsOptions): Promise<void> {
  const changes = collectChanges(options);
  const duration = options.for === undefined ? undefined : parseDuration(options.for);
  if (duration !== undefined && changes.every(({ decision }) => decision === 'deny')) {
    throw new UsageError('usage.for', '--for goes with --allow or --ask');
  }
  const client = await ensureAgent(context);
  let peer = await client.call('peers.get', { peer: name });
  const expiresAt = duration === undefined ? null : context.host.clock.now() + duration;
  for (const { right, decision } of changes) {
    peer = await client.call('rights.set', {
      peer: peer.peerId,
      right,
      decision,
      expiresAt: decision === 'deny' ? null : expiresAt,
    });
  }
  const targets = await client.call('targets.list', { peer: peer.peerId });
  const now = context.host.clock.now();
  context.reporter.document({
    peer: peer.name,
    peerId: peer.peerId,
    rights: peer.rights,
    ...(peer.pairing === undefined ? {} : { pairing: peer.pairing }),
    targets,
  });
  context.reporter.lines(...formatRights(peer, now));
  if (isUncompared(peer))
    context.reporter.note('', ...showWords(context, peer.pairing?.words ?? []), ...explainPending(peer));
  if (targets.length === 0) return;
  const { decision } = peer.rights.forward;
  context.reporter.lines(
    `${peerName(peer)}  ${TARGETS[decision]}`,
    ...targets.map((one) => formatTargetPattern(one, now)),
  );
}

type Change = Readonly<{ right: Right; decision: RightDecision }>;

/**
 * What the options ask for.
 * @throws {UsageError} `usage.right` for a right that does not exist, `usage.rights-conflict` for one that is named twice
 */
function collectChanges(options: Readonly<Pick<RightsOptions, 'allow' | 'ask' | 'deny'>>): readonly Change[] {
  const named = new Set<Right>();
  return (['allow', 'ask', 'deny'] as const).flatMap((decision) =>
    (options[decision] ?? [])
      .flatMap((text) => text.split(','))
      .map((text) => {
        const right = parseRight(text);
        if (named.has(right)) {
          throw new UsageError('usage.rights-conflict', `${right} is named twice`, { details: { right } });
        }
        named.add(right);
        return { right, decision };
      }),
  );
}

/** @throws {UsageError} `usage.right` */
export function parseRight(text: string): Right {
  const right = RIGHTS.find((known) => known === text.trim());
  if (right === undefined) {
    throw new UsageError('usage.right', `there is no right "${text}"`, {
      details: { right: text, rights: RIGHTS.join(', ') },
    });
  }
  return right;
}

const WORDS: Readonly<Record<RightDecision, string>> = {
  allow: 'allowed',
  ask: 'asks you when it is wanted',
  deny: 'refused',
};

/** Before the targets that are named one by one (`clawreach targets`). */
const TARGETS: Readonly<Record<RightDecision, string>> = {
  allow: 'targets, besides all others:',
  ask: 'targets that are allowed already:',
  deny: 'targets, of no use while forward is refused:',
};

/** One line per right. */
function formatRights(peer: PeerView, now: number): readonly string[] {
  return RIGHTS.map((right) => {
    const { decision, expiresAt } = peer.rights[right];
    const end = expiresAt === null ? '' : ` until ${formatTime(expiresAt, now)}`;
    const pending = peer.pairing?.pending[right];
    const waits = pending === undefined ? '' : '; allowed once the words are confirmed';
    return `${peerName(peer)}  ${right}: ${WORDS[decision]}${end}${waits}`;
  });
}
