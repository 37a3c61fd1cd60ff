import type { AppApiClient, CallInput, ForwardView } from '#shared/app-api/index.ts';
import { RuleError } from '../../errors.ts';
import { askTrust } from './ask-trust.ts';
import { waitForForward } from './wait.ts';
import type { CommandContext } from '../registry.ts';

/** A new rule that fails for these is not kept: the person tries again with something else. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'forward.port-in-use',
  'forward.port-privileged',
  'forward.port-unavailable',
  'forward.address',
  'forward.listen-failed',
  'ssh.port-taken',
  'folder.missing',
  'folder.not-a-folder',
  'folder.private',
  'folder.unreadable',
]);

export type AddOptions = Readonly<{
  /** How the person says another port on the command line, for the message where the wanted one is taken. */
  otherPort(port: number): string;
}>;

/**
 * Adds a rule and waits a moment for it; a person is asked about an SSH server's key. A port that is taken is asked about on a terminal; without one the rule is not kept.
 * @throws {RuleError} why it cannot listen
 */
export async function addRule(
  context: CommandContext,
  client: AppApiClient,
  input: CallInput<'forwards.add'>,
  { otherPort }: AddOptions,
): Promise<ForwardView> {
  const added = await client.call('forwards.add', input, { signal: context.host.interrupted });
  let kept = false;
  try {
    // What stands in the way at an SSH server is seen only after its key is trusted.
    const view = await askTrust(context, client, await waitForForward(context, client, added));
    const { problem } = view;
    if (view.state !== 'failed' || problem === null || !NOT_KEPT.has(problem.code)) {
      kept = true;
      return view;
    }
    const free = Number(problem.details['free'] ?? 0);
    const isAsked = free > 0 && context.prompter.available;
    if (isAsked && (await context.prompter.confirm(`Port ${input.rule.listen.port} is taken. Use ${free} instead?`))) {
      const rule = { ...input.rule, listen: { ...input.rule.listen, port: free } };
      const changed = await waitForForward(
        context,
        client,
        await client.call('forwards.update', { id: view.id, rule }),
      );
      kept = true;
      return await askTrust(context, client, changed);
    }
    const hint = free > 0 ? `Port ${free} is free: \`${otherPort(free)}\`. Nothing was added.` : 'Nothing was added.';
    throw new RuleError(problem.code, problem.details, hint);
  } finally {
    // Interrupted, or refused: what was not kept does not come back with the next start either.
    if (!kept) await client.call('forwards.remove', { id: added.id }).catch(() => undefined);
  }
}
