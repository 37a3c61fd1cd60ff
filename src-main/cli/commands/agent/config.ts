import { ensureAgent, ensureRelay, goBack, namesAdmission } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { formatRelayStatus } from './relay-format.ts';
import { addCommand, addRelayOptions, type CommonOptions, type Registration, type RelayFlags } from '../registry.ts';

export const addConfig: Registration = (program, run) => {
  const config = addCommand(program, 'config', 'show or change the settings of this device', {
    examples: [
      ['clawreach config', 'what is set'],
      ['clawreach config relay wss://relay.example:7474', 'which relay'],
      ['clawreach config name office', 'what other devices see as its name'],
    ],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await ensureAgent(context);
      const { device, relay, profile, secretStore } = await client.call('status.get', {});
      context.reporter.document({ name: device.name, relay: relay.url, profile, secretStore });
      context.reporter.lines(
        `name     ${printable(device.name)}`,
        `relay    ${relay.url ?? '-'}`,
        `profile  ${profile}`,
        `keys     ${secretStore}`,
      );
    }),
  );
  const relay = addCommand(config, 'relay', 'set the relay of this device', {
    description:
      'Set the relay of this device, connect to it, and keep it. Asks on a terminal for what is missing. With --back: from the relay of the ' +
      'ClawReach application on this machine back to the one used before it, as that was set.',
    examples: [
      ['clawreach config relay wss://relay.example', 'a relay with a public certificate'],
      ['clawreach config relay wss://198.51.100.7:7474 --pin 3f9a…', 'a relay of your own; asks for its token'],
      ['clawreach config relay --back', 'the one used before that of the application here'],
    ],
  });
  addRelayOptions(relay)
    .option('--force', 'set it although nothing answers there now')
    .option('--back', 'use the relay again that was used before the one of the application on this machine')
    .argument('[url]', 'such as wss://relay.example:7474')
    .action(
      (
        url: string | undefined,
        { back, ...options }: CommonOptions & RelayFlags & Readonly<{ back?: boolean; force?: boolean }>,
      ) =>
        run({ ...config.opts<CommonOptions>(), ...options }, async (context) => {
          const { relay: named, pin, insecure } = options;
          const isSet = namesAdmission(options) || [url, named, pin, insecure].some((said) => said !== undefined);
          const target = url ?? named;
          if ((back === true) === isSet || (back !== true && target === undefined))
            throw new UsageError('usage.config-relay', 'an address or --back');
          const client = await ensureAgent(context, { createsProfile: back !== true });
          const status =
            target === undefined
              ? await goBack(context, client)
              : await ensureRelay(context, client, { ...options, relay: target });
          context.reporter.document(status);
          context.reporter.lines(formatRelayStatus(status, context.host.clock.now()));
        }),
    );
  addCommand(config, 'name', 'set the name that other devices see when they pair with this one', {
    examples: [['clawreach config name office', '']],
  })
    .argument('<name>', 'up to 64 characters')
    .action((name: string, options: CommonOptions) =>
      run({ ...config.opts<CommonOptions>(), ...options }, async (context) => {
        const client = await ensureAgent(context, { createsProfile: true });
        const { device } = await client.call('device.rename', { name });
        context.reporter.document({ name: device.name });
        context.reporter.lines(`This device is now called ${printable(device.name)}.`);
      }),
    );
};
