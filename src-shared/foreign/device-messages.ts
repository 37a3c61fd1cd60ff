import * as z from 'zod';
import { fromUtf8, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { safeParse } from '../safe-parse.ts';
import { isWellFormed } from '../well-formed.ts';
import { FOREIGN_LIMITS } from './limits.ts';
import { deviceAddress, foreignMessageId, instanceAddress } from './requests.ts';

/** Length of the ID of an instance's key, bytes. */
const KEY_ID_LENGTH = 16;
const KEY_LABEL = toUtf8('clawreach instance key 1');

/** ID of the key of an instance. A device remembers what was decided about an instance as long as the key stays the same. */
const keyId = z.string().regex(/^[0-9a-f]{32}$/);
const time = z.number().int().min(0).max(99_999_999_999);
const agents = z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)).max(FOREIGN_LIMITS.agents);

/** Outcomes of a message of a device: the instance has it, or why not. `unknown`: the project has no such instance, or that no such agent. */
const OUTCOMES = ['forwarded', 'offline', 'unknown', 'rate', 'input'] as const;

/**
 * Body of a relay message from the relay to a device about an instance of a common project. All of it is the relay's word: it can forge any of this, and
 * nothing in it says otherwise.
 */
const toDevice = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    id: foreignMessageId,
    from: instanceAddress,
    to: deviceAddress,
    message: z.string(),
    reply_to: foreignMessageId.optional(),
    /** Time of the relay, s since 1970. */
    time,
    key: keyId,
  }),
  /** Answer to a message of the device. `from`: agent of the instance; `to`: agent of the device that wrote. */
  z.strictObject({
    type: z.literal('receipt'),
    id: foreignMessageId,
    from: instanceAddress,
    to: deviceAddress,
    status: z.enum(OUTCOMES),
    /** Time to wait before a retry, s. */
    retry_after: z.number().int().min(0).max(3600).optional(),
  }),
  /** The instance is connected, or no longer. Sent when a device connects, and at each change. `agents`: undefined if all names can be written to. */
  z.strictObject({ type: z.literal('presence'), online: z.boolean(), key: keyId, agents: agents.optional() }),
]);
export type ToDevice = z.infer<typeof toDevice>;

/** Outcomes of a message of an instance at a device. */
const deviceOutcome = z.enum(['stored', 'refused', 'unknown-agent']);
const deviceReceipt = z.strictObject({
  type: z.literal('receipt'),
  id: foreignMessageId,
  /** Agent of the device, and the one of the instance that wrote. */
  from: deviceAddress,
  to: instanceAddress,
  state: deviceOutcome,
});
/** Receipt of a device for a message of an instance. */
export type DeviceReceipt = z.infer<typeof deviceReceipt>;

/** Body of a relay message from a device to an instance. */
const fromDevice = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    id: foreignMessageId,
    from: deviceAddress,
    to: instanceAddress,
    message: z.string(),
    reply_to: foreignMessageId.optional(),
  }),
  deviceReceipt,
]);
export type FromDevice = z.infer<typeof fromDevice>;

/** Encodes the body of a relay message about an instance. Pure, like the other functions of this file. */
export function encodeForeign(body: ToDevice | FromDevice): Uint8Array {
  return toUtf8(JSON.stringify(body));
}

/** Parses what the relay sends to a device. @throws {FormatError} `format.foreign` */
export function parseToDevice(body: Uint8Array): ToDevice {
  return parse(toDevice, body);
}

/** Parses what a device sends to an instance. @throws {FormatError} `format.foreign` */
export function parseFromDevice(body: Uint8Array): FromDevice {
  return parse(fromDevice, body);
}

/** Returns the ID of an instance's key, 32 hexadecimal digits, which reveals nothing of the key. @param key 32 random bytes */
export function instanceKeyId(crypto: Pick<CryptoBackend, 'hmacSha256'>, key: Uint8Array): string {
  return toHex(crypto.hmacSha256(key, KEY_LABEL).subarray(0, KEY_ID_LENGTH));
}

function parse<Body>(schema: z.ZodType<Body>, body: Uint8Array): Body {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(body));
  } catch (error) {
    throw new FormatError('format.foreign', 'the body is not JSON', { cause: error });
  }
  const { data } = safeParse(schema, value);
  if (data === undefined || !isWellFormed(value)) throw new FormatError('format.foreign', 'the body is malformed');
  return data;
}
