import { Option } from 'commander';
import {
  BROWSER_LIVES,
  PLAIN_RELAY_RIGHTS,
  RIGHTS,
  type AppApiClient,
  type BrowserLife,
  type Grant,
  type PeerView,
  type PlainRelayView,
  type Right,
  type RightDecision,
} from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { INTRODUCED_RIGHTS } from '#shared/identity/index.ts';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { ensureAgent, viewAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatBinaryBytes, formatEnd, parseDuration, parseSize, printable } from '../../output/index.ts';
import { createRightOption } from '../../right-option.ts';
import { browserText } from './browser-life.ts';
import { describeRightsThere, peerName, shellWord } from './peer-format.ts';
import { findPlainRelay, readPlainRelays, RELAY_READS } from './plain-relay-format.ts';
import { introducedRights } from './introduce.ts';
import { parseRight, rightName, rightOption } from './right-names.ts';
import { explainPending, hasUncomparedWords, showWords } from './compare-words.ts';
import { formatTargetPattern, formatTemporary } from './targets.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type RightsOptions = CommonOptions &
  Readonly<{
    allow?: readonly string[];
    ask?: readonly string[];
    deny?: readonly string[];
    for?: string;
    handsOn?: readonly string[];
    answers?: 'on' | 'off';
    resetAgent?: readonly string[];
  }>;

/** Meanings of the rights, for the help. */
const DESCRIPTIONS: Readonly<Record<Right, string>> = {
  terminal: 'open terminals here: run any command as you',
  view: 'watch terminals here that someone shares with it, without typing',
  relay: 'connect through this machine to your others; the traffic stays encrypted',
  forward: 'reach any address that this machine can reach, including its own',
  prompt: "send prompts to this machine's OpenClaw gateways; agents there may run commands",
  message: 'write messages to AI agents of this machine; message=coder,tests for some of them only',
  send: 'put files into your inbox folder; nothing is replaced; send=1GiB asks you about larger transfers',
  wake: 'have this machine wake others in its local network, which are asleep',
  files:
    'open the folders that you share with it, and nothing else; denied until you share one: `clawreach files share`',
  introduce: 'make another machine known here; with allow, it gets what --hands-on names, without asking you',
};

/**
 * Registers `clawreach rights`, which shows and changes a peer's rights in the agent. A change starts an agent if none is
 * running.
 */
export const addRights: Registration = (program, run) => {
  addCommand(program, 'rights', 'show or change what a machine may do here', {
    description: [
      "Show or change the permissions of another machine on this one. If you haven't decided about a permission, you're asked each time; with " +
        '--deny, requests are declined without asking you. Withdrawing a permission closes whatever uses it.',
      '',
      'Permissions:',
      ...RIGHTS.map((right) => `  ${rightName(right).padEnd(12)}  ${DESCRIPTIONS[right]}`),
      '',
      'What you decide about single agents holds in place of what you decide about all; --deny message ends what single agents were allowed.',
      'Also shows the targets allowed one by one; `clawreach targets` changes them.',
    ].join('\n'),
    examples: [
      ['clawreach rights laptop', 'what it may do now'],
      ['clawreach rights laptop --allow terminal --for 2h', 'terminals, for two hours'],
      ['clawreach rights phone --for 30d', 'a browser: it ends in 30 days'],
      ['clawreach rights phone --answers on', 'a browser: it may answer requests of this machine'],
      ['clawreach rights laptop --deny terminal', 'no terminals, without asking you'],
      ['clawreach rights laptop --allow message=coder,tests', 'messages to these agents; about others you are asked'],
      ['clawreach rights laptop --deny message --allow message=coder', 'messages to this agent only'],
      ['clawreach rights laptop --allow send=1GiB', 'its files, but you are asked about transfers of more than 1 GiB'],
      ['clawreach rights laptop --allow pass-through', 'it may reach your other machines through this one'],
    ],
  })
    .argument('<name>', 'name or ID of the machine, or host of a plain relay')
    .addOption(rightOption('--allow <right...>', 'allow these, without asking'))
    .addOption(rightOption('--ask <right...>', 'ask me each time'))
    .addOption(rightOption('--deny <right...>', 'decline these, without asking'))
    .addOption(
      createRightOption(
        '--hands-on <right...>',
        'with introduce: what newcomers may get without asking you; none for nothing',
        [...INTRODUCED_RIGHTS.map(rightName), 'none'],
      ),
    )
    .addOption(
      new Option(
        '--answers <choice>',
        'for a browser: whether it may see the requests in the Inbox here, and approve each once or decline it',
      ).choices(['on', 'off']),
    )
    .option('--reset-agent <agent...>', 'messages to these agents: decide as about all others again')
    .option('--for <duration>', 'only for this time, such as 30m, 2h, 7d; alone: new end of a browser, tab, 12h or 30d')
    .action((name: string, options: RightsOptions) => run(options, (context) => rights(context, name, options)));
};

async function rights(context: CommandContext, name: string, options: RightsOptions): Promise<void> {
  const changes = collectChanges(options);
  const { answers } = options;
  const reset = (options.resetAgent ?? []).flatMap((text) => text.split(',')).map(requireAgentName);
  const isLife = changes.length === 0 && options.handsOn === undefined && answers === undefined && reset.length === 0;
  const life = isLife ? BROWSER_LIVES.find((known) => known === options.for) : undefined;
  if (life !== undefined) {
    await prolong(context, name, life);
    return;
  }
  const duration = options.for === undefined ? undefined : parseDuration(options.for);
  if (duration !== undefined && changes.every(({ decision }) => decision === 'deny'))
    throw new UsageError('usage.for', '--for needs --allow');
  if (duration !== undefined && changes.some(({ decision }) => decision === 'ask'))
    throw new UsageError('usage.for-ask', "--for can't be used with --ask");
  const words = options.handsOn?.filter((word) => word !== 'none');
  const handsOn = words === undefined ? undefined : introducedRights(words);
  const isView = changes.length === 0 && handsOn === undefined && answers === undefined && reset.length === 0;
  const client = isView ? await viewAgent(context) : await ensureAgent(context);
  const expiresAt = duration === undefined ? null : context.host.clock.now() + duration;
  let peer: PeerView;
  try {
    peer = await client.call('peers.get', { peer: name });
  } catch (error) {
    // The name may be that of a plain relay.
    const relay = errorCode(error) === 'peer.unknown' ? findPlainRelay(await readPlainRelays(client), name) : undefined;
    if (relay === undefined) throw error;
    if (handsOn !== undefined)
      throw new UsageError('usage.plain-right', 'a plain relay introduces no one', { details: { right: 'introduce' } });
    await rightsOfPlainRelay(context, client, relay, { changes, expiresAt });
    return;
  }
  const closed = await countClosed(client, peer, changes);
  // What is decided about all agents may end what was decided about single ones.
  for (const { right, decision, agent, most } of changes.toSorted(
    (one, next) => Number(isOfAgent(one)) - Number(isOfAgent(next)),
  )) {
    const grant = { decision, expiresAt: decision === 'deny' ? null : expiresAt };
    peer =
      agent === undefined
        ? await client.call('rights.set', {
            peer: peer.peerId,
            right,
            ...grant,
            ...(most === undefined ? {} : { most }),
          })
        : await client.call('rights.setAgent', { peer: peer.peerId, agent, ...grant });
  }
  for (const agent of reset)
    peer = await client.call('rights.setAgent', { peer: peer.peerId, agent, decision: null, expiresAt: null });
  if (answers !== undefined)
    peer = await client.call('peers.setAnswers', { peer: peer.peerId, answers: answers === 'on' });
  if (handsOn !== undefined) peer = await client.call('introductions.handOn', { peer: peer.peerId, rights: handsOn });
  const targets = await client.call('targets.list', { peer: peer.peerId });
  const temporary = await client.call('targets.temporary', { peer: peer.peerId });
  const now = context.host.clock.now();
  context.reporter.document({
    peer: peer.name,
    peerId: peer.peerId,
    rights: peer.rights,
    ...(peer.agents === undefined ? {} : { agents: peer.agents }),
    ...(peer.browser === undefined ? {} : { browser: peer.browser }),
    ...(peer.pairing === undefined ? {} : { pairing: peer.pairing }),
    ...(peer.rightsThere === undefined ? {} : { rightsThere: peer.rightsThere }),
    targets,
    temporary,
  });
  const changed = [...changes.map(({ right }) => right), ...(reset.length > 0 ? (['message'] as const) : [])];
  const isForwardShown = isView || changed.includes('forward');
  const shown = { rights: changed, handsOn: handsOn !== undefined || changed.includes('introduce') };
  context.reporter.lines(...formatRights(peer, now, isView ? EVERYTHING : shown));
  const there = isView ? describeRightsThere(peer, now) : undefined;
  if (there !== undefined) context.reporter.lines(`${peerName(peer)}  you may there: ${there}`);
  const unknown = await unknownAgents(client, changes);
  if (unknown.length > 0)
    context.reporter.note(
      `There is no agent ${unknown.map((one) => `"${one}"`).join(', ')} on this machine yet: \`clawreach agent add ${shellWord(unknown[0] ?? '')}\``,
    );
  if (closed > 0)
    context.reporter.note(`Closed ${closed} terminal${closed === 1 ? '' : 's'} that ${peerName(peer)} had open here.`);
  if (hasUncomparedWords(peer))
    context.reporter.note('', ...showWords(context, peer.pairing?.words ?? []), ...explainPending(peer));
  if (temporary.length > 0 && isForwardShown)
    context.reporter.lines(
      `${peerName(peer)}  reaches for now:`,
      ...temporary.map((target) => formatTemporary(target, peer, now)),
    );
  if (targets.length === 0 || !isForwardShown) return;
  const { decision } = peer.rights.forward;
  context.reporter.lines(
    `${peerName(peer)}  ${TARGET_HEADINGS[decision]}`,
    ...targets.map((one) => formatTargetPattern(one, now)),
  );
}

/** Returns the agents that changes allow or ask about, and that this machine doesn't have. They may be added later. */
async function unknownAgents(client: AppApiClient, changes: readonly Change[]): Promise<readonly string[]> {
  const named = changes.flatMap(({ agent, decision }) => (agent === undefined || decision === 'deny' ? [] : [agent]));
  if (named.length === 0) return [];
  try {
    const known = await client.call('agents.list', {});
    return named.filter((agent) => !known.some(({ name }) => name === agent));
  } catch {
    // The right is set in any case.
    return [];
  }
}

/** Counts the terminals of a peer here that the changes close: those open while terminals were allowed, and no longer are. */
async function countClosed(client: AppApiClient, peer: PeerView, changes: readonly Change[]): Promise<number> {
  const isWithdrawn = changes.some(({ right, decision }) => right === 'terminal' && decision !== 'allow');
  if (!isWithdrawn || peer.rights.terminal.decision !== 'allow') return 0;
  try {
    const served = await client.call('terminal.served', {});
    return served.filter(({ peerId }) => peerId === peer.peerId).length;
  } catch {
    // The right is withdrawn in any case.
    return 0;
  }
}

/** Sets the end of a browser, and prints its rights. */
async function prolong(context: CommandContext, name: string, life: BrowserLife): Promise<void> {
  const client = await ensureAgent(context);
  const { peerId } = await client.call('peers.get', { peer: name });
  const peer = await client.call('peers.setBrowserLife', { peer: peerId, life });
  context.reporter.document({ peer: peer.name, peerId, browser: peer.browser, rights: peer.rights });
  context.reporter.lines(...formatRights(peer, context.host.clock.now()));
}

/** Changes and prints the rights of a plain relay. @throws {UsageError} `usage.plain-right` for a right that it can't have */
async function rightsOfPlainRelay(
  { reporter, host }: CommandContext,
  client: AppApiClient,
  found: PlainRelayView,
  { changes, expiresAt }: Readonly<{ changes: readonly Change[]; expiresAt: number | null }>,
): Promise<void> {
  const plain = changes.map(({ right: wanted, decision }) => {
    const right = PLAIN_RELAY_RIGHTS.find((held) => held === wanted);
    if (right !== undefined) return { right, decision };
    throw new UsageError('usage.plain-right', 'not a right of plain relays', { details: { right: rightName(wanted) } });
  });
  let relay = found;
  for (const { right, decision } of plain)
    relay = await client.call('plainRelays.setRight', {
      relay: relay.id,
      right,
      decision,
      expiresAt: decision === 'deny' ? null : expiresAt,
    });
  reporter.document(relay);
  const now = host.clock.now();
  reporter.lines(
    ...PLAIN_RELAY_RIGHTS.map((right) => {
      const { decision, expiresAt: until } = relay.rights[right];
      return `${printable(relay.name)}  ${rightName(right)}: ${decisionText({ decision, expiresAt: until }, now)}`;
    }),
    `${RELAY_READS}.`,
  );
}

/** `agent`: only messages to this agent. `most`: only transfers of up to so many bytes. */
type Change = Readonly<{ right: Right; decision: RightDecision; agent?: string; most?: number }>;

function isOfAgent({ agent }: Change): boolean {
  return agent !== undefined;
}

/**
 * Returns the changes that the options `--allow`, `--ask` and `--deny` express.
 * @throws {UsageError} `usage.right` for an unknown right, `usage.rights-conflict` for one named twice, `usage.command-line` for agents of another right
 * than `message`, or that can't be agents, and for a size of another right or decision than `--allow send`
 */
function collectChanges(options: Readonly<Pick<RightsOptions, 'allow' | 'ask' | 'deny'>>): readonly Change[] {
  const named = new Set<string>();
  return (['allow', 'ask', 'deny'] as const).flatMap((decision) =>
    (options[decision] ?? [])
      .flatMap((text) => text.split(' ').flatMap(rightsInWord))
      .map(({ right, agent, most }) => {
        if (most !== undefined && decision !== 'allow')
          throw badValue('A size goes with --allow, such as --allow send=1GiB.');
        const name = agent === undefined ? rightName(right) : `${rightName(right)}=${agent}`;
        if (named.has(name))
          throw new UsageError('usage.rights-conflict', `${name} is given twice`, { details: { right: name } });
        named.add(name);
        return { right, decision, ...(agent === undefined ? {} : { agent }), ...(most === undefined ? {} : { most }) };
      }),
  );
}

/** Returns what a word such as `terminal,message=coder,tests` names: rights, and after `=` the agents of the last one, or its largest size. */
function rightsInWord(word: string): readonly Omit<Change, 'decision'>[] {
  const at = word.indexOf('=');
  if (at === -1) return word.split(',').map((text) => ({ right: parseRight(text) }));
  const rights = word.slice(0, at).split(',').map(parseRight);
  const last = rights.pop();
  if (last === 'send') {
    const size = word.slice(at + 1);
    const most = parseSize(size);
    if (most === undefined) throw badValue(`"${printable(size)}" isn't a size. Write it like 500MiB or 2GiB.`);
    return [...rights.map((right) => ({ right })), { right: last, most }];
  }
  if (last !== 'message')
    throw badValue('Only message can name agents, such as message=coder,tests, and send a size, such as send=1GiB.');
  const agents = word
    .slice(at + 1)
    .split(',')
    .map(requireAgentName);
  return [...rights.map((right) => ({ right })), ...agents.map((agent) => ({ right: 'message' as const, agent }))];
}

function requireAgentName(text: string): string {
  if (AGENT_NAME.test(text)) return text;
  throw badValue(`"${printable(text)}" can't be an agent: a name has lower-case letters, digits, ".", "_" and "-".`);
}

function badValue(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach rights --help' } });
}

/** Words for the decisions about a right. */
const DECISIONS: Readonly<Record<RightDecision, string>> = {
  allow: 'allowed',
  ask: 'asks you each time',
  deny: 'denied',
};

/** Formats a decision with its end and limit; one that has expired asks again. */
function decisionText({ decision, expiresAt, most }: Grant, now: number): string {
  const limit = most === undefined ? '' : `, up to ${formatBinaryBytes(most)} a transfer`;
  if (expiresAt === null) return DECISIONS[decision] + limit;
  const end = formatEnd(expiresAt, now);
  return expiresAt > now
    ? `${DECISIONS[decision]} until ${end}${limit}`
    : `${DECISIONS.ask} (${DECISIONS[decision]} until ${end}, expired)`;
}

/** Headings of the list of targets, by the decision about the right `forward`. */
const TARGET_HEADINGS: Readonly<Record<RightDecision, string>> = {
  allow: 'targets (all others are allowed too):',
  ask: 'targets allowed without asking:',
  deny: 'targets (no effect while forward is denied):',
};

/** Rights that are printed: all of a peer, or those that the command has changed. `handsOn`: also what it may give to newcomers. */
type ShownRights = Readonly<{ rights: readonly Right[]; handsOn: boolean }>;
const EVERYTHING: ShownRights = { rights: RIGHTS, handsOn: true };

/** Formats one line for each right. */
function formatRights(peer: PeerView, now: number, shown: ShownRights = EVERYTHING): readonly string[] {
  const mark = peer.browser === undefined ? [] : [`${peerName(peer)}  ${browserText(peer.browser, now)}`];
  const lines = RIGHTS.filter((right) => shown.rights.includes(right)).map((right) => {
    const pending = peer.pairing?.pending[right];
    const suffix = pending === undefined ? '' : '; allowed after you confirm the words';
    return `${peerName(peer)}  ${rightName(right)}: ${decisionText(peer.rights[right], now)}${suffix}`;
  });
  const agents = shown.rights.includes('message') ? (peer.agents ?? []) : [];
  lines.push(
    ...agents.map(
      ({ agent, ...grant }) => `${peerName(peer)}  ${rightName('message')}=${agent}: ${decisionText(grant, now)}`,
    ),
  );
  const introduced =
    peer.introduced === undefined
      ? []
      : [
          `${peerName(peer)}  introduced by ${printable(peer.introduced.byName)} until ${formatEnd(peer.introduced.endsAt, now)}`,
        ];
  const handsOn =
    peer.handsOn === undefined || !shown.handsOn
      ? []
      : [`${peerName(peer)}  may hand on: ${peer.handsOn.map(rightName).join(', ')}`];
  return [...mark, ...introduced, ...lines, ...handsOn];
}
