import type { GatewayEndpoint } from '../../app-api/index.ts';

/** Whom the secrets in a setup code, a link or a file are for. */
export type SecretScope = Readonly<{
  endpoints: readonly Readonly<Pick<GatewayEndpoint, 'host' | 'tls'>>[];
  fingerprint: string | null;
}>;

/**
 * Whether they may go to a gateway: where its certificate is the one that they came with, or its host is, and not without the TLS that was named.
 * @returns what stands against it; undefined for nothing
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
