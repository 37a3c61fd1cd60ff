export const ADMIN = 'operator.admin';
export const WRITE = 'operator.write';
export const READ = 'operator.read';
export const PAIRING = 'operator.pairing';
export const APPROVALS = 'operator.approvals';

/** Whether `held` covers a scope: admin covers all, write covers read. */
export function covers(held: readonly string[], scope: string): boolean {
  return held.includes(ADMIN) || held.includes(scope) || (scope === READ && held.includes(WRITE));
}

export function coversAll(held: readonly string[], scopes: readonly string[]): boolean {
  return scopes.every((scope) => covers(held, scope));
}
