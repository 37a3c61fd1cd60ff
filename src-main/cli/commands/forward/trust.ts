import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { findRule } from './find.ts';
import { nameWord } from '../machines/peer-format.ts';
import { askTrust, trust } from './ask-trust.ts';
import { reportForward } from './report.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

export const addRelayTrust: Registration = (relay, run) => {
  addCommand(relay, 'trust', 'trust the key of an SSH server', {
    description: [
      'Trust the key that the SSH server of a rule shows. Compare its fingerprint with that of the server first (`ssh-keygen -lf` of its host ' +
        'key, there). On a terminal you are shown the fingerprint and asked; in a script it has to be given, and has to be the one shown.',
    ].join('\n'),
    examples: [
      ['clawreach relay trust gate', 'shows it and asks'],
      ['clawreach relay trust gate SHA256:Zk3…', 'only if it is this one'],
    ],
  })
    .argument('<name>', 'name of the rule')
    .argument('[fingerprint]', 'the whole of it, SHA256:…')
    .action((name: string, fingerprint: string | undefined, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const view = await findRule(context, client, name);
        if (view.hostKey === null) {
          throw new ClawReachError('forward.no-host-key', 'no key waits', {
            details: { name: printable(view.rule.name) },
          });
        }
        if (fingerprint === undefined && !context.prompter.available) {
          throw new UsageError('usage.fingerprint', 'the fingerprint must be given', {
            details: { fingerprint: view.hostKey.fingerprint, name: nameWord(view.rule.name, view.id) },
          });
        }
        const trusted =
          fingerprint === undefined
            ? await askTrust(context, client, view)
            : await trust(context, client, view, fingerprint);
        return await reportForward(context, client, trusted, { ask: false });
      }),
    );
};
