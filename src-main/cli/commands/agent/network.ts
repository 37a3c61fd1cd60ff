import { Option } from 'commander';
import { type NetworkView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import { addProxyOptions, formatProxy, namesProxy, setProxy, type ProxyOptions } from './relay-proxy.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration } from '../registry.ts';

type NetworkOptions = CommonOptions & ProxyOptions & Readonly<{ listen?: NetworkView['listen']; port?: number }>;

export const addNetwork: Registration = (program, run) => {
  const command = addCommand(
    program,
    'network',
    'show or change how this device takes direct connections and reaches relays',
    {
      description:
        'Show or change how this device takes direct connections, and through which proxy it reaches relays. Peers that reach each other directly need no relay in between; it is ' +
        'enough if one of the two takes connections. Whoever is not paired gets no answer. The proxy of a company is for relays only: direct ' +
        'connections never go through it.',
      examples: [
        ['clawreach network', 'port, and the addresses that peers are told'],
        ['clawreach network --port 7473', 'which port; open it in the firewall'],
        ['clawreach network --listen outbound-only', 'take none; connect to others only'],
        ['clawreach network --proxy http://proxy.example:3128 --proxy-user ada', 'reach relays through this proxy'],
        ['clawreach network --ca company.pem', 'trust the authority of a company for relays'],
      ],
    },
  );
  addProxyOptions(command)
    .addOption(
      new Option('--listen <how>', 'take direct connections, or only make them').choices(['on', 'outbound-only']),
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
  const told =
    listen === 'outbound-only'
      ? []
      : addresses.length === 0
        ? ['Addresses  none that another device could dial']
        : addresses.map((address, index) => `${index === 0 ? 'Addresses' : '         '}  ${printable(address)}`);
  return [`Direct     ${describeListener(network)}`, ...cause, ...told];
}

/** Describes the listener for direct connections on one line, for `network` and `status`. */
export function describeListener({ listen, port, listening }: NetworkView): string {
  if (listen === 'outbound-only') return 'outbound only: makes direct connections, takes none';
  if (listening === null) return `does not listen, though it should (port ${port})`;
  const other = listening === port ? '' : `; ${port} was taken`;
  return `takes connections on port ${listening}${other}`;
}
