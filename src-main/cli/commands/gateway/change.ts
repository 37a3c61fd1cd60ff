import { Option } from 'commander';
import type { GatewaySettings, GatewayView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { isReadableOnTheWay, parseEndpoint, parseFingerprint, sameEndpoint } from '#shared/openclaw/gateway/index.ts';
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

export const addGatewayChange: Registration = (gateway, run) => {
  addCommand(gateway, 'change', 'change name, address or access of a gateway', {
    description:
      'Change what was set of a gateway. Keys and tokens stay, but a token goes to another address only once the certificate there is trusted. ' +
      'What this machine does as a node is `clawreach node`.',
    examples: [
      ['clawreach gateway change home --address wss://10.0.0.4:18790', 'the port was wrong'],
      ['clawreach gateway change home --name cellar', ''],
      ['clawreach gateway change home --access read-only', 'look only; full, off'],
    ],
  })
    .argument('<gateway>', 'name or ID of the gateway')
    .addOption(new Option('--name <name>', 'what to call it here').argParser(parseName))
    .option('--address <address>', 'where it answers')
    .option('--fingerprint <hex>', 'trust exactly this certificate (SHA-256)')
    .option('--access <access>', `what this device does there as an operator: ${ACCESS.join(', ')}`)
    .option('--insecure', 'accept that others in the network can read the token, for an address without TLS')
    .action((reference: string, options: ChangeOptions) =>
      run(options, async (context) => {
        // Reject wrong options before anything is started.
        const change = read(options);
        const client = await ensureAgent(context);
        const view = await chooseGateway(context, client, reference);
        const settings = change(view);
        const signal = context.host.interrupted;
        const { endpoint } = settings;
        const isReadable = isReadableOnTheWay(endpoint) && !sameEndpoint(endpoint, view.settings.endpoint);
        if (isReadable) await acceptPlain(context, endpoint.host, options);
        const input = { gateway: view.id, settings, ...(isReadable ? { acceptPlain: true } : {}) };
        const { id } = await client.call('gateways.update', input, { signal });
        return await reportGateway(context, client, await waitForGateway(context, client, id));
      }),
    );
};

/**
 * Reads the options as a function that changes the settings.
 * @throws {UsageError} `usage.command-line`
 * @throws {GatewayError} `gateway.endpoint-invalid`, `gateway.fingerprint-invalid`
 */
function read({ name, address, fingerprint, access }: ChangeOptions): (view: GatewayView) => GatewaySettings {
  if ([name, address, fingerprint, access].every((given) => given === undefined))
    throw wrong('Nothing was given to change.');
  const called = name === undefined ? undefined : cleanName(name);
  if (called === '') throw wrong('--name needs a name.');
  const wanted = ACCESS.find((one) => one === access);
  if (access !== undefined && wanted === undefined) throw wrong(`--access is one of ${ACCESS.join(', ')}.`);
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
