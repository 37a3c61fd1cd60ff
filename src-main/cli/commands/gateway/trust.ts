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

export const addGatewayTrust: Registration = (gateway, run) => {
  addCommand(gateway, 'trust', 'trust the certificate of a gateway', {
    description: [
      'Trust the certificate that a gateway shows. Compare its fingerprint with the one that is printed on the gateway first: until then nothing is ' +
        'sent there. On a terminal you are shown it and asked; in a script it has to be given, and has to be the one shown. Over a ' +
        'certificate that was trusted before, the last four digits have to be typed.',
    ].join('\n'),
    examples: [
      ['clawreach gateway trust home', 'shows it and asks'],
      ['clawreach gateway trust home --fingerprint 0F:3A:…', 'only if it is this one'],
      ['clawreach gateway trust home --once', 'until the agent ends'],
    ],
  })
    .argument('[name]', 'name or ID of the gateway; optional if there is only one')
    .option('--once', 'only until the agent ends')
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
