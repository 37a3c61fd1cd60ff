import type { Command } from 'commander';
import { colonFingerprint, endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { renderQrText, formatTable, formatTime, printable } from '../../output/index.ts';
import { addGatewayAdd, addGatewayImport } from './add.ts';
import { addGatewayChange } from './change.ts';
import { chooseGateway } from './find.ts';
import { addSecretOptions, namesSecret, refusedSecret, readGatewaySecret, type SecretOptions } from './secret.ts';
import { waitForGateway } from './wait.ts';
import { reportGateway } from './report.ts';
import { addGatewayTerminal } from './terminal.ts';
import { describeGateway, gatewayName, roleWord } from './format.ts';
import { addGatewayTrust } from './trust.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

const NAME = 'name or ID of the gateway; optional if there is only one';

export const addGateway: Registration = (program, run) => {
  const gateway: Command = addCommand(program, 'gateway', 'gateways of OpenClaw: add, trust, see how they are', {
    description:
      'Gateways of OpenClaw that this device knows, as their operator, their node, or both. Without a command, as `gateway list`.',
    examples: [
      ['clawreach gateway add wss://gateway.example:18789', 'asks for the token, shows the certificate'],
      ['clawreach gateway list', 'which there are, and how they are'],
      ['clawreach gateway trust home', 'after you have compared its fingerprint'],
      ['clawreach requests list', 'what waits there for you'],
    ],
  }).action((options: CommonOptions) => run(options, listGateways));
  const runBelow: Run = (options, work) => run({ ...gateway.opts<CommonOptions>(), ...options }, work);
  const groups: readonly (readonly [string, readonly Registration[]])[] = [
    ['Add:', [addGatewayAdd, addGatewayImport, addDiscover]],
    ['See and use:', [addGatewayList, addGatewayStatus, addGatewayTerminal]],
    ['Change:', [addGatewayTrust, addGatewayConnect, addGatewayChange, addGatewayRemove, addHandover]],
  ];
  for (const [heading, registrations] of groups) {
    gateway.commandsGroup(heading);
    for (const register of registrations) register(gateway, runBelow);
  }
  gateway.commandsGroup('Help:');
};

const addGatewayList: Registration = (gateway, run) => {
  addCommand(gateway, 'list', 'the gateways that this device knows', {
    examples: [['clawreach gateway list --json', '']],
  }).action((options: CommonOptions) => run(options, listGateways));
};

const addGatewayStatus: Registration = (gateway, run) => {
  addCommand(gateway, 'status', 'how a gateway is, with cause and next step', {
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
  const command = addCommand(
    gateway,
    'connect',
    'try a gateway again at once, with another token or password if one is given',
    {
      description:
        'Try a gateway again at once. Where it has refused the token or password, another one is asked for, and is not shown; or give it as with `gateway add`.',
      examples: [
        ['clawreach gateway connect home', ''],
        ['clawreach gateway connect home --token-file token.txt', 'after it was changed there'],
      ],
    },
  ).argument('[name]', NAME);
  addSecretOptions(command).action((name: string | undefined, options: CommonOptions & SecretOptions) =>
    run(options, async (context) => {
      const client = await ensureAgent(context);
      const view = await chooseGateway(context, client, name);
      const { id, settings } = view;
      const signal = context.host.interrupted;
      const wanted = refusedSecret(view);
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
  addCommand(gateway, 'remove', 'forget a gateway, with keys and tokens', {
    description:
      'Forget a gateway, with the keys and tokens that this device has for it. Its own list still has this device until somebody removes it there.',
    examples: [
      ['clawreach gateway remove home', 'asks first on a terminal'],
      ['clawreach gateway remove home --yes', 'does not'],
    ],
  })
    .argument('<name>', 'name or ID of the gateway')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: CommonOptions & Readonly<{ yes?: boolean }>) =>
      run(options, async (context) => {
        const { reporter, prompter } = context;
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, name);
        if (options.yes !== true && prompter.available) {
          if (
            !(await prompter.confirm(`Forget ${gatewayName(view)}? It has to be added and approved again to be used.`))
          ) {
            reporter.note('Nothing was changed.');
            return EXIT.failure;
          }
        }
        await client.call('gateways.remove', { gateway: view.id });
        reporter.document({ removed: view.id });
        reporter.lines(`${gatewayName(view)} is forgotten.`);
        return EXIT.ok;
      }),
    );
};

const addDiscover: Registration = (gateway, run) => {
  addCommand(gateway, 'discover', 'gateways that announce themselves in the local network', {
    description:
      'Gateways that announce themselves in the local network, within two seconds. Anybody there can announce anything: compare fingerprints.',
    examples: [['clawreach gateway discover', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { reporter, host } = context;
      const client = await ensureAgent(context);
      reporter.progress('Listening…');
      const found = await client.call('gateways.discover', {}, { signal: host.interrupted });
      reporter.clearProgress();
      reporter.document(found);
      if (found.length === 0) {
        reporter.lines(
          'No gateway has announced itself. That is usual: most do not. `clawreach gateway add ADDRESS` adds one.',
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
      reporter.lines(reporter.style.dim(head), ...rows);
    }),
  );
};

const addHandover: Registration = (gateway, run) => {
  addCommand(gateway, 'handover', 'what to give to the one who makes a machine a node', {
    description:
      'Text, commands and settings for the one who makes another machine a node of this gateway. With --setup-code a code is made there that is good for one machine and ten minutes.',
    examples: [
      ['clawreach gateway handover home', ''],
      ['clawreach gateway handover home --setup-code', 'with a link, and its QR code'],
      ['clawreach gateway handover home --setup-code --url wss://gateway.example:443', 'as it is reached from there'],
    ],
  })
    .argument('[name]', NAME)
    .option('--setup-code', 'make a setup code at the gateway')
    .option('--url <url>', 'under which address the node reaches the gateway')
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
          handover.expiresAt === null ? [] : [`Good until ${formatTime(handover.expiresAt, host.clock.now())}.`];
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
    reporter.lines('No gateway is known here. `clawreach gateway add ADDRESS` adds one.');
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
  reporter.lines(reporter.style.dim(head), ...rows);
  const isHeld = views.some(({ operator, node }) => [operator, node].some(({ state }) => UNEASY.has(state)));
  if (isHeld) reporter.note(reporter.noteStyle.dim('`clawreach gateway status NAME` says why, and what to do.'));
}

/** States that need an explanation below the table. */
const UNEASY: ReadonlySet<string> = new Set(['pairing', 'waiting', 'stopped']);
