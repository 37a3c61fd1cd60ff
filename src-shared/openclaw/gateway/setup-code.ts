import * as z from 'zod';
import type { GatewayEndpoint } from '../../app-api/index.ts';
import { fromBase64Url, fromUtf8 } from '../../bytes/index.ts';
import { parseEndpoint } from './endpoint.ts';
import { gatewayError } from './errors.ts';
import { parseFingerprint } from './fingerprint.ts';
import { safeParse } from '../../safe-parse.ts';

/** Code that a gateway issues so that one machine can become its node. Valid for ten minutes and one use. */
export type SetupCode = Readonly<{
  /** Addresses of the gateway, best first; one to nine. */
  endpoints: readonly [GatewayEndpoint, ...GatewayEndpoint[]];
  /** Token; secret. */
  bootstrapToken: string;
  /** Expiry on the gateway's clock, ms since 1970; null if the code has none. */
  expiresAt: number | null;
  fingerprint: string | null;
}>;

/** Maximum length of a code, and of the answer to a join link, characters. */
export const MAX_SETUP_CODE = 65_536;

const setup = z.object({
  url: z.string().max(1024),
  urls: z.array(z.string().max(1024)).max(8).nullish(),
  bootstrapToken: z.string().min(1).max(4096),
  expiresAtMs: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullish(),
  tlsFingerprint: z.string().max(512).nullish(),
});

/**
 * Validates the parsed JSON of a setup code and ignores unknown fields. Used for codes that a person pastes, that a join link returns, and that a
 * gateway issues at the agent's request for another machine. Pure, like this whole file.
 * @throws {GatewayError} `gateway.text-invalid`, `gateway.endpoint-invalid`, `gateway.fingerprint-invalid`
 */
export function readSetup(value: unknown): SetupCode {
  const parsed = safeParse(setup, value);
  if (!parsed.success) throw notSetup();
  const { url, urls, bootstrapToken, expiresAtMs, tlsFingerprint } = parsed.data;
  const first = parseEndpoint(url);
  const others = (urls ?? []).filter((other) => other !== url).map(parseEndpoint);
  return {
    endpoints: [first, ...others],
    bootstrapToken,
    expiresAt: expiresAtMs ?? null,
    fingerprint: nonEmpty(tlsFingerprint) === null ? null : parseFingerprint(tlsFingerprint ?? ''),
  };
}

/** Decodes a base64url code to its JSON value; ignores line breaks and padding. @returns undefined if the text isn't such a code */
export function decodeSetupCode(text: string): unknown {
  const letters = text.replaceAll(/\s+/g, '').replace(/={1,2}$/, '');
  if (letters === '' || letters.length > MAX_SETUP_CODE || !/^[A-Za-z0-9_-]+$/.test(letters)) return undefined;
  try {
    return parseJson(fromUtf8(fromBase64Url(letters)));
  } catch {
    return undefined;
  }
}

/** Parses JSON. @returns undefined unless the text is valid and an object */
export function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Narrows a value to an object. @returns undefined for any other value */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** Converts empty and missing text to null. */
export function nonEmpty(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

function notSetup(): Error {
  return gatewayError('gateway.text-invalid', 'no setup code', { field: 'text' });
}
