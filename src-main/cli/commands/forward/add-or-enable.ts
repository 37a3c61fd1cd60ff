import type { AppApiClient, CallInput, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';
import { nameWord } from '../machines/peer-format.ts';
import { askTrust } from './ask-trust.ts';
import { enableForward } from './change.ts';
import { freeForwardName } from './find.ts';
import { formatEndpoint } from './host-port.ts';
import { reportForward } from './report.ts';
import { LOOPBACK } from './listen-options.ts';
import { waitForForward } from './wait.ts';

/** Problems of a new forward that only another port, address or folder solves. Such a forward is removed again. */
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

/**
 * A forward that a command should add. `name` is undefined unless the person gave one; then `defaultName` is used, with
 * a number if another forward has that name.
 */
export type ForwardRequest = Readonly<{
  rule: ForwardRule;
  password: string | undefined;
  defaultName: string;
  name: string | undefined;
}>;

/**
 * Adds a forward through the agent, waits until it runs or fails, and prints its state. If a forward with the same
 * settings exists and no password was given, enables that one instead. Used by `forward add`, `auto`, `port` and
 * `share`.
 * @param portOption formats the option that chooses another port, for the message about a port in use
 * @returns the exit code
 */
export async function addOrEnableForward(
  context: CommandContext,
  client: AppApiClient,
  { rule, password, defaultName, name: givenName }: ForwardRequest,
  portOption?: (port: number) => string,
): Promise<number> {
  const views = await client.call('forwards.list', {}, { signal: context.host.interrupted });
  const same = views.find(
    (view) => comparable(view.rule) === comparable(rule) && (givenName ?? view.rule.name) === view.rule.name,
  );
  if (same !== undefined && password === undefined) return await enableForward(context, client, same.id);
  const name = givenName ?? (await freeForwardName(context, client, defaultName));
  const input = { rule: { ...rule, name }, ...(password === undefined ? {} : { password }) };
  const { host } = rule.listen;
  const formatPort =
    portOption ?? ((port) => (host === LOOPBACK ? `--port ${port}` : `--listen ${formatEndpoint({ host, port })}`));
  return await reportForward(context, client, await addForward(context, client, input, formatPort), { ask: false });
}

/**
 * Adds a forward and waits up to five seconds until it runs or fails. In a terminal, asks whether to trust an SSH
 * server's key, and whether to use a free port instead of one in use.
 * @throws {ProblemError} if the forward can't listen; it is removed again
 */
async function addForward(
  context: CommandContext,
  client: AppApiClient,
  input: CallInput<'forwards.add'>,
  portOption: (port: number) => string,
): Promise<ForwardView> {
  const added = await client.call('forwards.add', input, { signal: context.host.interrupted });
  let isKept = false;
  try {
    // Some problems at an SSH server appear only after its key is trusted.
    const view = await askTrust(context, client, await waitForForward(context, client, added));
    const { problem } = view;
    if (view.state !== 'failed' || problem === null || !NOT_KEPT.has(problem.code)) {
      isKept = true;
      return view;
    }
    const free = Number(problem.details['free'] ?? 0);
    const canAsk = free > 0 && context.prompter.available;
    if (canAsk && (await context.prompter.confirm(`Port ${input.rule.listen.port} is in use. Use ${free} instead?`))) {
      const rule = { ...input.rule, listen: { ...input.rule.listen, port: free } };
      const changed = await waitForForward(
        context,
        client,
        await client.call('forwards.update', { id: view.id, rule }),
      );
      isKept = true;
      return await askTrust(context, client, changed);
    }
    const { port } = input.rule.listen;
    const others = (await client.call('forwards.list', {})).filter(({ id }) => id !== added.id);
    const own =
      port === 0 ? undefined : others.find(({ rule, state }) => rule.listen.port === port && state === 'ready');
    const hint = [
      ...(free > 0 ? [`Port ${free} is free: \`${portOption(free)}\`.`] : []),
      ...(own === undefined
        ? []
        : [`Or remove that forward: \`clawreach forward remove ${nameWord(own.rule.name, own.id)}\`.`]),
      'Nothing was added.',
    ].join(' ');
    if (own !== undefined)
      throw new ProblemError('forward.port-own', { port, name: printable(own.rule.name) }, hint, { isDropped: true });
    throw new ProblemError(problem.code, problem.details, hint);
  } finally {
    // Also after Ctrl-C: the agent must not start this forward again.
    if (!isKept) await client.call('forwards.remove', { id: added.id }).catch(() => undefined);
  }
}

/** Serialises the settings of a forward without its name and whether it is enabled, to compare two forwards. */
function comparable(rule: ForwardRule): string {
  return JSON.stringify(
    Object.entries({ ...rule, name: '', enabled: true }).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
