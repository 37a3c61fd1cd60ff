import type { GatewayEndpoint } from '../../app-api/index.ts';

/** Gateway for which the secrets in a setup code, link or file are meant. */
export type SecretScope = Readonly<{
  endpoints: readonly Readonly<Pick<GatewayEndpoint, 'host' | 'tls'>>[];
  fingerprint: string | null;
}>;

/**
 * Checks whether secrets may be sent to a gateway: its certificate or its host must match the scope, and a connection with TLS must not become one
 * without. The agent calls it before it saves a pasted secret for a gateway, and the window's form while a person edits the address. Pure.
 * @returns `host` or `plain` for the violated rule; undefined if the secrets may be sent
 */
export function secretObstacle(
  { endpoints, fingerprint }: SecretScope,
  wanted: Readonly<{ endpoint: Pick<GatewayEndpoint, 'host' | 'tls'>; fingerprint: string | null }>,
): 'host' | 'plain' | undefined {
  const { host, tls } = wanted.endpoint;
  if (tls && fingerprint !== null && wanted.fingerprint === fingerprint) return undefined;
  const named = endpoints.filter((endpoint) => endpoint.host === host);
  if (named.length === 0) return 'host';
  return tls || named.some((endpoint) => !endpoint.tls) ? undefined : 'plain';
}
