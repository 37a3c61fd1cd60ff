import { parseFingerprint } from '#shared/openclaw/gateway/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { askCertificate, trustCertificate } from './ask-trust.ts';
import { chooseGateway } from './find.ts';
import { waitForGateway } from './wait.ts';
import { reportGateway } from './report.ts';
import { nameWord } from '../machines/peer-format.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

type TrustOptions = CommonOptions & Readonly<{ once?: boolean; fingerprint?: string }>;

/**
 * Registers `clawreach gateway trust`, which makes the agent trust a gateway's certificate, after a question or with
 * the fingerprint as an option. Starts an agent if none is running.
 */
export const addGatewayTrust: Registration = (gateway, run) => {
  addCommand(gateway, 'trust', 'trust the certificate of a gateway', {
    description: [
      'Trust the certificate of a gateway. First compare its fingerprint with the one that the gateway prints; nothing is sent there until ' +
        "you trust it. In a terminal, the fingerprint is shown and you're asked. In a script, give it with --fingerprint. If the certificate " +
        'has changed, enter the last four characters of the new one to trust it.',
    ].join('\n'),
    examples: [
      ['clawreach gateway trust home', 'shows the fingerprint and asks'],
      ['clawreach gateway trust home --fingerprint 0F:3A:…', 'only if it has this fingerprint'],
      ['clawreach gateway trust home --once', 'until ClawReach stops'],
    ],
  })
    .argument('[name]', 'name or ID of the gateway; optional if there is only one')
    .option('--once', 'only until ClawReach stops')
    .option('--fingerprint <hex>', 'SHA-256, 64 hexadecimal digits, with or without colons')
    .action((name: string | undefined, options: TrustOptions) =>
      run(options, async (context) => {
        const given = options.fingerprint === undefined ? undefined : parseFingerprint(options.fingerprint);
        const how = options.once === true ? 'once' : 'always';
        const client = await ensureAgent(context);
        const { id } = await chooseGateway(context, client, name);
        const view = await waitForGateway(context, client, id);
        const { certificate } = view;
        const { name: called } = view.settings;
        if (certificate === null) {
          if (given !== undefined && view.settings.fingerprint === given)
            return await reportGateway(context, client, view);
          throw new UsageError('usage.gateway-certificate', 'no certificate waits', { details: { name: called } });
        }
        if (given !== undefined && given !== certificate.fingerprint) {
          throw new UsageError('usage.gateway-fingerprint', 'the gateway shows another fingerprint', {
            details: { given, shown: certificate.fingerprint },
          });
        }
        if (given === undefined && !context.prompter.available) {
          throw new UsageError('usage.gateway-undecided', 'the fingerprint must be given', {
            details: { fingerprint: certificate.fingerprint, name: nameWord(called, id) },
          });
        }
        const trusted =
          given === undefined
            ? await askCertificate(context, client, view, how)
            : await trustCertificate(context, client, view, how, given.slice(-4));
        return await reportGateway(context, client, trusted, { ask: false });
      }),
    );
};
