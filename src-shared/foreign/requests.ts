import * as z from 'zod';
import { FOREIGN_LIMITS } from './limits.ts';

/** Name of an instance, which one instance of a relay has: lower-case letters, digits, `.`, `_` and `-`, at most 64 characters. */
export const INSTANCE_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const AGENT = '[a-z0-9][a-z0-9._-]{0,63}';

/** Schema of the name of an instance. */
export const instanceId = z.string().regex(INSTANCE_ID);
const agent = z.string().regex(new RegExp(`^${AGENT}$`));
const INSTANCE = '[a-z0-9][a-z0-9._-]{0,63}';
const DEVICE = '[0-9A-HJKMNP-TV-Z]{56}';
/** Address of an agent of an instance: `INSTANCE/AGENT`. */
export const instanceAddress = z.string().regex(new RegExp(`^${INSTANCE}/${AGENT}$`));
/** Address of an agent of a device: `PEER-ID/AGENT`. `parsePeerId` verifies the check characters when the ID is used. */
export const deviceAddress = z.string().regex(new RegExp(`^${DEVICE}/${AGENT}$`));
const address = z.union([instanceAddress, deviceAddress]);
/** Address that an instance writes to: `INSTANCE/AGENT`, `PEER-ID/AGENT`, or `machine:NAME/AGENT` with the name of a device in the project. */
const recipient = z.string().regex(new RegExp(`^[^/\\p{Cc}]{1,108}/${AGENT}$`, 'u'));
/** ID that the sender gives a message, so that it can recognise it again. */
export const foreignMessageId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/);
const signed = {
  /** Time of the client, s since 1970. */
  timestamp: z.number().int().min(0).max(99_999_999_999),
  /** 16 random bytes, base64url. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** HMAC-SHA256 of `signedBytes` by the key of the instance, 64 hexadecimal digits in lower case. */
  signature: z.string().regex(/^[0-9a-f]{64}$/),
};

const registration = {
  instance_id: instanceId,
  /** Ed25519 public key that signs the receipts of the instance, 32 bytes in base64url. The first one stays until the key is renewed. */
  public_key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
  /** Name that the program gives itself, for the owner's list. */
  name: z.string().max(100).optional(),
  /** Agents of the instance. Others can't be written to; without a list, all can. */
  agents: z.array(agent).max(FOREIGN_LIMITS.agents).optional(),
  ...signed,
};

/** Body of `POST /api/v1/register`: checks the key, clock and public key of an instance. */
export const registerRequest = z.strictObject(registration);
export type RegisterRequest = z.infer<typeof registerRequest>;

const text = {
  from: instanceAddress,
  to: recipient,
  message: z.string(),
  id: foreignMessageId.optional(),
  /** ID of the message that this one answers. */
  reply_to: foreignMessageId.optional(),
};

/** Body of `POST /api/v1/send`. */
export const sendRequest = z.strictObject({
  ...text,
  /** Instance that signs; that of `from` if it is missing. */
  instance_id: instanceId.optional(),
  ...signed,
});
export type SendRequest = z.infer<typeof sendRequest>;

/** First message on `/api/v1/ws`, signed as the request `GET /api/v1/ws`. */
export const socketRegistration = z.strictObject({ type: z.literal('register'), ...registration });
export type SocketRegistration = z.infer<typeof socketRegistration>;

/** Receipt of a message: its recipient has it. */
export const receiptMessage = z.strictObject({
  type: z.literal('receipt'),
  id: foreignMessageId,
  /** Recipient of the message, which writes the receipt. */
  from: instanceAddress,
  /** Sender of the message. */
  to: address,
  /** SHA-256 of the message, hexadecimal. Only a signed receipt needs it. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** Ed25519 signature over `receiptBytes`, base64url: required of an instance that has registered a public key. */
  signature: z
    .string()
    .regex(/^[A-Za-z0-9_-]{86}$/)
    .optional(),
});
export type ReceiptMessage = z.infer<typeof receiptMessage>;

/** Message of an instance on `/api/v1/ws` after its register. */
export const socketMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('message'), ...text }),
  receiptMessage,
]);
export type SocketMessage = z.infer<typeof socketMessage>;

/** Instance and agent of an address. Pure. */
export function splitAddress(address: string): Readonly<{ instance: string; agent: string }> {
  const at = address.indexOf('/');
  return { instance: address.slice(0, at), agent: address.slice(at + 1) };
}
