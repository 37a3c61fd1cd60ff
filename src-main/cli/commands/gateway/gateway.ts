import type { Command } from 'commander';
import { colonFingerprint, endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatTable, formatTime, headLine, printable, renderQrText } from '../../output/index.ts';
import { addGatewayAdd, addGatewayImport } from './add.ts';
import { addGatewayChange } from './change.ts';
import { chooseGateway } from './find.ts';
import { addSecretOptions, namesSecret, rejectedSecret, readGatewaySecret, type SecretOptions } from './secret.ts';
import { waitForGateway } from './wait.ts';
import { reportGateway } from './report.ts';
import { addGatewayTerminal } from './terminal.ts';
import { describeGateway, gatewayName, roleWord } from './format.ts';
import { addGatewayTrust } from './trust.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

const NAME = 'name or ID of the gateway; optional if there is only one';

/**
 * Registers `clawreach gateway` with all commands below it. Without a command, lists the gateways of the agent. All of
 * them start an agent if none is running.
 */
export const addGateway: Registration = (program, run) => {
  const gateway: Command = addCommand(program, 'gateway', 'manage your OpenClaw gateways: add, trust, show status', {
    description: [
      "Manage your OpenClaw gateways. A gateway is OpenClaw's server. As an operator, you answer its requests and manage its devices and " +
        'nodes from this machine. As a node, this machine runs commands for it. A machine can be both.',
      '',
      'Without a command, lists the gateways.',
    ].join('\n'),
    examples: [
      ['clawreach gateway add wss://gateway.example:18789', 'asks for the token, shows the certificate'],
      ['clawreach gateway list', 'your gateways and their state'],
      ['clawreach gateway trust home', 'trusts its certificate after you compare it'],
      ['clawreach requests list', 'requests that are waiting for you there'],
    ],
  }).action((options: CommonOptions) => run(options, listGateways));
  const runBelow: Run = (options, work) => run({ ...gateway.opts<CommonOptions>(), ...options }, work);
  const groups: readonly (readonly [string, readonly Registration[]])[] = [
    ['Add:', [addGatewayAdd, addGatewayImport, addDiscover]],
    ['Show and use:', [addGatewayList, addGatewayStatus, addGatewayTerminal]],
    ['Change:', [addGatewayTrust, addGatewayConnect, addGatewayChange, addGatewayRemove, addHandover]],
  ];
  for (const [heading, registrations] of groups) {
    gateway.commandsGroup(heading);
    for (const register of registrations) register(gateway, runBelow);
  }
  gateway.commandsGroup('Help:');
};

const addGatewayList: Registration = (gateway, run) => {
  addCommand(gateway, 'list', 'list your gateways', {
    examples: [['clawreach gateway list --json', '']],
  }).action((options: CommonOptions) => run(options, listGateways));
};

const addGatewayStatus: Registration = (gateway, run) => {
  addCommand(gateway, 'status', 'show the state of a gateway, and what to do about a problem', {
    examples: [['clawreach gateway status home', '']],
  })
    .argument('[name]', NAME)
    .action((name: string | undefined, options: CommonOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, name);
        reporter.document(view);
        reporter.lines(gatewayName(view), ...describeGateway(view, host.clock.now()).map((line) => `  ${line}`));
      }),
    );
};

const addGatewayConnect: Registration = (gateway, run) => {
  const command = addCommand(gateway, 'connect', 'connect to a gateway now, with a new token or password if needed', {
    description:
      "Connect to a gateway now instead of waiting for the next retry. If it rejected the token or password, you're asked for a new one; or " +
      'give it as with `gateway add`.',
    examples: [
      ['clawreach gateway connect home', ''],
      ['clawreach gateway connect home --token-file token.txt', 'with a new token'],
    ],
  }).argument('[name]', NAME);
  addSecretOptions(command).action((name: string | undefined, options: CommonOptions & SecretOptions) =>
    run(options, async (context) => {
      const client = await ensureAgent(context);
      const view = await chooseGateway(context, client, name);
      const { id, settings } = view;
      const signal = context.host.interrupted;
      const wanted = rejectedSecret(view);
      if (namesSecret(options) || (wanted !== undefined && context.prompter.available)) {
        const chosen = namesSecret(options) ? options : { password: wanted === 'password' };
        const secret = await readGatewaySecret(context, chosen, settings.endpoint.host);
        const operator = { ...settings.operator, enabled: true };
        const input = { gateway: id, settings: { ...settings, operator }, ...secret };
        if (secret !== undefined) await client.call('gateways.update', input, { signal });
      }
      await client.call('gateways.connect', { gateway: id }, { signal });
      return await reportGateway(context, client, await waitForGateway(context, client, id));
    }),
  );
};

const addGatewayRemove: Registration = (gateway, run) => {
  addCommand(gateway, 'remove', 'remove a gateway with its keys and tokens', {
    description:
      'Remove a gateway, with the keys and tokens that this machine has for it. The gateway still lists this machine until someone removes it there.',
    examples: [
      ['clawreach gateway remove home', 'asks first'],
      ['clawreach gateway remove home --yes', "doesn't ask"],
    ],
  })
    .argument('<name>', 'name or ID of the gateway')
    .option('-y, --yes', "don't ask")
    .action((name: string, options: CommonOptions & Readonly<{ yes?: boolean }>) =>
      run(options, async (context) => {
        const { reporter } = context;
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, name);
        const question = `Remove ${gatewayName(view)}? To use it again, you must add it and get it approved again.`;
        if (!(await isConfirmed(context, options, question))) return EXIT.failure;
        await client.call('gateways.remove', { gateway: view.id });
        reporter.document({ removed: view.id });
        reporter.lines(`${gatewayName(view)} was removed.`);
        return EXIT.ok;
      }),
    );
};

const addDiscover: Registration = (gateway, run) => {
  addCommand(gateway, 'discover', 'find gateways on the local network', {
    description:
      'Find gateways that announce themselves on the local network; takes two seconds. Anyone on the network can announce one, so compare ' +
      'fingerprints.',
    examples: [['clawreach gateway discover', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { reporter, host } = context;
      const client = await ensureAgent(context);
      reporter.progress('Scanning the network…');
      const found = await client.call('gateways.discover', {}, { signal: host.interrupted });
      reporter.clearProgress();
      reporter.document(found);
      if (found.length === 0) {
        reporter.lines(
          "No gateways found on this network. Many don't announce themselves. To add one: `clawreach gateway add ADDRESS`",
        );
        return;
      }
      const [head = '', ...rows] = formatTable(
        [{ title: 'NAME', least: 8 }, { title: 'ADDRESS' }, { title: 'FINGERPRINT (announced)' }],
        found.map(({ name, host: address, port, tls, fingerprint }) => [
          printable(name),
          printable(endpointUrl({ host: address, port, tls, path: '/' })),
          fingerprint === null ? '-' : colonFingerprint(fingerprint),
        ]),
        reporter.columns,
      );
      reporter.lines(...headLine(reporter.style, head), ...rows);
    }),
  );
};

const addHandover: Registration = (gateway, run) => {
  addCommand(gateway, 'handover', 'print what another machine needs to become a node', {
    description:
      'Print a message, commands and settings for the user of another machine, to make it a node of this gateway. With --setup-code, the ' +
      'gateway creates a code that is valid for one machine and ten minutes.',
    examples: [
      ['clawreach gateway handover home', ''],
      ['clawreach gateway handover home --setup-code', 'with a setup code, a link and its QR code'],
      [
        'clawreach gateway handover home --setup-code --url wss://gateway.example:443',
        'with the address that the machine uses',
      ],
    ],
  })
    .argument('[name]', NAME)
    .option('--setup-code', 'create a setup code at the gateway')
    .option('--url <url>', 'address at which the node reaches the gateway')
    .action((name: string | undefined, options: CommonOptions & Readonly<{ setupCode?: boolean; url?: string }>) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { id } = await chooseGateway(context, client, name);
        const handover = await client.call(
          'gateways.handover',
          {
            gateway: id,
            setupCode: options.setupCode === true,
            ...(options.url === undefined ? {} : { url: options.url }),
          },
          { signal: host.interrupted },
        );
        reporter.document(handover);
        const until =
          handover.expiresAt === null ? [] : [`Valid until ${formatTime(handover.expiresAt, host.clock.now())}.`];
        reporter.lines(...handover.text.trimEnd().split('\n').map(printable), ...until);
        if (handover.link !== null && host.stdout.isTTY === true)
          reporter.lines('', ...renderQrText(handover.link, reporter.style.enabled));
      }),
    );
};

async function listGateways(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const views = await client.call('gateways.list', {}, { signal: host.interrupted });
  reporter.document(views);
  if (views.length === 0) {
    reporter.lines('No gateways yet. Add one with `clawreach gateway add ADDRESS`.');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'NAME', least: 8 },
      { title: 'ADDRESS', least: 12 },
      { title: 'OPERATOR' },
      { title: 'NODE' },
      { title: 'REQUESTS', align: 'right' },
    ],
    views.map((view) => [
      gatewayName(view),
      endpointUrl(view.settings.endpoint),
      roleWord(view.operator, now),
      roleWord(view.node, now),
      String(view.pendingRequests),
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
  const isHeld = views.some(({ operator, node }) => [operator, node].some(({ state }) => UNHEALTHY_STATES.has(state)));
  if (isHeld) reporter.note(reporter.noteStyle.dim('For the cause and what to do: `clawreach gateway status NAME`'));
}

/** States of a role with a problem: if a listed gateway has one, the list ends with a hint to run `gateway status`. */
const UNHEALTHY_STATES: ReadonlySet<string> = new Set(['pairing', 'waiting', 'stopped']);
