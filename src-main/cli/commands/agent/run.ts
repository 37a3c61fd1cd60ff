import { SERVICE_KINDS, type AgentStatus, type ApprovalView, type ServiceKind } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { chooseRelay, ensureRelay, namesAdmission, interruptibleDelay, startAgent } from '../../control/index.ts';
import { AgentError } from '../../errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { describeError, printable } from '../../output/index.ts';
import { askerText, confirmCommand, factLines, wantedText } from '../machines/approval-format.ts';
import { formatRelayStatus } from './relay-format.ts';
import { watchAgent } from './supervise.ts';
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

type RunOptions = CommonOptions &
  RelayFlags &
  Readonly<{
    name?: string;
    shell?: string;
    detach?: boolean;
    detachedChild?: boolean;
    service?: ServiceKind;
    watched?: boolean;
  }>;

/** Interval between two checks whether another agent still uses the profile, ms. */
const LOOK_AGAIN = 1000;

export const addRun: Registration = (program, run) => {
  const command = addCommand(program, 'run', 'run the agent of this machine', {
    description:
      'Run the agent of this machine in the foreground and print a line for each change; Ctrl-C ends it and the terminals of this machine. ' +
      'Ended by a signal such as SIGTERM it leaves them running for ten minutes, and the next agent takes them over. Other commands find ' +
      'it by its profile, and start one in the background when none runs.',
    examples: [
      [
        'clawreach run --name office --relay wss://relay.example:7474',
        'asks for the admission token where one is needed',
      ],
      ['clawreach run --detach', 'in the background; clawreach stop ends it'],
    ],
  });
  addRelayOptions(command)
    .addOption(
      new Option('--name <name>', 'name of this machine, as others see it when they pair').argParser(parseName),
    )
    .option('--shell <path>', 'program of terminals instead of the login shell')
    .option('--detach', 'run in the background')
    .addOption(new Option('--detached-child').hideHelp())
    .addOption(new Option('--service <kind>').choices(SERVICE_KINDS).hideHelp())
    .addOption(new Option('--watched').hideHelp())
    .action((options: RunOptions) => run(options, (context) => runAgent(context, options)));
};

async function runAgent(context: CommandContext, options: RunOptions): Promise<number | void> {
  const { host, profile } = context;
  const { service } = options;
  // Scheduled tasks are the only service manager here that ignores the exit code, so this process restarts the agent.
  if (service === 'task' && options.watched !== true) return watchAgent(context, serviceWords(context, options));
  if (service !== undefined) await waitForProfile(context);
  const running = await context.connect();
  if (running !== undefined) {
    const { pid } = await running.call('status.get', {});
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
      if (!background) void follow(context, options, status).catch((error: unknown) => given.abort(error));
    },
  });
  // A wrong option must end the process, so that a service manager and its person notice.
  if (given.signal.aborted) throw given.signal.reason;
}

/** Returns the command-line words for the supervised agent. */
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
 * Waits until an agent that someone else started, such as the desktop application's, has ended. A service that failed
 * instead would be restarted over and over.
 */
async function waitForProfile(context: CommandContext): Promise<void> {
  const { host } = context;
  while (!host.interrupted.aborted) {
    const running = await context.connect();
    if (running === undefined) return;
    await Promise.race([running.closed, aborted(host.interrupted)]);
    // Perhaps only its connection ended, not the agent.
    await interruptibleDelay(context, LOOK_AGAIN);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function detach(context: CommandContext, options: RunOptions): Promise<void> {
  const { host, reporter, prompter } = context;
  const agent = await startAgent(context, { name: options.name, shell: options.shell });
  let { relay } = await agent.client.call('status.get', {});
  if (chooseRelay(options, host.variables, relay.url).from !== 'nowhere' || prompter.available) {
    relay = await ensureRelay(context, agent.client, options);
  }
  reporter.document({ pid: agent.pid, profile: context.profile, log: agent.logFile, relay });
  reporter.lines(
    `The agent runs in the background (pid ${agent.pid}); \`clawreach stop\` ends it.`,
    formatRelayStatus(relay, host.clock.now()),
  );
}

/**
 * Prints status changes received over the control socket, like any other user interface. Rejects if the relay of the
 * command line refuses this device or isn't trusted; other problems may resolve by themselves.
 */
async function follow(context: CommandContext, options: RunOptions, first: AgentStatus): Promise<void> {
  const { host, reporter, prompter } = context;
  const choice = chooseRelay(options, host.variables, first.relay.url);
  const setsUp = choice.from !== 'nowhere' || prompter.available;
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
    client.on('peers.unfinished', ({ name }) => print(context, { event: 'unfinished', name }, unfinishedLine(name)));
    // The matching status event may arrive later; an older status must not be printed after this one.
    if (setsUp) latest = { ...latest, relay: await ensureRelay(context, client, options) };
    settingUp = false;
    show(latest);
  } catch (error) {
    if (host.interrupted.aborted) return;
    if (isSaid && !isPassing(error)) throw error;
    const { what, next, code } = describeError(error);
    reporter.note(`${what}  [${code}]`, ...next.split('\n').map((line) => `  ${line}`));
    settingUp = false;
    show(latest);
  }
}

/** Tells whether the agent retries after this error by itself. */
function isPassing(error: unknown): boolean {
  const exit = exitCodeOf(errorCode(error));
  return exit === EXIT.relayUnreachable || exit === EXIT.agentNotRunning;
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
  return `${printable(name)} has not finished pairing, and was removed. Pair again: clawreach pair`;
}

/** Formats the number of terminals that stay open after the agent ends. */
export function keptLine(terminals: number): string {
  return terminals === 1
    ? 'One terminal goes on; the next agent takes it over, if it starts within ten minutes.'
    : `${terminals} terminals go on; the next agent takes them over, if it starts within ten minutes.`;
}

/** Formats the status on one line: `Relay wss://…: online · 3 peers online · 1 terminal · 1 request waits`. */
function statusLine(status: AgentStatus, now: number): string {
  const { peers, terminals, approvalsPending } = status;
  const some = (number: number, one: string, many: string): readonly string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  return [
    formatRelayStatus(status.relay, now),
    ...some(peers.online, 'peer online', 'peers online'),
    ...some(terminals.serving, 'terminal served', 'terminals served'),
    ...some(approvalsPending, 'request waits', 'requests wait'),
  ].join(' · ');
}

/** Formats a request on several lines. The command to answer it has a line of its own, so that no text of a peer can imitate it. */
function approvalLines(approval: ApprovalView): readonly [string, ...string[]] {
  const { id, facts, uncompared } = approval;
  return [
    `${askerText(approval)} asks for ${wantedText(approval)}`,
    ...factLines(facts),
    uncompared === true
      ? `${confirmCommand(approval)}, then approvals approve ${id}; or approvals refuse ${id}`
      : `clawreach approvals approve ${id}, or refuse ${id}`,
  ];
}
