import { Option } from 'commander';
import type { GatewaySettings, GatewayView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { isReadableInTransit, parseEndpoint, parseFingerprint, sameEndpoint } from '#shared/openclaw/gateway/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { acceptPlain } from './accept-plain.ts';
import { chooseGateway } from './find.ts';
import { waitForGateway } from './wait.ts';
import { reportGateway } from './report.ts';
import { addCommand, parseName, type CommonOptions, type Registration } from '../registry.ts';

type ChangeOptions = CommonOptions &
  Readonly<{ name?: string; address?: string; fingerprint?: string; access?: string; insecure?: boolean }>;

const ACCESS = ['full', 'read-only', 'off'] as const;

/**
 * Registers `clawreach gateway change`, which changes a gateway's name, address, fingerprint or access in the agent and waits for the connection.
 * Asks first if the token would go unencrypted to a new address. Starts an agent if none is running.
 */
export const addGatewayChange: Registration = (gateway, run) => {
  addCommand(gateway, 'change', 'change the name, address or access of a gateway', {
    description:
      'Change the settings of a gateway. Keys and tokens are kept. They are sent to a new address only after you trust the certificate there. ' +
      'For this machine as a node, see `clawreach node`.',
    examples: [
      ['clawreach gateway change home --address wss://10.0.0.4:18790', 'the port was wrong'],
      ['clawreach gateway change home --name cellar', ''],
      ['clawreach gateway change home --access read-only', 'view only'],
    ],
  })
    .argument('<gateway>', 'name or ID of the gateway')
    .addOption(new Option('--name <name>', 'new name for the gateway on this machine').argParser(parseName))
    .option('--address <address>', 'address of the gateway')
    .option('--fingerprint <hex>', 'trust only the certificate with this fingerprint (SHA-256)')
    .option('--access <access>', `access of this machine as an operator: ${ACCESS.join(', ')}`)
    .option('--insecure', 'send the token unencrypted to an address without TLS; others on the network can read it')
    .action((reference: string, options: ChangeOptions) =>
      run(options, async (context) => {
        // Reject wrong options before anything is started.
        const change = read(options);
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, reference);
        const settings = change(view);
        const signal = context.host.interrupted;
        const { endpoint } = settings;
        const isReadable = isReadableInTransit(endpoint) && !sameEndpoint(endpoint, view.settings.endpoint);
        if (isReadable) await acceptPlain(context, endpoint.host, options);
        const input = { gateway: view.id, settings, ...(isReadable ? { acceptPlain: true } : {}) };
        const { id } = await client.call('gateways.update', input, { signal });
        return await reportGateway(context, client, await waitForGateway(context, client, id));
      }),
    );
};

/**
 * Validates the options and returns a function that applies them to a gateway's settings.
 * @throws {UsageError} `usage.command-line`
 * @throws {GatewayError} `gateway.endpoint-invalid`, `gateway.fingerprint-invalid`
 */
function read({ name, address, fingerprint, access }: ChangeOptions): (view: GatewayView) => GatewaySettings {
  if ([name, address, fingerprint, access].every((given) => given === undefined))
    throw wrong('Give at least one option to change.');
  const called = name === undefined ? undefined : cleanName(name);
  if (called === '') throw wrong('--name needs a name.');
  const wanted = ACCESS.find((one) => one === access);
  if (access !== undefined && wanted === undefined) throw wrong(`--access must be one of ${ACCESS.join(', ')}.`);
  const endpoint = address === undefined ? undefined : parseEndpoint(address);
  const pin = fingerprint === undefined ? undefined : parseFingerprint(fingerprint);
  return ({ settings }) => ({
    ...settings,
    name: called ?? settings.name,
    endpoint: endpoint ?? settings.endpoint,
    // There is no certificate without TLS.
    fingerprint: endpoint?.tls === false ? null : (pin ?? settings.fingerprint),
    operator: {
      enabled: wanted === undefined ? settings.operator.enabled : wanted !== 'off',
      access: wanted === undefined || wanted === 'off' ? settings.operator.access : wanted,
    },
  });
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach gateway change --help' } });
}
