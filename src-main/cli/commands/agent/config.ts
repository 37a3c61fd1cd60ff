import { Argument } from 'commander';
import {
  BROWSER_MODES,
  type AgentStatus,
  type BrowserMode,
  type PeerView,
  type RelayStatus,
} from '#shared/app-api/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { ensureAgent, ensureRelay, goBack, leaveRelay, namesAdmission, viewAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { printable } from '../../output/index.ts';
import { hasUncomparedWords } from '../machines/compare-words.ts';
import { peerName, peerWord, shellWord } from '../machines/peer-format.ts';
import { formatRelayStatus } from './relay-format.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

/** Words for what browsers may do. */
const BROWSERS: Readonly<Record<BrowserMode, string>> = {
  never: 'may do nothing here',
  ask: 'have to ask each time',
  approved: 'may do what you approved',
};

/** Offers this machine's relay to a peer and waits for the answer. */
async function offerRelay(context: CommandContext, name: string): Promise<number> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name });
  const shown = peerName(peer);
  const answer = await client.call(
    'relayOffers.send',
    { peer: peer.peerId },
    {
      signal: host.interrupted,
      onProgress: (step) => {
        if (step === 'approval') reporter.note(approvalWait(shown));
      },
    },
  );
  reporter.document(answer);
  if (answer.online) {
    reporter.lines(`${shown} uses the relay of this machine now.`);
    return EXIT.ok;
  }
  const { relay } = await client.call('status.get', {});
  reporter.note(`${shown} uses the relay of this machine, but isn't connected to it.`, `  ${offerStep(peer, relay)}`);
  return EXIT.failure;
}

/** Returns what lets a machine in at the relay that it was offered. Machines whose words aren't compared are enrolled by none. */
function offerStep(peer: PeerView, { url }: RelayStatus): string {
  return hasUncomparedWords(peer)
    ? `Compare its four words on both machines, which lets it in there: \`clawreach confirm ${peerWord(peer)}\``
    : `There, \`clawreach status\` says why. If the relay wants a token: \`clawreach config relay ${shellWord(url ?? 'URL')}\` there asks for it.`;
}

/** Returns what makes this machine's relay lead to others: pairing, also with those that are paired already, since a new relay doesn't know them. */
function pairingHint(before: AgentStatus, { url }: RelayStatus): readonly string[] {
  if (before.peers.known === 0)
    return ['To pair this machine with another one: `clawreach pair`, there `clawreach pair -`'];
  if (before.relay.url === url) return [];
  return [
    `Your machines are reached over this relay once they use it too: \`clawreach config relay ${shellWord(url ?? '')}\` there.`,
    'Or, while both are connected: `clawreach config relay --offer NAME` asks the user of that machine.',
    "A machine that you can't reach afterwards: pair it again with `clawreach pair --link`, there `clawreach pair -`; its name and permissions stay.",
  ];
}

/** Prints the relay of this machine. */
async function showRelay(context: CommandContext): Promise<number> {
  const client = await viewAgent(context);
  const { relay } = await client.call('status.get', {});
  context.reporter.document(relay);
  context.reporter.lines(
    formatRelayStatus(relay, context.host.clock.now()),
    ...(relay.pin === undefined ? [] : [`pin    ${formatPin(relay.pin)}`]),
  );
  return EXIT.ok;
}

/**
 * Registers `clawreach config` with `config relay`, `config name` and `config browsers`. They show and change settings that the agent
 * stores. A change starts an agent if none is running.
 */
export const addConfig: Registration = (program, run) => {
  const config = addCommand(
    program,
    'config',
    'show or change the relay and the name of this machine, and what browsers may do',
    {
      examples: [
        ['clawreach config', 'show the settings'],
        ['clawreach config relay wss://relay.example:7474', 'use this relay'],
        ['clawreach config name office', 'the name that other machines see'],
      ],
    },
  ).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await viewAgent(context);
      const { device, relay, profile, secretStore, browsers = 'approved' } = await client.call('status.get', {});
      context.reporter.document({
        name: device.name,
        relay: relay.url,
        pin: relay.pin ?? null,
        profile,
        secretStore,
        browsers,
      });
      context.reporter.lines(
        `name      ${printable(device.name)}`,
        `relay     ${relay.url ?? '-'}`,
        ...(relay.pin === undefined ? [] : [`pin       ${formatPin(relay.pin)}`]),
        `profile   ${profile}`,
        `keys      ${secretStore}`,
        `browsers  ${browsers} (they ${BROWSERS[browsers]})`,
      );
    }),
  );
  const relay = addCommand(config, 'relay', 'show or set the relay of this machine', {
    description: [
      "Set the relay of this machine and connect to it. In a terminal, you're asked for anything that's missing.",
      '',
      'With --offer, the user of another machine is asked in the Inbox of its window to use the relay of this one; nothing has to be typed there.',
      '',
      "While this machine's relay works, another one is set only once it answers and admits this machine; --force sets it anyway. Without a relay " +
        'that works, it is set at once, and ClawReach keeps trying.',
      '',
      'The ClawReach application can host a relay on this machine. With --back, this machine returns to the relay it used before that one.',
    ].join('\n'),
    examples: [
      ['clawreach config relay wss://relay.example', 'a relay with a public certificate'],
      ['clawreach config relay wss://198.51.100.7:7474 --pin 3f9a…', 'a relay of your own; asks for its token'],
      ['clawreach config relay --offer office', 'asks the user of office to use the relay of this machine'],
      ['clawreach config relay --back', 'the relay used before the one hosted here'],
      ['clawreach config relay none', 'no relay: machines in this network only'],
    ],
  });
  addRelayOptions(relay)
    .option('--force', 'set it even if the relay in use works and nothing answers at the new one now')
    .option('--offer <name>', 'offer the relay of this machine to another machine')
    .option('--back', 'return to the relay used before the one that the application hosts here')
    .argument('[url]', 'address of the relay, such as wss://relay.example:7474, or none')
    .action(
      (
        url: string | undefined,
        {
          back,
          offer,
          ...options
        }: CommonOptions & RelayFlags & Readonly<{ back?: boolean; force?: boolean; offer?: string }>,
      ) =>
        run({ ...config.opts<CommonOptions>(), ...options }, async (context) => {
          const { relay: named, pin, insecure } = options;
          const isSet = namesAdmission(options) || [url, named, pin, insecure].some((said) => said !== undefined);
          const target = url ?? named;
          const wanted = [back === true, offer !== undefined, isSet].filter(Boolean).length;
          if (wanted === 0) return await showRelay(context);
          if (wanted !== 1 || (isSet && target === undefined))
            throw new UsageError('usage.config-relay', 'an address, --offer or --back');
          if (url !== undefined && /^[a-z\d_-]+$/i.test(url) && url !== 'none' && url !== 'localhost') {
            const reason = `"${printable(url)}" has neither a port nor a domain. Write ${printable(url)}:7474, or wss://${printable(url)}.`;
            throw new UsageError('usage.command-line', reason, {
              details: { reason, help: 'clawreach config relay --help' },
            });
          }
          if (offer !== undefined) return await offerRelay(context, offer);
          const client = await ensureAgent(context, { createsProfile: back !== true });
          const before = await client.call('status.get', {});
          const status =
            target === undefined
              ? await goBack(context, client)
              : target === 'none'
                ? await leaveRelay(context, client)
                : await ensureRelay(context, client, { ...options, relay: target });
          context.reporter.document(status);
          context.reporter.lines(formatRelayStatus(status, context.host.clock.now()));
          if (target !== undefined && target !== 'none') context.reporter.note(...pairingHint(before, status));
          return EXIT.ok;
        }),
    );
  addCommand(config, 'browsers', 'set what browsers that are paired with this machine may do', {
    description: [
      'A browser can be paired like a machine. Its page comes from a relay, which could change it.',
      '',
      '  never     no browser can be paired, and those that are may do nothing',
      '  ask       you are asked about every terminal of a browser',
      '  approved  an approved browser opens terminals without asking, until its end (default)',
    ].join('\n'),
    examples: [['clawreach config browsers ask', '']],
  })
    .addArgument(new Argument('<mode>', 'never, ask or approved').choices(BROWSER_MODES))
    .action((mode: BrowserMode, options: CommonOptions) =>
      run({ ...config.opts<CommonOptions>(), ...options }, async (context) => {
        const client = await ensureAgent(context, { createsProfile: true });
        await client.call('peers.setBrowsers', { mode });
        context.reporter.document({ browsers: mode });
        context.reporter.lines(`Browsers ${BROWSERS[mode]}.`);
      }),
    );
  addCommand(config, 'name', 'show or set the name that other machines see when they pair with this one', {
    examples: [['clawreach config name office', '']],
  })
    .argument('[name]', 'up to 64 characters')
    .action((name: string | undefined, options: CommonOptions) =>
      run({ ...config.opts<CommonOptions>(), ...options }, async (context) => {
        if (name === undefined) {
          const { device } = await (await viewAgent(context)).call('status.get', {});
          context.reporter.document({ name: device.name });
          context.reporter.lines(printable(device.name));
          return;
        }
        const client = await ensureAgent(context, { createsProfile: true });
        const before = await client.call('status.get', {});
        const { device } = await client.call('device.rename', { name });
        context.reporter.document({ name: device.name });
        context.reporter.lines(`This machine is now called "${printable(device.name)}".`);
        if (before.device.name !== device.name && before.peers.known > 0)
          context.reporter.note(
            'Machines that are paired already keep their name for it. To change that, there: `clawreach rename`',
          );
      }),
    );
};
