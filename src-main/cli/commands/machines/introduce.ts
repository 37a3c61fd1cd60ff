import { Option } from 'commander';
import type { AppApiClient, CallInput, PeerView } from '#shared/app-api/index.ts';
import { INTRODUCED_RIGHTS } from '#shared/identity/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent, viewAgent } from '../../control/index.ts';
import { createRightOption } from '../../right-option.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { describeError, formatEnd, formatTable, parseDuration, printable } from '../../output/index.ts';
import { approvalWait } from './approval-wait.ts';
import { peerName, shellWord } from './peer-format.ts';
import { parseRights, rightName } from './right-names.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type Options = CommonOptions &
  Readonly<{ to?: readonly string[]; toAll?: boolean; rights?: readonly string[]; for?: string; end?: boolean }>;
type Rights = CallInput<'introductions.introduce'>['rights'];

/** Longest life of an introduction, ms. */
const LONGEST = 30 * 24 * 3600 * 1000;

/** Registers `clawreach introduce`, which makes paired machines known to each other, lists introductions and takes them back. */
export const addIntroduce: Registration = (program, run) => {
  addCommand(program, 'introduce', 'make one of your machines known to others, without words', {
    description: [
      'Introduce a machine that is paired with this one to others that are, so that they can connect to each other without a code. Each of them decides: ' +
        'where this machine has the permission `introduce`, the newcomer counts at once; elsewhere someone is asked. It ends by itself, or with --end.',
      '',
      'Without a name, lists the introductions that hold.',
    ].join('\n'),
    examples: [
      [
        'clawreach introduce laptop --to nas server --rights terminal --for 7d',
        'laptop may open terminals there for a week',
      ],
      ['clawreach introduce phone --to-all', 'to all your machines, without permissions: it has to ask'],
      ['clawreach introduce laptop --end', 'takes it back everywhere'],
      [
        'clawreach rights nas --allow introduce --hands-on terminal',
        'on a machine that trusts nas to introduce others',
      ],
    ],
  })
    .argument('[newcomer]', 'name or ID of the machine to introduce')
    .addOption(
      new Option('--to <name...>', 'name or ID of a machine to which it is introduced, or of several').conflicts(
        'toAll',
      ),
    )
    .option('--to-all', 'to all your machines')
    .addOption(rightsOption())
    .option('--for <duration>', 'time until it ends, such as 12h or 7d; 30d at most (default: 12h)')
    .option('--end', 'take introductions back: those --to a machine, or all')
    .action((newcomer: string | undefined, options: Options) =>
      run(options, (context) => (newcomer === undefined ? list(context) : act(context, newcomer, options))),
    );
};

function rightsOption(): Option {
  const names = INTRODUCED_RIGHTS.map(rightName);
  return createRightOption('--rights <right...>', 'what it may do there without asking (default: nothing)', names);
}

async function act(context: CommandContext, newcomer: string, options: Options): Promise<number> {
  const rights = introducedRights(options.rights);
  const life = options.for === undefined ? 12 * 3600 * 1000 : parseDuration(options.for);
  if (life > LONGEST) throw new UsageError('usage.introduce', 'an introduction lasts 30 days at most');
  if (options.end !== true && options.to === undefined && options.toAll !== true)
    throw new UsageError('usage.introduce', 'Name the machines with --to, or use --to-all');
  const client = await ensureAgent(context);
  const who = await client.call('peers.get', { peer: newcomer });
  if (options.end === true) return await end(context, client, who, options.to);
  const targets =
    options.to ??
    (await client.call('peers.list', {}))
      .filter(({ peerId, browser, pairing }) => {
        const isMachine = browser === undefined && pairing?.compared !== false;
        return isMachine && peerId !== who.peerId;
      })
      .map(({ peerId }) => peerId);
  if (targets.length === 0) throw new UsageError('usage.introduce', 'there is no other machine');
  return await introduce(context, client, who, {
    newcomer: who.peerId,
    targets: [...targets],
    rights,
    life: Math.round(life / 1000),
  });
}

async function introduce(
  { reporter, host }: CommandContext,
  client: AppApiClient,
  who: PeerView,
  input: CallInput<'introductions.introduce'>,
): Promise<number> {
  const names = new Map((await client.call('peers.list', {})).map((peer) => [peer.peerId, peerName(peer)]));
  const answers = await client.call('introductions.introduce', input, {
    signal: host.interrupted,
    onProgress: ({ peer }) => reporter.note(approvalWait(names.get(peer) ?? peer.slice(0, 7))),
  });
  reporter.document(answers);
  const newcomer = peerName(who);
  for (const { name, problem, at = name } of answers) {
    const target = printable(name);
    if (problem === null) {
      reporter.lines(`${newcomer} is introduced to ${target}.`);
      continue;
    }
    const details = { name: at, at, newcomer, target, word: shellWord(at) };
    const { what, next, code } = describeError(new ClawReachError(problem, 'refused', { details }));
    reporter.note(`${newcomer} isn't introduced to ${target}. ${what}  [${code}]`, `  ${next}`);
  }
  return answers.every(({ problem }) => problem === null) ? EXIT.ok : EXIT.failure;
}

async function end(
  { reporter }: CommandContext,
  client: AppApiClient,
  who: PeerView,
  to: readonly string[] | undefined,
): Promise<number> {
  const targets =
    to === undefined ? undefined : await Promise.all(to.map((peer) => client.call('peers.get', { peer })));
  const held = (await client.call('introductions.list', {})).filter(
    ({ newcomer, target }) =>
      newcomer === who.peerId && (targets === undefined || targets.some(({ peerId }) => peerId === target)),
  );
  for (const target of targets ?? [undefined])
    await client.call('introductions.end', {
      newcomer: who.peerId,
      ...(target === undefined ? {} : { target: target.peerId }),
    });
  reporter.document({ ended: who.peerId, to: to ?? null, introductions: held.length });
  if (held.length === 0) {
    const where = targets === undefined ? 'any machine' : targets.map(peerName).join(' or ');
    reporter.lines(`${peerName(who)} isn't introduced to ${where}. See: clawreach introduce`);
    return EXIT.ok;
  }
  reporter.lines(`Introductions of ${peerName(who)} are taken back. Machines that are away learn it later.`);
  return EXIT.ok;
}

async function list(context: CommandContext): Promise<number> {
  const { reporter, host } = context;
  const client = await viewAgent(context);
  const all = await client.call('introductions.list', {});
  reporter.document(all);
  if (all.length === 0) reporter.lines('No introductions.');
  else
    reporter.lines(
      ...formatTable(
        [{ title: 'MACHINE' }, { title: 'INTRODUCED TO' }, { title: 'UNTIL' }],
        all.map(({ newcomerName, targetName, endsAt }) => [
          printable(newcomerName),
          printable(targetName),
          formatEnd(endsAt, host.clock.now()),
        ]),
        reporter.columns,
      ).filter((line) => line !== ''),
    );
  return EXIT.ok;
}

/** Returns the rights that words name. @throws {UsageError} `usage.right`, `usage.introduce` for one that can't be handed on */
export function introducedRights(words: readonly string[] | undefined): Rights {
  return parseRights(words).map((right) => {
    const known = INTRODUCED_RIGHTS.find((one) => one === right);
    if (known !== undefined) return known;
    throw new UsageError('usage.introduce', `${rightName(right)} can't be handed on`);
  });
}
