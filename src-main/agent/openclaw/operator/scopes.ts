/** Scopes that a gateway can grant to an operator. Requests at gateways are checked with the pure functions of this file. */
export const SCOPES = {
  admin: 'operator.admin',
  approvals: 'operator.approvals',
  pairing: 'operator.pairing',
  read: 'operator.read',
  write: 'operator.write',
} as const;

/** Returns the wanted scopes that aren't granted; an administrator has all. */
export function missingScopes(granted: readonly string[], wanted: readonly string[]): string[] {
  return granted.includes(SCOPES.admin) ? [] : wanted.filter((scope) => !granted.includes(scope));
}

/** Returns the scopes needed to approve a device: one can only grant scopes that one has. */
export function scopesForDevice(roles: readonly string[], scopes: readonly string[]): string[] {
  const others = roles.some((role) => role !== 'operator') ? [SCOPES.admin] : [];
  return [...new Set([SCOPES.pairing, ...others, ...scopes])];
}

/** Commands that only an administrator can approve for a node. */
const POWERFUL = /^(?:system\.run|system\.which|browser\.proxy|fs\.listDir|system\.execApprovals\.)/u;

/** Returns the scopes needed to approve a node's commands. @param stated scopes that the gateway states; they take precedence */
export function scopesForNode(commands: readonly string[], stated: readonly string[]): string[] {
  if (stated.length > 0) return [...new Set(stated)];
  if (commands.some((command) => POWERFUL.test(command))) return [SCOPES.pairing, SCOPES.admin];
  return commands.length > 0 ? [SCOPES.pairing, SCOPES.write] : [SCOPES.pairing];
}
