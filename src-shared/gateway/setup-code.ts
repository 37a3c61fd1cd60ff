import type { GatewayEndpoint } from '../app-api/index.ts';

/** What a gateway hands out so that one machine can become its node: good for ten minutes and one use. */
export type SetupCode = Readonly<{
  /** Where the gateway answers, the best first; at least one. */
  endpoints: readonly [GatewayEndpoint, ...GatewayEndpoint[]];
  /** Secret. */
  bootstrapToken: string;
  /** Milliseconds since 1970; null where the code does not say. */
  expiresAt: number | null;
  fingerprint: string | null;
}>;
