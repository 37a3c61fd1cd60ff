import * as z from 'zod';
import { none } from '../fields.ts';

/**
 * Sources of the proxy address. `system`: environment variables (HTTPS_PROXY, ALL_PROXY, NO_PROXY), then the system's settings. `manual`: the stored
 * address.
 */
export const PROXY_MODES = ['system', 'manual', 'none'] as const;
const proxyMode = z.enum(PROXY_MODES);
export type ProxyMode = z.infer<typeof proxyMode>;

/** SHA-256 of a certificate, hexadecimal. */
const authorityId = z.string().regex(/^[0-9a-f]{64}$/);

const authorityView = z.strictObject({
  id: authorityId,
  /** Subject of the certificate. Its author chose the text, so it proves nothing. */
  subject: z.string().max(200),
  expiresAt: z.number().int(),
});
/** Additional certificate authority that relay connections trust. */
export type AuthorityView = z.infer<typeof authorityView>;

const networkProxyView = z.strictObject({
  mode: proxyMode,
  /** `http://host:port` of mode `manual`; stored while another mode is chosen. */
  address: z.string().nullable(),
  user: z.string().nullable(),
  /** A password is stored; the agent never returns it. */
  password: z.boolean(),
  /** Proxy of the current relay and its source; null for a direct connection or without a relay. */
  inUse: z.strictObject({ address: z.string(), source: z.enum(['manual', 'environment', 'system']) }).nullable(),
  authorities: z.array(authorityView).max(16),
});
/** Proxy settings, the proxy in use, and the additional authorities. */
export type NetworkProxyView = z.infer<typeof networkProxyView>;

/**
 * Calls for the HTTP proxy of relay connections and for additional trusted certificate authorities. Direct connections between devices never use a
 * proxy. Part of `AGENT_CALLS`. Times are ms since 1970.
 */
export const PROXY_CALLS = {
  'network.proxy.get': { input: none, output: networkProxyView },
  /** Changes the given fields. A stored password is used only with the address and user for which it was given. */
  'network.proxy.set': {
    input: z.strictObject({
      mode: proxyMode.optional(),
      address: z.string().min(1).max(300).nullable().optional(),
      user: z.string().min(1).max(256).nullable().optional(),
      password: z.string().min(1).max(1024).nullable().optional(),
      /** PEM of one or several authorities. */
      addAuthorities: z.string().min(1).max(131_072).optional(),
      /** IDs, removed before `addAuthorities` are added. */
      removeAuthorities: z.array(authorityId).max(16).optional(),
    }),
    output: networkProxyView,
  },
} as const;
