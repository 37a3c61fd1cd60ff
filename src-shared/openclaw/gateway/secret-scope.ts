import type { GatewayEndpoint } from '../../app-api/index.ts';

/** Gateway that the secrets in a setup code, a link or a file belong to. */
export type SecretScope = Readonly<{
  endpoints: readonly Readonly<Pick<GatewayEndpoint, 'host' | 'tls'>>[];
  fingerprint: string | null;
}>;

/**
 * Checks whether secrets may be sent to a gateway: its certificate or its host has to match, and a TLS address must
 * not become a plain one.
 * @returns the obstacle; undefined if there is none
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
