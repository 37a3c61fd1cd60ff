import { Option } from 'commander';
import { type NetworkView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import { addProxyOptions, formatProxy, namesProxy, setProxy, type ProxyOptions } from './relay-proxy.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration } from '../registry.ts';

type NetworkOptions = CommonOptions & ProxyOptions & Readonly<{ listen?: NetworkView['listen']; port?: number }>;

/**
 * Registers `clawreach network`, which shows and changes the agent's listener for direct connections and its proxy for
 * relays. Starts an agent if none is running; reads a password from the environment or asks for it.
 */
export const addNetwork: Registration = (program, run) => {
  const command = addCommand(
    program,
    'network',
    'show or change how this machine accepts direct connections and reaches relays',
    {
      description: [
        "Show or change how this machine accepts direct connections. Machines with a direct connection don't need a relay; it's enough if one " +
          "of the two accepts connections. Machines that aren't paired with this one get no answer.",
        '',
        'In a network where only a proxy reaches the outside, set the proxy here. It is used for relays only, never for direct connections.',
      ].join('\n'),
      examples: [
        ['clawreach network', 'the port, and the addresses that your machines get'],
        ['clawreach network --port 7473', 'use this port; open it in the firewall'],
        ['clawreach network --listen outbound-only', 'accept no connections, only connect to others'],
        ['clawreach network --proxy http://proxy.example:3128 --proxy-user ada', 'reach relays through this proxy'],
        ['clawreach network --ca company.pem', 'also trust the authority of your company for relays'],
      ],
    },
  );
  addProxyOptions(command)
    .addOption(
      new Option('--listen <how>', 'accept direct connections, or only make them').choices(['on', 'outbound-only']),
    )
    .option('--port <n>', 'port to listen on', parseWhole(1, 65_535))
    .action((options: NetworkOptions) =>
      run(options, async (context) => {
        const { listen, port } = options;
        // Only a proxy may set up a new profile, since the first relay may be reachable only through it.
        const client = await ensureAgent(context, { createsProfile: namesProxy(options) });
        const network =
          listen === undefined && port === undefined
            ? await client.call('network.get', {})
            : await client.call('network.set', {
                ...(listen === undefined ? {} : { listen }),
                ...(port === undefined ? {} : { port }),
              });
        const proxy = namesProxy(options)
          ? await setProxy(context, client, options)
          : await client.call('network.proxy.get', {});
        context.reporter.document({ ...network, proxy });
        context.reporter.lines(...formatNetwork(network), ...formatProxy(proxy));
      }),
    );
};

function formatNetwork(network: NetworkView): readonly string[] {
  const { listen, problem, addresses } = network;
  const cause =
    problem === null ? [] : [`           ${printable(commandErrorText(problem, problem).what)}  [${problem}]`];
  const addressLines =
    listen === 'outbound-only'
      ? []
      : addresses.length === 0
        ? ['Addresses  none that another machine could reach']
        : addresses.map((address, index) => `${index === 0 ? 'Addresses' : '         '}  ${printable(address)}`);
  return [`Direct     ${describeListener(network)}`, ...cause, ...addressLines];
}

/** Describes the listener for direct connections on one line, for `network` and `status`. */
export function describeListener({ listen, port, listening }: NetworkView): string {
  if (listen === 'outbound-only') return 'outbound only: makes direct connections, accepts none';
  if (listening === null) return `not listening on port ${port}`;
  const other = listening === port ? '' : `, because ${port} was in use`;
  return `listening on port ${listening}${other}`;
}
