import type { AppApiClient, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { shellWord } from '../machines/peer-format.ts';
import type { CommandContext } from '../registry.ts';
import { formatEndpoint } from './host-port.ts';

/** Codes of problems that end once the other machine allows what the forward needs. */
const DECIDED_THERE: ReadonlySet<string> = new Set(['forward.asking', 'forward.denied', 'forward.unanswered']);

/**
 * Formats the command that allows a forward at the machine it leads to, such as `clawreach targets AVN9J1V --listen 127.0.0.1:8080`.
 * @param shortId short ID of this machine, which may have another name there
 */
export function allowThereLine(rule: ForwardRule, shortId: string): string {
  return `To allow it there, where ${shellWord(shortId)} is this machine: \`${allowThere(rule, shortId)}\``;
}

/** Returns that line if the forward waits for the other machine's permission, or was declined; empty otherwise. */
export async function readAllowThere(
  { host }: CommandContext,
  client: AppApiClient,
  { rule, problem }: Pick<ForwardView, 'rule' | 'problem'>,
): Promise<readonly string[]> {
  if (problem === null || !DECIDED_THERE.has(problem.code)) return [];
  const { device } = await client.call('status.get', {}, { signal: host.interrupted });
  return [allowThereLine(rule, device.shortId)];
}

function allowThere(rule: ForwardRule, shortId: string): string {
  if (rule.kind === 'ssh-tunnel')
    return `clawreach targets ${shellWord(shortId)} --allow ${shellWord(formatEndpoint(rule.server))}`;
  if ('direction' in rule && rule.direction === 'remote')
    return `clawreach targets ${shellWord(shortId)} --listen ${shellWord(formatEndpoint(rule.listen))}`;
  if ('to' in rule && rule.to !== null)
    return `clawreach targets ${shellWord(shortId)} --allow ${shellWord(formatEndpoint(rule.to))}`;
  // A proxy has no target of its own.
  return `clawreach rights ${shellWord(shortId)} --allow forward`;
}
