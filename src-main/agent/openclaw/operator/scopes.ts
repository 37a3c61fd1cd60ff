/** Rights of an operator at a gateway. */
export const SCOPES = {
  admin: 'operator.admin',
  approvals: 'operator.approvals',
  pairing: 'operator.pairing',
  read: 'operator.read',
  write: 'operator.write',
} as const;

/** @returns those of the wanted that are not granted; an administrator has all */
export function missingScopes(granted: readonly string[], wanted: readonly string[]): string[] {
  return granted.includes(SCOPES.admin) ? [] : wanted.filter((scope) => !granted.includes(scope));
}

/** What approving a device needs: nobody grants what he does not have himself. */
export function scopesForDevice(roles: readonly string[], scopes: readonly string[]): string[] {
  const others = roles.some((role) => role !== 'operator') ? [SCOPES.admin] : [];
  return [...new Set([SCOPES.pairing, ...others, ...scopes])];
}

/** Commands that only an administrator lets a node offer. */
const POWERFUL = /^(?:system\.run|system\.which|browser\.proxy|fs\.listDir|system\.execApprovals\.)/u;

/** @param said what the gateway says that it needs; it knows best */
export function scopesForNode(commands: readonly string[], said: readonly string[]): string[] {
  if (said.length > 0) return [...new Set(said)];
  if (commands.some((command) => POWERFUL.test(command))) return [SCOPES.pairing, SCOPES.admin];
  return commands.length > 0 ? [SCOPES.pairing, SCOPES.write] : [SCOPES.pairing];
}
