import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { printable } from '../../output/index.ts';
import { waitForForward } from './wait.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Prints the untrusted key of a forward's SSH server and asks whether to trust it. Returns the forward unchanged if the person says no, or if there
 * is no terminal to ask in. Used by commands that start a forward or trust its server.
 */
export async function askTrust(context: CommandContext, client: AppApiClient, view: ForwardView): Promise<ForwardView> {
  const { prompter, reporter } = context;
  const { hostKey, rule } = view;
  if (hostKey === null) return view;
  const host = rule.kind === 'ssh-tunnel' ? printable(rule.server.host) : 'the server';
  reporter.note(
    ...(hostKey.before === null
      ? [`${host} shows a key that isn't trusted on this machine yet:`]
      : [
          reporter.noteStyle.red(
            `${host} shows a different key than before. Someone may be intercepting, or the server was reinstalled.`,
          ),
          `    before  ${printable(hostKey.before)}`,
        ]),
    `    ${hostKey.before === null ? '' : 'now     '}${reporter.noteStyle.bold(printable(hostKey.fingerprint))}`,
  );
  if (!prompter.available) return view;
  const answer = await prompter.confirm("Have you compared it with the server's own fingerprint, and is it the same?");
  return answer ? await trustHostKey(context, client, view, hostKey.fingerprint) : view;
}

/**
 * Tells the agent to trust the SSH key with that fingerprint, and waits until the forward runs or fails.
 * @throws {AppApiError} `ssh.host-key-other` if the server shows another key
 */
export async function trustHostKey(
  context: CommandContext,
  client: AppApiClient,
  { id }: ForwardView,
  fingerprint: string,
): Promise<ForwardView> {
  const view = await client.call('forwards.trustHostKey', { id, fingerprint }, { signal: context.host.interrupted });
  return await waitForForward(context, client, view);
}
