/** Name of a right in commands, where it differs from that of the API. */
const PASS_THROUGH = { api: 'relay', command: 'pass-through' } as const;

/** Names of measured times, ms. */
const MEASURED: ReadonlySet<string> = new Set(['rtt', 'min', 'avg', 'max']);

/**
 * Prepares a result for programs: round trips (`rtt`, and `min`, `avg`, `max` of several) are in milliseconds with two digits, and the right `relay` of the API is there a second time under the
 * name that commands use, as `pass-through` in an object of rights, and as `permission` beside `right`. Pure.
 */
export function programView(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(programView);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value) return value;
  const shown: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    shown[name] = MEASURED.has(name) && typeof part === 'number' ? Math.round(part * 100) / 100 : programView(part);
    if (name === PASS_THROUGH.api && 'terminal' in value && isGrant(part)) shown[PASS_THROUGH.command] = shown[name];
    if (name === 'right' && part === PASS_THROUGH.api) shown['permission'] = PASS_THROUGH.command;
  }
  return shown;
}

function isGrant(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'decision' in part;
}
