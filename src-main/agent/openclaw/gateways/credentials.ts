import type { GatewayRole } from '#shared/app-api/index.ts';
import type { GatewayCredential, SetupCredential } from '#shared/openclaw/gateway/index.ts';
import type { RoleSecrets } from './book.ts';

/** What a connect shows to be let in. `none`: there is nothing, and some gateways want nothing. */
export type Credential = GatewayCredential | SetupCredential;

/**
 * The credential to show next: what the gateway itself gave to this key; else a setup code, which saves a node both approvals; else what all
 * share. Each alone, so that a refusal says which one is wrong.
 * @param failed kinds that the gateway has refused since it was last content
 * @param now ms since 1970
 */
export function chooseCredential(
  role: GatewayRole,
  secrets: RoleSecrets,
  failed: ReadonlySet<Credential['kind']>,
  now: number,
): Credential {
  const { deviceToken, token, password, bootstrap } = secrets;
  const usual: readonly Credential[] = [
    ...(deviceToken === null ? [] : [{ kind: 'device-token', token: deviceToken } as const]),
    ...(role === 'operator' || bootstrap === null || isExpired(secrets, now)
      ? []
      : [{ kind: 'setup', token: bootstrap.token } as const]),
    ...(token === null ? [] : [{ kind: 'token', token } as const]),
    ...(password === null ? [] : [{ kind: 'password', password } as const]),
  ];
  return usual.find(({ kind }) => !failed.has(kind)) ?? { kind: 'none' };
}

/** There is a setup code, and its time is over. */
export function isExpired({ bootstrap }: RoleSecrets, now: number): boolean {
  return bootstrap !== null && bootstrap.expiresAt !== null && bootstrap.expiresAt <= now;
}
