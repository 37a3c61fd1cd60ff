import canonicalize from 'canonicalize';
import { concatBytes, fromBase64Url, toBase64Url, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError } from '../errors.ts';
import { labelled, type DeviceIdentity } from '../identity/index.ts';
import type { AgentMessage } from './message.ts';

const LABEL = labelled('clawreach message 1');

/** Message without its signature. */
export type UnsignedMessage = Omit<AgentMessage, 'sig'>;

/**
 * Signs a message with the key of its device: Ed25519 over the label `clawreach message 1` and the canonical form (RFC 8785) of all other fields. The
 * signature stays with the message, so that it can be checked later.
 */
export async function signMessage(
  identity: Pick<DeviceIdentity, 'sign'>,
  message: UnsignedMessage,
): Promise<AgentMessage> {
  return { ...message, sig: toBase64Url(await identity.sign(signedBytes(message))) } as AgentMessage;
}

/**
 * Checks the signature of a message. Pure.
 * @param signingKey Ed25519 public key of the device that `message.from` names, 32 bytes
 * @throws {AuthenticationError} `message.signature`
 */
export function verifyMessage(crypto: CryptoBackend, signingKey: Uint8Array, message: AgentMessage): void {
  const { sig, ...rest } = message;
  if (!crypto.ed25519Verify(signingKey, signedBytes(rest), fromBase64Url(sig)))
    throw new AuthenticationError('message.signature', 'the signature of the message is wrong');
}

function signedBytes(message: Readonly<Record<string, unknown>>): Uint8Array {
  return concatBytes(LABEL, toUtf8(canonicalize(message) ?? ''));
}
