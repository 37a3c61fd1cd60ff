import {
  SERVICE_KINDS,
  type AgentStatus,
  type ApprovalView,
  type BrowserEnd,
  type EventPayload,
  type Right,
  type ServiceKind,
} from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { chooseRelay, ensureRelay, namesAdmission, interruptibleDelay, startAgent } from '../../control/index.ts';
import { AgentError } from '../../errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { describeError, printable } from '../../output/index.ts';
import { askerText, confirmCommand, factLines, approvalText } from '../machines/approval-format.ts';
import { forgotNote } from '../machines/forgot-note.ts';
import { showFirstCode } from '../machines/pair.ts';
import { offerConfig } from '../machines/plain-relay.ts';
import { parseRights, rightOption } from '../machines/right-names.ts';
import { formatRelayStatus } from './relay-format.ts';
import { superviseAgent } from './supervise.ts';
import {
  addCommand,
  addRelayOptions,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';
import { Option } from 'commander';

/** Words for the end of a browser, by cause. */
const ENDED: Readonly<Record<BrowserEnd, (name: string) => string>> = {
  time: (name) => `The time of ${name} is over.`,
  'sign-out': (name) => `${name} signed out, or its session ended.`,
  tab: (name) => `The tab of ${name} was closed.`,
};

type RunOptions = CommonOptions &
  RelayFlags &
  Readonly<{
    name?: string;
    shell?: string;
    detach?: boolean;
    pair?: boolean;
    allow?: readonly string[];
    detachedChild?: boolean;
    service?: ServiceKind;
    watched?: boolean;
    /** Configuration file of a connector, from `clawreach --config FILE`. */
    connectorConfig?: string;
  }>;

/** Interval at which a service checks whether another agent still uses its profile, ms. */
const POLL_INTERVAL = 1000;

/**
 * Registers `clawreach run`, whose process becomes the agent. With `--detach` it starts the agent as another process instead and ends, also with a relay that doesn't answer. Otherwise
 * prints status changes until the agent stops. May set up the relay.
 */
export const addRun: Registration = (program, run) => {
  const command = addCommand(program, 'run', 'run ClawReach in the foreground, without a window', {
    description: [
      'Run ClawReach in the foreground, without a window, and print a line for each change. Ctrl-C stops it and ends the terminals that run ' +
        'on this machine. After another signal, such as SIGTERM, they keep running for ten minutes, and the next start takes them over.',
      '',
      "Other commands use the ClawReach that runs with the same profile. If it isn't running, they start it in the background; those that only show something, " +
        'such as `list`, `history` and `approvals`, do not.',
    ].join('\n'),
    examples: [
      [
        'clawreach run --name office --relay wss://relay.example:7474',
        'asks for the admission token if the relay needs it',
      ],
      ['clawreach run --detach', 'in the background; `clawreach stop` stops it'],
      ['clawreach run --pair', 'shows a pairing code, until a machine is paired'],
    ],
  });
  addRelayOptions(command)
    .addOption(
      new Option('--name <name>', 'name of this machine, as others see it when they pair').argParser(parseName),
    )
    .option('--shell <path>', 'program to run in terminals instead of the login shell')
    .addOption(new Option('--detach', 'run in the background').conflicts('pair'))
    .option('--pair', 'show a pairing code at the start if no machine is paired yet')
    .addOption(
      rightOption(
        '--allow <right...>',
        'with --pair: permissions of the other machine here, after you confirm the words',
      ),
    )
    .addOption(new Option('--detached-child').hideHelp())
    .addOption(new Option('--service <kind>').choices(SERVICE_KINDS).hideHelp())
    .addOption(new Option('--watched').hideHelp())
    .addOption(new Option('--connector-config <file>').hideHelp())
    .action((options: RunOptions) => run(options, (context) => runAgent(context, options)));
};

async function runAgent(context: CommandContext, options: RunOptions): Promise<number | void> {
  const { host, profile } = context;
  const { service } = options;
  const allow = parseRights(options.allow);
  // Scheduled tasks are the only service manager here that ignores the exit code, so this process restarts the agent.
  if (service === 'task' && options.watched !== true) return superviseAgent(context, serviceWords(context, options));
  if (service !== undefined) await waitForProfile(context);
  const running = await context.connect();
  if (running !== undefined) {
    const { pid, relay } = await running.call('status.get', {});
    if (
      options.detach === true &&
      options.relay === undefined &&
      options.name === undefined &&
      options.shell === undefined
    ) {
      context.reporter.document({ pid, profile, running: true, relay });
      context.reporter.lines(`ClawReach is already running (pid ${pid}).`);
      return;
    }
    throw new AgentError('control.in-use', 'an agent is running already', { details: { pid } });
  }
  if (options.detach === true) return detach(context, options);
  await host.prepareProfile(profile);
  const background = options.detachedChild === true;
  const { reporter } = context;
  const given = new AbortController();
  await host.runHeadless({
    profile,
    background,
    signal: AbortSignal.any([host.interrupted, given.signal]),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.shell === undefined ? {} : { shell: options.shell }),
    ...(service === undefined ? {} : { service }),
    onTerminalsKept: (terminals) => {
      if (!background) reporter.note(keptLine(terminals));
    },
    onReady: (status) => {
      // A background agent has no terminal to print to; its log has everything.
      if (!background) void follow(context, options, status, allow).catch((error: unknown) => given.abort(error));
    },
  });
  if (host.interrupted.aborted && !background) reporter.note('ClawReach has stopped.');
  // A wrong option must end the process, so that a service manager and its person notice.
  if (given.signal.aborted) throw given.signal.reason;
}

/** Returns the command line for the agent process that a scheduled task supervises. */
function serviceWords({ profile }: CommandContext, { name, shell }: RunOptions): readonly string[] {
  return [
    'run',
    `--profile=${profile}`,
    '--service=task',
    '--watched',
    ...(name === undefined ? [] : [`--name=${name}`]),
    ...(shell === undefined ? [] : [`--shell=${shell}`]),
  ];
}

/**
 * Waits until another agent that uses the profile, such as the desktop application's, has ended. If a service exited
 * instead, its manager would restart it over and over.
 */
async function waitForProfile(context: CommandContext): Promise<void> {
  const { host } = context;
  while (!host.interrupted.aborted) {
    const running = await context.connect();
    if (running === undefined) return;
    await Promise.race([running.closed, aborted(host.interrupted)]);
    // Perhaps only its connection ended, not the agent.
    await interruptibleDelay(context, POLL_INTERVAL);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function detach(context: CommandContext, options: RunOptions): Promise<void> {
  const { host, reporter } = context;
  const agent = await startAgent(context, { name: options.name, shell: options.shell, quiet: true });
  const started = `ClawReach is running in the background (pid ${agent.pid}, log ${agent.logFile}). \`clawreach stop\` stops it.`;
  let { relay } = await agent.client.call('status.get', {});
  if (chooseRelay(options, host.variables, relay.url).from !== 'nowhere') {
    try {
      relay = await ensureRelay(context, agent.client, options);
    } catch (error) {
      // It has started, whatever is wrong with its relay; what only the person can mend is an error still.
      if (exitCodeOf(errorCode(error)) !== EXIT.relayUnreachable || host.interrupted.aborted) {
        reporter.note(started);
        throw error;
      }
      ({ relay } = await agent.client.call('status.get', {}));
    }
  }
  reporter.document({ pid: agent.pid, profile: context.profile, log: agent.logFile, relay });
  reporter.lines(started, formatRelayStatus(relay, host.clock.now()));
}

/**
 * Prints the agent's status changes and requests, received over the control socket, until the agent stops.
 * Rejects if the relay of the command line is untrusted or rejects this device; other problems may resolve by
 * themselves.
 */
async function follow(context: CommandContext, options: RunOptions, first: AgentStatus, allow: Right[]): Promise<void> {
  const { host, reporter, prompter } = context;
  const choice = chooseRelay(options, host.variables, first.relay.url);
  // Without a relay, machines in the network are reached directly.
  const setsUp = choice.from !== 'nowhere';
  const isSaid = options.relay !== undefined || options.pin !== undefined || namesAdmission(options);
  let latest = first;
  // Setting up the relay prints its own lines and asks questions, which status lines must not overwrite.
  let settingUp = setsUp && prompter.available;
  let last: string | undefined;
  const show = (status: AgentStatus): void => {
    latest = status;
    if (settingUp) return;
    const line = statusLine(status, host.clock.now());
    const key = statusLine(status, 0);
    if (key === last) return;
    last = key;
    print(context, { event: 'status', status }, line);
  };
  try {
    const client = await context.connect();
    if (client === undefined) return;
    print(
      context,
      { event: 'started', pid: first.pid, profile: first.profile },
      `${printable(first.device.name)} (${printable(first.device.shortId)}…), profile ${first.profile}`,
    );
    // The first status is printed unless it only says that no relay is set, which this command is about to change.
    if (!setsUp || first.relay.state !== 'none') show(first);
    client.on('status.changed', show);
    let known = new Set<number>();
    client.on('approvals.changed', (approvals) => {
      const pending = approvals.filter(({ state }) => state === 'pending');
      for (const approval of pending.filter(({ id }) => !known.has(id))) {
        print(context, { event: 'approval', approval }, ...approvalLines(approval));
      }
      known = new Set(pending.map(({ id }) => id));
    });
    client.on('peers.suspended', ({ name }) => print(context, { event: 'suspended', name }, suspendedLine(name)));
    client.on('peers.forgot', ({ name, because }) =>
      print(
        context,
        { event: 'forgot', name, ...(because !== undefined && { because }) },
        forgotNote({ name, forgottenBecause: because }),
      ),
    );
    client.on('peers.ended', ({ name, cause }) =>
      print(context, { event: 'ended', name, cause }, `${ENDED[cause](printable(name))} It was removed.`),
    );
    client.on('peers.unfinished', ({ name }) => print(context, { event: 'unfinished', name }, unfinishedLine(name)));
    client.on('relayOffers.failed', (failure) =>
      print(context, { event: 'relay-offer-failed', ...failure }, relayOfferLine(failure)),
    );
    // The matching status event may arrive later; an older status must not be printed after this one.
    if (options.connectorConfig !== undefined) await offerConfig(context, client, options.connectorConfig);
    if (setsUp) latest = { ...latest, relay: await ensureRelay(context, client, options) };
    settingUp = false;
    show(latest);
    if (options.pair === true) await showFirstCode(context, client, allow);
  } catch (error) {
    if (host.interrupted.aborted) return;
    if (isSaid && !isPassing(error)) throw error;
    const { what, next, code } = describeError(error);
    reporter.note(`${what}  [${code}]`, ...next.split('\n').map((line) => `  ${line}`));
    settingUp = false;
    show(latest);
  }
}

/** Formats the line about a peer that the agent has suspended. */
function suspendedLine(name: string): string {
  return `${printable(name)} is blocked: your relay reported that it was removed from the project. See \`clawreach list\`.`;
}

/** Formats the line about a peer's relay that was approved here and can't be used. */
function relayOfferLine({ name, url, isSet, code, message }: EventPayload<'relayOffers.failed'>): string {
  const { what, next } = commandErrorText(code, message);
  const how = isSet ? "isn't reached yet; this machine goes on trying" : "can't be used; nothing was changed";
  return `The relay of ${printable(name)}, ${printable(url)}, ${how}: ${printable(what)} ${next}`;
}

/** Tells whether the agent goes on by itself after this error: it retries, or waits for the end of a pause. */
function isPassing(error: unknown): boolean {
  const code = errorCode(error);
  const exit = exitCodeOf(code);
  return code === 'agent.paused' || exit === EXIT.relayUnreachable || exit === EXIT.agentNotRunning;
}

function print(
  context: CommandContext,
  event: Readonly<Record<string, unknown>>,
  line: string,
  ...more: readonly string[]
): void {
  const now = context.host.clock.now();
  const time = new Date(now).toTimeString().slice(0, 8);
  context.reporter.lines(
    `${context.reporter.style.dim(time)}  ${line}`,
    ...more.map((each) => `${' '.repeat(time.length)}    ${each}`),
  );
  context.reporter.document({ at: now, ...event });
}

function unfinishedLine(name: string): string {
  return `${printable(name)} didn't finish pairing and was removed. Pair again: clawreach pair`;
}

/** Formats the message about terminals that keep running after the agent has ended; `terminals` is at least 1. Also used by `stop`. */
export function keptLine(terminals: number): string {
  return terminals === 1
    ? 'One terminal keeps running. Start ClawReach within ten minutes to take it over.'
    : `${terminals} terminals keep running. Start ClawReach within ten minutes to take them over.`;
}

/** Formats the status on one line: `Relay wss://…: online · 3 machines online · 1 terminal open here · 1 request waiting`. */
function statusLine(status: AgentStatus, now: number): string {
  const { peers, plainRelays, terminals, approvalsPending } = status;
  const some = (number: number, one: string, many: string): readonly string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  return [
    // Without a relay nothing is wrong: machines in the network are reached directly.
    status.relay.state === 'none' && status.reach === 'network'
      ? 'Reachable in this network, no relay'
      : formatRelayStatus(status.relay, now),
    ...some(peers.online, 'machine online', 'machines online'),
    ...some(plainRelays?.online ?? 0, 'plain relay online, which can read', 'plain relays online, which can read'),
    ...some(terminals.serving, 'terminal open here', 'terminals open here'),
    ...some(approvalsPending, 'request waiting', 'requests waiting'),
  ].join(' · ');
}

/**
 * Formats a request on several lines. The command that answers it stands on its own line, so that no text from a peer
 * can imitate it.
 */
function approvalLines(approval: ApprovalView): readonly [string, ...string[]] {
  const { id, facts, uncompared } = approval;
  return [
    `${askerText(approval)} asks for ${approvalText(approval)}`,
    ...factLines(facts),
    uncompared === true
      ? `${confirmCommand(approval)}, then clawreach approvals approve ${id}, or decline ${id}`
      : `clawreach approvals approve ${id}, or decline ${id}`,
  ];
}
