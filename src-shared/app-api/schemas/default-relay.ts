import * as z from 'zod';
import { safeParse } from '../../safe-parse.ts';

/** Relay that a build suggests. No device uses it before a person says so. */
export const defaultRelay = z.strictObject({
  /** Name of the relay's operator, as people read it: letters, digits, spaces, and a few signs. */
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} .&'-]{0,39}$/u),
  /** Address with TLS and without a path. */
  url: z
    .string()
    .max(300)
    .regex(/^wss:\/\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::[1-9][0-9]{0,4})?$/),
  /** SHA-256 of the relay's TLS key, hexadecimal; null if an authority has signed its certificate. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Web page with the terms of use. */
  terms: z.url({ protocol: /^https$/ }).max(300),
  /** `open`: admits any device. `token`: the person needs an admission token of the operator. */
  admission: z.enum(['open', 'token']),
});
/** Relay that a build suggests. */
export type DefaultRelay = z.infer<typeof defaultRelay>;

const file = z.strictObject({ relay: defaultRelay.nullable() });

/**
 * Parses the text of `build/default-relay.json`; null if the build suggests no relay. Called by the build, and at each start. Pure.
 * @throws {Error} if the text is invalid, since the build is wrong then
 */
export function readDefaultRelay(text: string): DefaultRelay | null {
  const { data, error } = safeParse(file, JSON.parse(text));
  if (data === undefined) throw new Error(`build/default-relay.json: ${error?.message ?? 'invalid'}`);
  return data.relay;
}
