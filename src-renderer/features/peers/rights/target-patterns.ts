import { targetPattern, type TargetPattern } from '#shared/app-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Texts of the fields for a new target. */
export type TargetInput = Readonly<{ kind: TargetPattern['kind']; host: string; ports: string }>;
/** Form of a network in CIDR notation. Any other text with a slash is a URL. */
const NETWORK = /^[0-9a-f:.]+\/\d{1,3}$/i;

/** Field that can't be used, or `known` when the list has the target already. */
export type TargetProblem = 'host' | 'ports' | 'known';

/** Splits `office:5432` into host and ports; a bare IPv6 address has no port. */
export function splitTarget(typed: string): Readonly<{ host: string; ports: string | undefined }> {
  const pair = /^(\[[^\]]+\]|[^:\s]+):(\*|\d{1,5}(?:-\d{1,5})?)$/.exec(typed.trim());
  const [, host, ports] = pair ?? [];
  return host === undefined ? { host: typed, ports: undefined } : { host: bare(host), ports };
}

/**
 * Converts the typed texts into a pattern, or names the problem, for `AllowedTargets`. The agent checks the rest.
 * @param expiresAt end of the pattern, ms since 1970; null for none
 * @param known patterns that the list has already
 */
export function readTarget(
  { kind, host, ports }: TargetInput,
  expiresAt: number | null,
  known: readonly TargetPattern[],
): Readonly<{ pattern: TargetPattern }> | Readonly<{ problem: TargetProblem }> {
  const parsed = safeParse(targetPattern, { kind, host: bare(host.trim()), ports: ports.trim(), expiresAt });
  if (!parsed.success)
    return { problem: parsed.error.issues.some(({ path }) => path[0] === 'host') ? 'host' : 'ports' };
  const pattern = parsed.data;
  if (pattern.host.includes('/') && !NETWORK.test(pattern.host)) return { problem: 'host' };
  if (!arePorts(pattern.ports)) return { problem: 'ports' };
  return known.some((other) => isSameTarget(other, pattern)) ? { problem: 'known' } : { pattern };
}

/** Reports whether both patterns cover the same targets; their expiry may differ. */
function isSameTarget(one: TargetPattern, other: TargetPattern): boolean {
  return (
    one.kind === other.kind &&
    one.host.toLowerCase() === other.host.toLowerCase() &&
    one.ports === other.ports &&
    one.protocol === other.protocol &&
    one.at?.join() === other.at?.join()
  );
}

/**
 * Applies the person's additions and removals to the agent's current list, because others may have changed that list. Pure.
 * @param now the agent's current list
 * @param before list when the person began
 * @param wanted list as the person left it
 */
export function mergeTargets(
  now: readonly TargetPattern[],
  before: readonly TargetPattern[],
  wanted: readonly TargetPattern[],
): TargetPattern[] {
  const isIn = (list: readonly TargetPattern[], pattern: TargetPattern): boolean =>
    list.some((other) => isSameTarget(other, pattern));
  const removed = before.filter((pattern) => !isIn(wanted, pattern));
  // A pattern with another expiry counts as added.
  const added = wanted.filter(
    (pattern) => !before.some((other) => isSameTarget(other, pattern) && other.expiresAt === pattern.expiresAt),
  );
  return [...now.filter((pattern) => !isIn(removed, pattern) && !isIn(added, pattern)), ...added];
}

function arePorts(ports: string): boolean {
  if (ports === '*') return true;
  const [first = '', last = first] = ports.split('-');
  return Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65_535;
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
