import * as z from 'zod';
import { gatewaySettings } from '#shared/app-api/index.ts';
import type { DocumentDefinition } from '../store/index.ts';

/** Gateways a device may know. */
export const MOST_GATEWAYS = 64;

/** A secret under a key of this device, base64url. */
const sealed = z
  .string()
  .max(8192)
  .regex(/^[A-Za-z0-9_-]+$/);

const storedRole = z.strictObject({
  /** Seed of the Ed25519 key of this device in this role. */
  key: sealed,
  /** What the gateway gave this key after the pairing; with it alone a device comes back. */
  deviceToken: sealed.nullable(),
  /** What that token is good for. */
  scopes: z.array(z.string().max(128)).max(32),
});

const storedGateway = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{16}$/),
  settings: gatewaySettings,
  operator: storedRole,
  node: storedRole,
  token: sealed.nullable(),
  password: sealed.nullable(),
  /** Of a setup code: good for one use until then, ms since 1970. */
  bootstrap: z.strictObject({ token: sealed, expiresAt: z.number().int().nullable() }).nullable(),
});
/** A gateway as it is saved: nothing in it can be used on another device. */
export type StoredGateway = z.infer<typeof storedGateway>;

const gatewaysDocument = z.strictObject({ gateways: z.array(storedGateway).max(MOST_GATEWAYS) });
export type GatewaysDocument = z.infer<typeof gatewaysDocument>;

export const GATEWAYS_DOCUMENT: DocumentDefinition<GatewaysDocument> = {
  name: 'gateways',
  version: 1,
  schema: gatewaysDocument,
  migrations: {},
  initial: () => ({ gateways: [] }),
};
