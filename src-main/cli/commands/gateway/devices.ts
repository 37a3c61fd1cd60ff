import type { Command } from 'commander';
import type { AppApiClient, GatewayDeviceView, GatewayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatTable, formatTime, headLine, printable } from '../../output/index.ts';
import { findDeviceOrNode } from './find-device-or-node.ts';
import { chooseGateway, type GatewayOption } from './find.ts';
import {
  answerRequest,
  approveRequest,
  findRequest,
  waitingRequests,
  type AnswerOptions,
} from '../openclaw/answer-request.ts';
import { addAnswerOptions } from '../openclaw/requests.ts';
import { shortId } from '../openclaw/request-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type Options = CommonOptions & GatewayOption;
/** Work of a command at one gateway. */
type Work = (context: CommandContext, client: AppApiClient, gateway: GatewayView) => Promise<number | void>;

const ID = 'name of the device, its ID, or the first characters of the ID';

/**
 * Registers `clawreach devices`, whose commands list, approve and change the devices of a gateway through the agent's
 * operator connection. Each one starts an agent if none is running.
 */
export const addDevices: Registration = (program, run) => {
  const devices: Command = addGatewayOption(
    addCommand(program, 'devices', 'manage the devices of a gateway: approve, rename, remove, renew tokens', {
      description:
        'Manage the devices of an OpenClaw gateway, and the requests of new ones. Without a command, lists them.',
      examples: [
        ['clawreach devices list', 'requests and approved devices'],
        ['clawreach devices approve --latest', 'shows the newest request and asks'],
        ['clawreach devices revoke old-laptop', 'revokes its token'],
      ],
    }),
  ).action((options: Options) => run(options, withGateway(options, list)));
  // Options before the command below the group count too.
  const below = (options: Options): Options => ({ ...devices.opts<Options>(), ...options });
  const runBelow: Run = (options, work) => run({ ...devices.opts<CommonOptions>(), ...options }, work);
  const command = (name: string, summary: string, examples: readonly (readonly [string, string])[]): Command =>
    addGatewayOption(addCommand(devices, name, summary, { examples }));

  command('list', 'list the requests and devices of a gateway', [['clawreach devices list --json', '']]).action(
    (options: Options) => runBelow(options, withGateway(below(options), list)),
  );
  addAnswerOptions(
    command('approve', 'show a request in full, ask, and approve it', [
      ['clawreach devices approve 5e1f', ''],
      ['clawreach devices approve --latest', 'the newest request'],
      ['clawreach devices approve 5e1f --yes', 'for scripts'],
    ])
      .argument('[id]', 'ID of the request or the device')
      .option('--latest', 'the newest request'),
  ).action((id: string | undefined, options: Options & AnswerOptions & Readonly<{ latest?: boolean }>) =>
    runBelow(options, async (context) => {
      if ((id === undefined) === (options.latest !== true)) throw new UsageError('usage.request', 'id or --latest');
      const client = await ensureAgent(context);
      const waiting = await requestsOf(context, client, below(options));
      const request = id === undefined ? waiting.at(-1) : findRequest(waiting, id);
      if (request === undefined) throw new ClawReachError('request.unknown', 'nothing waits');
      return await approveRequest(context, client, request, options);
    }),
  );
  command('reject', 'reject a request', [['clawreach devices reject 5e1f', '']])
    .argument('<id>', 'ID of the request or the device')
    .option('--reason <text>', 'note that stays on this machine')
    .action((id: string, options: Options & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = findRequest(await requestsOf(context, client, below(options)), id);
        return await answerRequest(context, client, request, 'reject', options.reason);
      }),
    );
  command('rename', 'rename a device at the gateway', [['clawreach devices rename 3fa9 "Ada’s phone"', '']])
    .argument('<id>', ID)
    .argument('<name>', 'new name, up to 64 characters')
    .action((id: string, label: string, options: Options) =>
      runBelow(
        options,
        onDevice(id, below(options), async (context, client, gateway, device) => {
          await client.call('devices.rename', { gateway: gateway.id, device: device.deviceId, label });
          printResult(
            context,
            { renamed: device.deviceId, label },
            `${nameOf(device)} is now called ${printable(label)}.`,
          );
        }),
      ),
    );
  command('remove', 'remove a device; to come back, it must be approved again', [
    ['clawreach devices remove old-laptop --yes', ''],
  ])
    .argument('<id>', ID)
    .option('-y, --yes', "don't ask, for scripts")
    .action((id: string, options: Options & AnswerOptions) =>
      runBelow(
        options,
        onDevice(id, below(options), async (context, client, gateway, device) => {
          if (
            !(await isConfirmed(
              context,
              options,
              `Remove ${nameOf(device)}${selfWord(device)}? Its connections are closed.`,
            ))
          )
            return EXIT.failure;
          await client.call('devices.remove', { gateway: gateway.id, device: device.deviceId });
          printResult(context, { removed: device.deviceId }, `${nameOf(device)} was removed.`);
          return EXIT.ok;
        }),
      ),
    );
  for (const [name, summary, call, texts] of TOKEN_COMMANDS) {
    command(name, summary, [[`clawreach devices ${name} old-laptop --role node`, '']])
      .argument('<id>', ID)
      .option('--role <role>', 'operator or node; optional if the device has only one token')
      .option('-y, --yes', "don't ask, for scripts")
      .action((id: string, options: Options & AnswerOptions & Readonly<{ role?: string }>) =>
        runBelow(
          options,
          onDevice(id, below(options), async (context, client, gateway, device) => {
            const role = roleOf(device, options.role);
            const question = `${texts.ask} the token of ${nameOf(device)} as ${printable(role)}${selfWord(device)}? It is disconnected.`;
            if (!(await isConfirmed(context, options, question))) return EXIT.failure;
            await client.call(call, { gateway: gateway.id, device: device.deviceId, role });
            printResult(context, { [texts.key]: device.deviceId, role }, `${nameOf(device)}: ${texts.done}`);
            return EXIT.ok;
          }),
        ),
      );
  }
};

/** Commands about a device's token: name, summary, call of the agent, and the words of question and result. */
const TOKEN_COMMANDS = [
  [
    'rotate',
    "renew a token of a device; it gets the new one when it signs in with the gateway's own token",
    'devices.rotate',
    { ask: 'Renew', key: 'rotated', done: 'token renewed.' },
  ],
  [
    'revoke',
    'revoke a token of a device; to block the device, remove it',
    'devices.revoke',
    { ask: 'Revoke', key: 'revoked', done: 'token revoked.' },
  ],
] as const;

/** Adds `--gateway`, which names the gateway a command is about. This and the other exported helpers are also used by `clawreach nodes`. */
export function addGatewayOption(command: Command): Command {
  return command.option('--gateway <name>', 'name or ID of the gateway; optional if there is only one');
}

/** Wraps work so that it gets the agent's connection and the gateway that `--gateway` names. */
export function withGateway(
  { gateway }: GatewayOption,
  work: Work,
): (context: CommandContext) => Promise<number | void> {
  return async (context) => {
    const client = await ensureAgent(context);
    return await work(context, client, await chooseGateway(context, client, gateway));
  };
}

/** Prints the result of a command: a document for `--json`, a line otherwise. */
export function printResult({ reporter }: CommandContext, document: unknown, line: string): void {
  reporter.document(document);
  reporter.lines(line);
}

/** Wraps work so that it gets the device with that name or ID. */
function onDevice(
  reference: string,
  options: GatewayOption,
  work: (
    context: CommandContext,
    client: AppApiClient,
    gateway: GatewayView,
    device: GatewayDeviceView,
  ) => Promise<number | void>,
): (context: CommandContext) => Promise<number | void> {
  return withGateway(options, async (context, client, gateway) => {
    const all = await client.call('devices.list', { gateway: gateway.id }, { signal: context.host.interrupted });
    const device = findDeviceOrNode(all, reference, 'device', ({ deviceId, name, label }) => ({
      id: deviceId,
      names: [label, name],
    }));
    return await work(context, client, gateway, device);
  });
}

/** Returns the requests of new devices at the gateway of the options, or at all gateways. */
async function requestsOf(context: CommandContext, client: AppApiClient, { gateway }: GatewayOption) {
  const only = gateway === undefined ? {} : { gateway: (await chooseGateway(context, client, gateway)).id };
  return await waitingRequests(context, client, { kind: 'device', ...only });
}

/**
 * Returns the role that the option names, or else the device's only role.
 * @throws {UsageError} `usage.role` if the device has several
 */
function roleOf({ tokens, roles }: GatewayDeviceView, wanted: string | undefined): string {
  if (wanted !== undefined) return wanted;
  const all = tokens.length > 0 ? tokens.map(({ role }) => role) : roles;
  const [only] = all;
  if (only === undefined || all.length > 1) {
    throw new UsageError('usage.role', 'which role', { details: { roles: all.map(printable).join(', ') || '-' } });
  }
  return only;
}

function nameOf({ name, label }: GatewayDeviceView): string {
  return printable(label ?? name);
}

function selfWord({ self }: Readonly<{ self: boolean }>): string {
  return self ? ', the device you are using' : '';
}

async function list(context: CommandContext, client: AppApiClient, { id }: GatewayView): Promise<void> {
  const { reporter, host } = context;
  const pending = await waitingRequests(context, client, { kind: 'device', gateway: id });
  const paired = await client.call('devices.list', { gateway: id }, { signal: host.interrupted });
  reporter.document([
    ...pending.map((request) => ({ ...request, state: 'pending' })),
    ...paired.map((device) => ({ ...device, state: 'paired' })),
  ]);
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 8 },
      { title: 'NAME', least: 8 },
      { title: 'ROLES', least: 8 },
      { title: 'PLATFORM' },
      { title: 'STATE', least: 10 },
    ],
    [
      ...pending.map((request) => [
        shortId(request),
        printable(request.who),
        request.roles.map(printable).join(', '),
        printable(request.platform ?? '-'),
        'waiting: clawreach devices approve',
      ]),
      ...paired.map((device) => [
        device.deviceId.slice(0, 8),
        `${nameOf(device)}${device.self ? ' (this machine)' : ''}`,
        device.roles.map(printable).join(', '),
        printable(device.platform ?? '-'),
        device.connected
          ? 'connected'
          : device.lastSeenAt === null
            ? 'never seen'
            : `seen ${formatTime(device.lastSeenAt, now)}`,
      ]),
    ],
    reporter.columns,
  );
  if (rows.length === 0) reporter.lines('The gateway has no devices and no requests.');
  else reporter.lines(...headLine(reporter.style, head), ...rows);
}
