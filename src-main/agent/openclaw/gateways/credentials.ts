import type { GatewayRole } from '#shared/app-api/index.ts';
import type { GatewayCredential, SetupCredential } from '#shared/openclaw/gateway/index.ts';
import type { RoleSecrets } from './book.ts';

/** Credential presented when connecting. `none`: nothing to present, which some gateways accept. */
export type Credential = GatewayCredential | SetupCredential;

/**
 * Chooses the credential to present next: the token issued to this key, then a setup code (which saves a node both approvals), then the shared token
 * or password. Presents one at a time, so that a rejection names the wrong one. Pure; used by `RoleLink`.
 * @param failed kinds that the gateway has rejected since the last success
 * @param now Unix ms
 */
export function chooseCredential(
  role: GatewayRole,
  secrets: RoleSecrets,
  failed: ReadonlySet<Credential['kind']>,
  now: number,
): Credential {
  const { deviceToken, token, password, bootstrap } = secrets;
  const available: readonly Credential[] = [
    ...(deviceToken === null ? [] : [{ kind: 'device-token', token: deviceToken } as const]),
    ...(role === 'operator' || bootstrap === null || isExpired(secrets, now)
      ? []
      : [{ kind: 'setup', token: bootstrap.token } as const]),
    ...(token === null ? [] : [{ kind: 'token', token } as const]),
    ...(password === null ? [] : [{ kind: 'password', password } as const]),
  ];
  return available.find(({ kind }) => !failed.has(kind)) ?? { kind: 'none' };
}

/** Reports whether there is a setup code that has expired. */
export function isExpired({ bootstrap }: RoleSecrets, now: number): boolean {
  return bootstrap !== null && bootstrap.expiresAt !== null && bootstrap.expiresAt <= now;
}
