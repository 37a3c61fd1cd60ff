import * as z from 'zod';
import { none } from '../fields.ts';

/**
 * How connections to relays leave this device: through a proxy of its network, and whose certificates count besides those that count anyway. Direct
 * connections between devices never go through it. Times are milliseconds since 1970.
 */

/** `system`: as the variables of the person (HTTPS_PROXY, ALL_PROXY, NO_PROXY) or the system say. */
export const PROXY_MODES = ['system', 'manual', 'none'] as const;
const proxyMode = z.enum(PROXY_MODES);
export type ProxyMode = z.infer<typeof proxyMode>;

/** SHA-256 of a certificate, hexadecimal. */
const authorityId = z.string().regex(/^[0-9a-f]{64}$/);

const authorityView = z.strictObject({
  id: authorityId,
  /** As the certificate says; text of whoever made it. */
  subject: z.string().max(200),
  expiresAt: z.number().int(),
});
export type AuthorityView = z.infer<typeof authorityView>;

const networkProxyView = z.strictObject({
  mode: proxyMode,
  /** `http://host:port` of mode `manual`; kept while another mode is chosen. */
  address: z.string().nullable(),
  user: z.string().nullable(),
  /** A password is kept. It is never given back. */
  password: z.boolean(),
  /** What the relay in use is reached through now, and who says so; null where it is reached straight, or there is none. */
  inUse: z.strictObject({ address: z.string(), source: z.enum(['manual', 'environment', 'system']) }).nullable(),
  authorities: z.array(authorityView).max(16),
});
export type NetworkProxyView = z.infer<typeof networkProxyView>;

export const PROXY_CALLS = {
  'network.proxy.get': { input: none, output: networkProxyView },
  /** What is left out stays; but a password is kept only for the address and the user it was given for. */
  'network.proxy.set': {
    input: z.strictObject({
      mode: proxyMode.optional(),
      address: z.string().min(1).max(300).nullable().optional(),
      user: z.string().min(1).max(256).nullable().optional(),
      password: z.string().min(1).max(1024).nullable().optional(),
      /** PEM, of one authority or several. */
      addAuthorities: z.string().min(1).max(131_072).optional(),
      /** Ids; before those of `addAuthorities` come. */
      removeAuthorities: z.array(authorityId).max(16).optional(),
    }),
    output: networkProxyView,
  },
} as const;
