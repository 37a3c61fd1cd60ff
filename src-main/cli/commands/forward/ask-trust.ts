import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { printable } from '../../output/index.ts';
import { waitForForward } from './wait.ts';
import type { CommandContext } from '../registry.ts';

/** Shows the key that a rule's server has shown, and asks; without a terminal, and after a no, the rule stays as it is. */
export async function askTrust(context: CommandContext, client: AppApiClient, view: ForwardView): Promise<ForwardView> {
  const { prompter, reporter } = context;
  const { hostKey, rule } = view;
  if (hostKey === null) return view;
  const host = rule.kind === 'ssh-tunnel' ? printable(rule.server.host) : 'the server';
  reporter.note(
    ...(hostKey.before === null
      ? [`${host} shows a key that nobody here has trusted yet:`]
      : [
          reporter.noteStyle.red(
            `${host} shows another key than before. Somebody may be in between, or it was set up anew.`,
          ),
          `    before  ${printable(hostKey.before)}`,
        ]),
    `    ${hostKey.before === null ? '' : 'now     '}${reporter.noteStyle.bold(printable(hostKey.fingerprint))}`,
  );
  if (!prompter.available) return view;
  const answer = await prompter.confirm('Have you compared it with the one of the server, and is it the same?');
  return answer ? await trust(context, client, view, hostKey.fingerprint) : view;
}

/** Trusts that key, and waits a moment for what comes of it. @throws {AppApiError} `ssh.host-key-other` */
export async function trust(
  context: CommandContext,
  client: AppApiClient,
  { id }: ForwardView,
  fingerprint: string,
): Promise<ForwardView> {
  const view = await client.call('forwards.trustHostKey', { id, fingerprint }, { signal: context.host.interrupted });
  return await waitForForward(context, client, view);
}
