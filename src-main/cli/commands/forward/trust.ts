import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import { findForward } from './find.ts';
import { nameWord } from '../machines/peer-format.ts';
import { askTrust, trustHostKey } from './ask-trust.ts';
import { reportForward } from './report.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Registers `clawreach forward trust`, which makes the agent trust the key of a forward's SSH server, after a question
 * or with the fingerprint as an argument. Starts an agent if none is running.
 */
export const addForwardTrust: Registration = (group, run) => {
  addCommand(group, 'trust', 'trust the key of an SSH server', {
    description: [
      "Trust the key of a forward's SSH server. Compare its fingerprint first: run `ssh-keygen -lf` with the host key on the server. In a " +
        "terminal, the fingerprint is shown and you're asked. In a script, give the fingerprint; the key is trusted only if it matches.",
    ].join('\n'),
    examples: [
      ['clawreach forward trust gate', 'shows the fingerprint and asks'],
      ['clawreach forward trust gate SHA256:Zk3…', 'only if the key matches'],
    ],
  })
    .argument('<name>', 'name of the forward')
    .argument('[fingerprint]', 'the whole fingerprint, SHA256:…')
    .action((name: string, fingerprint: string | undefined, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const view = await findForward(context, client, name);
        if (view.hostKey === null) {
          throw new ClawReachError('forward.no-host-key', 'no key waits to be trusted', {
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
            : await trustHostKey(context, client, view, fingerprint);
        return await reportForward(context, client, trusted, { ask: false });
      }),
    );
};
