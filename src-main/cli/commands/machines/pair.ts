import { Option } from 'commander';
import type {
  AppApiClient,
  BrowserLife,
  CallOutput,
  CallProgress,
  PairingResult,
  PeerView,
  Right,
} from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { commandWithPin } from '#shared/relay-dialer/index.ts';
import { parseCode, parsePairingLink } from '#shared/pairing/index.ts';
import { chooseRelay, ensureAgent, ensureRelay, interruptibleDelay, readCodeInput } from '../../control/index.ts';
import { InterruptedError, ProblemError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { describeError, renderQrText, formatCountdown, formatTime, printable } from '../../output/index.ts';
import { browserLifeOption } from './browser-life.ts';
import { compareWords, explainDifference, explainPending, hasUncomparedWords, showWords } from './compare-words.ts';
import { commandColumns, describeRights, nameWord, peerName, peerWord, shellWord } from './peer-format.ts';
import {
  addCommand,
  addRelayOptions,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';
import { parseRights, rightName, rightOption } from './right-names.ts';

type PairOptions = CommonOptions &
  RelayFlags &
  Readonly<{
    name?: string;
    allow?: readonly string[];
    link?: boolean;
    qr?: boolean;
    at?: string;
    shell?: string;
    wordsConfirmedElsewhere?: boolean;
    for?: BrowserLife;
    connector?: boolean;
  }>;

/** Environment variable with a code or link, for joining without a question. */
const CODE_VARIABLE = 'CLAWREACH_PAIR_CODE';
/** Longest wait for a joiner that hasn't reported that it stored the pairing, ms. */
const FINISH_TIMEOUT = 5000;
/** Number of codes that a person may enter. */
const MAX_ANSWERS = 3;
/** Interval at which the agent is asked about the joiner, ms. */
const POLL_INTERVAL = 200;

type Invitation = CallOutput<'pairing.invite'>;

/**
 * Registers `clawreach pair`, which lets the agent create an invitation or join one, shows the four words, and asks
 * about them and about terminals. Sets up the relay, and starts an agent if none is running.
 */
export const addPair: Registration = (program, run) => {
  const command = addCommand(program, 'pair', 'pair with another machine: show a code here, or enter its code', {
    description: [
      'Pair this machine with another one. You do this once. One machine shows a code (`clawreach pair`), the other asks for it (`clawreach ' +
        'pair -`). A code works once, for ten minutes. In one network no relay is needed.',
      '',
      "Both screens then show four words. Compare them: if they match, no one is intercepting. A paired machine can't do anything here until you " +
        'confirm the words, and has to ask for everything that you have not allowed.',
      '',
      'In a terminal, each side is then asked whether the other machine may open terminals here without asking; Enter means no. --allow answers it.',
    ].join('\n'),
    examples: [
      ['clawreach pair', 'shows a code and waits'],
      ['clawreach pair -', 'on the other machine: asks for the code'],
      ['clawreach pair - --at 192.168.1.20', 'joins the machine at that address, without a search'],
      ['clawreach pair - --at nas.local', 'the same by name'],
      ['clawreach pair --allow terminal', 'also lets the other machine open terminals here'],
      ['clawreach pair --for 30d', 'a browser may open terminals here for 30 days; other machines have no end'],
      ['clawreach pair --qr', 'shows a link and QR code, which include the relay'],
    ],
  });
  addRelayOptions(command)
    .argument(
      '[-]',
      `join: asks for the code or clawreach:// link, or reads it from standard input (${CODE_VARIABLE}); not an argument, which others could read`,
    )
    .addOption(new Option('--name <name>', 'name of this machine, as the other one sees it').argParser(parseName))
    .addOption(rightOption('--allow <right...>', 'permissions of the other machine here, after you confirm the words'))
    .addOption(browserLifeOption())
    .option('--words-confirmed-elsewhere', "don't ask about the words, for scripts that compare them another way")
    .option(
      '--at <address>',
      'address or name of the machine that shows the code, with its port if it has another than 7473',
    )
    .option('--link', 'show a link instead of a code')
    .option('--qr', 'show a link and its QR code')
    .option('--shell <path>', 'program to run in terminals here, if this command starts ClawReach')
    .addOption(new Option('--connector').hideHelp())
    .action((code: string | undefined, options: PairOptions) =>
      run(options, (context) => pair(context, code, options)),
    );
};

async function pair(context: CommandContext, argument: string | undefined, options: PairOptions): Promise<number> {
  const asLink = options.link === true || options.qr === true;
  if (argument === '-' && options.admissionStdin === true)
    throw new UsageError('usage.admission', 'the standard input is read once', {
      details: { reason: 'Standard input is already used for the code', variable: 'CLAWREACH_ADMISSION' },
    });
  // The agent starts while the person types, which ends the question if it fails.
  const starting =
    argument === '-' && context.prompter.available && !asLink
      ? ensureAgent(context, { createsProfile: true, shell: options.shell })
      : undefined;
  const failed = new AbortController();
  starting?.catch((error: unknown) => failed.abort(error));
  const code = await readCode(context, argument, options, asLink, failed.signal);
  if (code !== undefined && asLink)
    throw new UsageError('usage.pair', '--link and --qr are for inviting, without a code');
  const at = options.at?.trim();
  if (at !== undefined && code === undefined)
    throw new UsageError('usage.pair-at', '--at is for joining', { details: { address: at } });
  const allow = parseRights(options.allow);
  const isLink = code !== undefined && isPairingLink(code);
  const client = await (starting ?? ensureAgent(context, { createsProfile: true, shell: options.shell }));
  if (options.name !== undefined) await client.call('device.rename', { name: options.name });
  // A link names its own relay or address. A typed address needs no relay.
  const { host } = context;
  const { relay } = await client.call('status.get', {}, { signal: host.interrupted });
  const isNamed = chooseRelay(options, host.variables, relay.url).from !== 'nowhere';
  let trouble: unknown;
  if (options.relay !== undefined || (isNamed && !isLink && at === undefined)) {
    try {
      await ensureRelay(context, client, options, { acceptUnadmitted: code !== undefined });
    } catch (error) {
      // A relay that was set up before may be away or refuse this machine: this network is enough then, if the agent accepts direct connections.
      if (options.relay !== undefined || relay.url === null || host.interrupted.aborted) throw error;
      trouble = error;
    }
  }
  const before = (await client.call('status.get', {}, { signal: host.interrupted })).relay.url;
  const known = options.name === undefined ? [] : await client.call('peers.list', {});
  const result =
    code === undefined
      ? await invite(context, client, { allow, asLink, qr: options.qr === true, trouble })
      : await join(context, client, code, allow, at);
  // The other machine's relay, or that of a link.
  const { url } = (await client.call('status.get', {}, { signal: host.interrupted })).relay;
  if (url !== null && url !== before) context.reporter.prose(`This machine now uses the relay ${printable(url)}.`);
  const exit = await finish(context, client, result, {
    isConfirmedElsewhere: options.wordsConfirmedElsewhere === true,
    life: options.for,
  });
  if (exit === EXIT.ok && code !== undefined) await explainRefusal(context, client);
  if (exit === EXIT.ok && known.some(({ peerId }) => peerId === result.peer.peerId))
    context.reporter.note(...(await explainKeptName(client, result.peer)));
  return exit;
}

/**
 * Reads the code or link of the other machine. Malformed text is rejected before anything is dialed; a person is asked again.
 * @param signal ends the question
 * @returns undefined to invite
 * @throws {PairingError} `pairing.code-format`, `pairing.link-format`; errors of `readCodeInput`
 */
async function readCode(
  context: CommandContext,
  argument: string | undefined,
  options: PairOptions,
  asLink: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let answers = 1; ; answers += 1) {
    const code = await readCodeInput(context, {
      argument,
      ...(asLink ? {} : { variable: CODE_VARIABLE }),
      question: 'Code or link of the other machine:',
      command: 'clawreach pair -',
      signal,
      isTolerated: options.connector === true,
    });
    try {
      if (code !== undefined && isPairingLink(code)) parsePairingLink(code);
      else if (code !== undefined) parseCode(code);
      return code;
    } catch (error) {
      const isTyped = argument === '-' && context.prompter.available && code !== '';
      if (!isTyped || answers >= MAX_ANSWERS) throw error;
      const { what, why } = describeError(error);
      context.reporter.note(`${what} ${why}`.trim());
    }
  }
}

const isPairingLink = (text: string): boolean => /^\s*clawreach:/i.test(text);

/** Says that the relay of this machine still wants a token or an account, which the new peer couldn't spare it. */
async function explainRefusal({ reporter }: CommandContext, client: AppApiClient): Promise<void> {
  const { relay } = await client.call('status.get', {});
  if (relay.url === null) return;
  if (relay.problem === 'relay.enrolment-needed')
    reporter.note(
      `The relay ${printable(relay.url)} admits devices of its accounts only, so only machines in this network reach this one. With a code from its page:`,
      '    clawreach account link CODE',
    );
  if (relay.problem !== 'relay.admission-needed') return;
  reporter.note(
    `The relay ${printable(relay.url)} doesn't admit this machine yet, so only machines in this network reach it. For its admission token:`,
    `    clawreach config relay ${shellWord(relay.url)}`,
  );
}

/** Says that the name of this machine doesn't reach a machine that knew it, whose user has chosen another one or will. */
async function explainKeptName(client: AppApiClient, peer: PeerView): Promise<readonly string[]> {
  const { device } = await client.call('status.get', {});
  const name = peerName(peer);
  return [
    `If ${name} knew this machine before, it keeps the name that it has for it. To change that, on ${name}:`,
    `    clawreach rename ${shellWord(device.shortId)} ${nameWord(device.name, device.shortId)}`,
  ];
}

/** Options of an invitation. `trouble`: error of the relay, which is away; undefined if it works, or there is none. */
type InviteOptions = Readonly<{ allow: Right[]; asLink: boolean; qr: boolean; trouble: unknown }>;

/**
 * Shows a code and waits for another machine, unless one is paired already. Used by `clawreach run --pair`, which goes on if no one enters the code
 * in time. There is one code per start, so that a machine that no one pairs doesn't invite forever.
 */
export async function showFirstCode(context: CommandContext, client: AppApiClient, allow: Right[]): Promise<void> {
  const { host, reporter } = context;
  if ((await client.call('peers.list', {})).length > 0) return;
  try {
    await finish(
      context,
      client,
      await invite(context, client, { allow, asLink: false, qr: false, trouble: undefined }),
      { isConfirmedElsewhere: false, life: undefined },
    );
  } catch (error) {
    if (host.interrupted.aborted) return;
    const { what, code } = describeError(error);
    reporter.note(`${what}  [${code}]`, '  For another code, start this machine again, or run `clawreach pair` on it.');
  }
}

async function invite(
  context: CommandContext,
  client: AppApiClient,
  { allow, asLink, qr, trouble }: InviteOptions,
): Promise<PairingResult> {
  const { reporter, host } = context;
  const invitation = await client
    .call('pairing.invite', { allow, ...(asLink ? { link: true } : {}) }, { signal: host.interrupted })
    .catch((error: unknown) => {
      throw trouble ?? error;
    });
  reporter.document({ event: 'invitation', ...invitation });
  if (trouble instanceof ClawReachError) {
    const { what, next } = commandErrorText(trouble.code, trouble.message, trouble.details);
    reporter.note(printable(`${what} ${next}`.trim()), '');
  }
  reporter.prose(...showInvitation(context, invitation, qr));
  const stop = countDown(context, invitation.expiresAt);
  try {
    return await client.call(
      'pairing.result',
      { pairing: invitation.pairing },
      {
        signal: host.interrupted,
        onProgress: (progress) => {
          stop();
          showProgress(context, progress);
        },
      },
    );
  } catch (error) {
    if (errorCode(error) === 'pairing.wrong-code') {
      // The texts speak to the machine where the code was entered.
      const words = ['clawreach pair', ...(qr ? ['--qr'] : asLink ? ['--link'] : []), ...allowWords(allow)].join(' ');
      throw new ProblemError('pairing.wrong-code', {}, `Run it again here, for a new code: \`${words}\``, {
        isDropped: true,
      });
    }
    if (!host.interrupted.aborted) throw error;
    reporter.clearProgress();
    // After Ctrl-C the code must no longer work.
    const isCancelled = await client.call('pairing.cancel', { pairing: invitation.pairing }).then(
      () => true,
      () => false,
    );
    if (isCancelled) reporter.note('Cancelled. The code no longer works.');
    throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : error;
  } finally {
    stop();
    reporter.clearProgress();
  }
}

function allowWords(allow: readonly Right[]): readonly string[] {
  return allow.length === 0 ? [] : ['--allow', ...allow.map(rightName)];
}

async function join(
  context: CommandContext,
  client: AppApiClient,
  codeOrLink: string,
  allow: Right[],
  at: string | undefined,
): Promise<PairingResult> {
  context.reporter.progress('Looking for the other machine…');
  try {
    return await client.call(
      'pairing.join',
      { codeOrLink: codeOrLink.trim(), allow, ...(at === undefined ? {} : { at }) },
      { signal: context.host.interrupted, onProgress: (progress) => showProgress(context, progress) },
    );
  } finally {
    context.reporter.clearProgress();
  }
}

function showInvitation(
  context: CommandContext,
  { code, link, pin, relay: relayUrl, addresses, away }: Invitation,
  qr: boolean,
): readonly string[] {
  const { reporter } = context;
  const { bold } = reporter.style;
  const [address] = addresses;
  if (code !== null && relayUrl === null) {
    return [
      'Pairing code',
      '',
      `    ${bold(code)}`,
      '',
      ...showAway(away),
      'On your other machine, choose "Pair a machine" in the window and enter the code, or run:',
      '',
      '    clawreach pair -',
      '',
      ...(address === undefined
        ? []
        : [
            `If it finds nothing, add the address ${printable(address)}:`,
            '',
            `    clawreach pair - --at ${shellWord(address)}`,
            '',
          ]),
    ];
  }
  if (code !== null) {
    const command = `    clawreach pair - --relay ${shellWord(relayUrl ?? '')}`;
    return [
      'Pairing code',
      '',
      `    ${bold(code)}`,
      '',
      'On your other machine, choose "Pair a machine" in the window and enter the code, or run:',
      '',
      '    clawreach pair -',
      '',
      'If that machine is in another network and new at this relay, run there instead (or use the link that `clawreach pair --link` shows here):',
      '',
      ...(pin === null ? [command] : commandWithPin(command, pin, commandColumns(context))),
      '',
    ];
  }
  const text = printable(link ?? '');
  const drawing = qr ? fitQr(text, reporter.columns, reporter.style.enabled) : [];
  return [
    ...drawing,
    drawing.length > 0
      ? 'Scan the code with the other device, or run `clawreach pair -` there and paste this link:'
      : 'On the other machine, run `clawreach pair -` and paste this link:',
    '',
    bold(text),
    '',
    ...showAway(away),
    'Anyone who has this link can pair with this machine once.',
    'Send it in a way you trust.',
    '',
  ];
}

function showAway(away: Invitation['away']): readonly string[] {
  if (away === undefined) return [];
  if (away.problem !== undefined) return ["The relay can't be used; works in this network.", ''];
  const later = away.returns ? ["It also works at the relay, once that's back."] : [];
  return ["The relay can't be reached; works in this network.", ...later, ''];
}

function fitQr(text: string, columns: number, coloured: boolean): readonly string[] {
  const lines = renderQrText(text, coloured);
  // Without colours, since escape sequences would count as width.
  const width = renderQrText(text, false)[0]?.length ?? 0;
  if (columns > 0 && width > columns)
    return [`(The QR code needs ${width} columns; this terminal has ${columns}.)`, ''];
  return [...lines, ''];
}

/** Shows the remaining time of the code, updated each second. Returns a function that stops this. */
function countDown({ reporter, host }: CommandContext, expiresAt: number): () => void {
  const { clock } = host;
  let stopped = false;
  let timer = clock.setTimer(0, tick);
  function tick(): void {
    if (stopped) return;
    const left = expiresAt - clock.now();
    reporter.progress(`Waiting, ${formatCountdown(left)} left. Ctrl-C cancels.`);
    if (left > 0) timer = clock.setTimer(1000, tick);
  }
  return () => {
    stopped = true;
    timer.cancel();
  };
}

function showProgress({ reporter }: CommandContext, progress: CallProgress<'pairing.result'>): void {
  reporter.document({ event: progress });
  reporter.progress(progress === 'joined' ? 'Checking the code…' : 'Confirming…');
}

/** Prints the paired machine and its words, asks whether they match, and returns the exit code. */
async function finish(
  context: CommandContext,
  client: AppApiClient,
  result: PairingResult,
  { isConfirmedElsewhere, life }: Readonly<{ isConfirmedElsewhere: boolean; life: BrowserLife | undefined }>,
): Promise<number> {
  const { reporter } = context;
  const isOpen = hasUncomparedWords(result.peer);
  const isKnown = result.peer.pairing?.compared === true;
  const known =
    isOpen && isConfirmedElsewhere ? (await compareWords(context, client, result.peer, true, life)).peer : result.peer;
  const word = peerWord(known);
  reporter.document({ event: 'paired', words: result.words, peer: known });
  reporter.prose(
    `Paired with ${reporter.style.bold(peerName(known))} (${printable(known.shortId)}…).`,
    ...(isKnown ? ['You have compared its words before, and it has the same key.'] : []),
    ...showWords(context, result.words),
  );
  const { comparison, peer } = hasUncomparedWords(known)
    ? await compareWords(context, client, known, false, life)
    : { comparison: 'same', peer: known };
  if (comparison === 'differ') {
    reporter.prose(...explainDifference(peer));
    return EXIT.authentication;
  }
  if (comparison === 'later') reporter.prose(...explainPending(peer));
  else {
    if (!isOpen && !isKnown)
      reporter.prose('If they differ, someone may be intercepting. Remove it:', `    clawreach forget ${word}`);
    await offerTerminals(context, client, peer);
  }
  // Before the words are compared, the command would only ask about them.
  if (comparison === 'same' && peer.browser === undefined)
    reporter.prose(`To open a terminal there: clawreach connect ${word}`);
  await waitUntilFinished(context, client, peer);
  return EXIT.ok;
}

/** Asks whether the peer may open terminals here, unless `--allow` decided it, and prints the result. */
async function offerTerminals(
  { reporter, prompter, host }: CommandContext,
  client: AppApiClient,
  peer: PeerView,
): Promise<void> {
  const name = peerName(peer);
  const word = peerWord(peer);
  if (peer.browser !== undefined) {
    reporter.prose(
      `${name} may do here: ${describeRights(peer, host.clock.now())}`,
      `To set another end: clawreach rights ${word} --for 30d. To end it now: clawreach forget ${word}`,
    );
    return;
  }
  if (peer.rights.terminal.decision === 'allow') {
    const { device } = await client.call('status.get', {});
    reporter.prose(`${name} may open terminals here. On ${name}: clawreach connect ${peerWord(device)}`);
  } else if (prompter.available && (await prompter.confirm(`Allow ${name} to open terminals on this machine?`))) {
    await client.call('rights.set', { peer: peer.peerId, right: 'terminal', decision: 'allow', expiresAt: null });
    reporter.prose(`${name} may open terminals here. To withdraw this: clawreach rights ${word} --deny terminal`);
  } else {
    reporter.prose(
      peer.rights.terminal.decision === 'deny'
        ? `${name} may not open terminals here. To let it open them without asking:`
        : `${name} has to ask before opening terminals here. To let it open them without asking:`,
      `    clawreach rights ${word} --allow terminal`,
    );
  }
}

/**
 * Waits up to five seconds until the joiner has reported that it stored the pairing, or has linked. Prints a warning if
 * it does neither, since the agent then removes the peer.
 */
async function waitUntilFinished(context: CommandContext, client: AppApiClient, peer: PeerView): Promise<void> {
  const { reporter, host } = context;
  const deadline = host.clock.monotonic() + FINISH_TIMEOUT;
  for (let current = peer; current.unfinishedUntil !== undefined;) {
    if (host.clock.monotonic() >= deadline) {
      const until = formatTime(current.unfinishedUntil, host.clock.now());
      reporter.note(
        reporter.noteStyle.yellow(
          `${peerName(peer)} hasn't finished pairing. It is removed at ${until} unless it connects. If that happens, pair again.`,
        ),
      );
      return;
    }
    await interruptibleDelay(context, POLL_INTERVAL);
    current = await client.call('peers.get', { peer: peer.peerId });
  }
}
