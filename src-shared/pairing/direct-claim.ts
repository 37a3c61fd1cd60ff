import { CROCKFORD, fromHex, toHex, toUtf8 } from '../bytes/index.ts';
import { SID_BYTES } from './messages.ts';

/**
 * First byte of a claim and of its answer. A handshake between paired devices (PROTOCOL section 3) begins with the wire version, which is lower.
 */
const MARK = 0x70;
const VERSION = 1;
const FORM_CODE = 1;
const FORM_LINK = 2;
const HEADER = 3;
const NAMEPLATE = new RegExp(`^[${CROCKFORD}]{4}$`);
const MAILBOX = /^[0-9a-f]{32}$/;

/** Invitation that a joiner claims over a direct connection: the nameplate of its code, or the mailbox ID of its link. */
export type DirectClaim = Readonly<{ kind: 'code'; nameplate: string } | { kind: 'link'; mailbox: string }>;

/** Reports whether the first message of a direct connection claims an invitation. Other messages begin a handshake between paired devices. */
export function isDirectClaim(message: Uint8Array): boolean {
  return message[0] === MARK;
}

/** Encodes the joiner's first message on a direct connection (PROTOCOL section 2.4). @throws {RangeError} if the ID has another form */
export function encodeDirectClaim(claim: DirectClaim): Uint8Array {
  const isValid = claim.kind === 'code' ? NAMEPLATE.test(claim.nameplate) : MAILBOX.test(claim.mailbox);
  if (!isValid) throw new RangeError('not the ID of an invitation');
  const id = claim.kind === 'code' ? toUtf8(claim.nameplate) : fromHex(claim.mailbox);
  return Uint8Array.of(MARK, VERSION, claim.kind === 'code' ? FORM_CODE : FORM_LINK, ...id);
}

/** Decodes a claim; undefined for anything else. Pure. */
export function decodeDirectClaim(message: Uint8Array): DirectClaim | undefined {
  const [mark, version, form] = message;
  const id = message.subarray(HEADER);
  if (mark !== MARK || version !== VERSION) return undefined;
  if (form === FORM_LINK) return id.length === 16 ? { kind: 'link', mailbox: toHex(id) } : undefined;
  const nameplate = String.fromCodePoint(...id.subarray(0, 5));
  return form === FORM_CODE && NAMEPLATE.test(nameplate) && id.length === 4 ? { kind: 'code', nameplate } : undefined;
}

/** Encodes the inviter's answer: its half of the session ID, the deposit. */
export function encodeDeposit(deposit: Uint8Array): Uint8Array {
  if (deposit.length !== SID_BYTES) throw new RangeError(`a deposit of ${deposit.length} bytes`);
  return Uint8Array.of(MARK, ...deposit);
}

/** Decodes the answer; undefined for anything else. Pure. */
export function decodeDeposit(message: Uint8Array): Uint8Array | undefined {
  return message.length === 1 + SID_BYTES && message[0] === MARK ? message.slice(1) : undefined;
}
