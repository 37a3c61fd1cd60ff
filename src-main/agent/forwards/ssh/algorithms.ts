import type { CipherAlgorithm, CompressionAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { getCiphers } from 'node:crypto';

/** Key exchange algorithms, preferred first. The lists below leave out SHA-1, CBC and compression. */
const CURVES: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
];
const GROUPS: readonly KexAlgorithm[] = ['diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512'];
const CIPHERS: readonly Readonly<{ name: CipherAlgorithm; runtime: string }>[] = [
  { name: 'aes256-gcm@openssh.com', runtime: 'aes-256-gcm' },
  { name: 'aes128-gcm@openssh.com', runtime: 'aes-128-gcm' },
  { name: 'chacha20-poly1305@openssh.com', runtime: 'chacha20' },
  { name: 'aes256-ctr', runtime: 'aes-256-ctr' },
  { name: 'aes128-ctr', runtime: 'aes-128-ctr' },
];
const MACS: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];
const HOST_KEYS: readonly Readonly<{ algorithm: ServerHostKeyAlgorithm; type: string }>[] = [
  { algorithm: 'ssh-ed25519', type: 'ssh-ed25519' },
  { algorithm: 'ecdsa-sha2-nistp256', type: 'ecdsa-sha2-nistp256' },
  { algorithm: 'ecdsa-sha2-nistp384', type: 'ecdsa-sha2-nistp384' },
  { algorithm: 'ecdsa-sha2-nistp521', type: 'ecdsa-sha2-nistp521' },
  { algorithm: 'rsa-sha2-512', type: 'ssh-rsa' },
  { algorithm: 'rsa-sha2-256', type: 'ssh-rsa' },
];

/** Algorithms to offer to a server, in the form that `ssh2` takes; preferred first. */
export type ChosenAlgorithms = {
  kex: KexAlgorithm[];
  cipher: CipherAlgorithm[];
  hmac: MacAlgorithm[];
  serverHostKey: ServerHostKeyAlgorithm[];
  compress: CompressionAlgorithm[];
};

/**
 * Capabilities of the runtime's cryptography. `boring`: BoringSSL, as in Electron; it lacks standalone ChaCha20, and a key exchange in a group of RFC
 * 3526 takes it seconds.
 */
export type Runtime = Readonly<{ ciphers: readonly string[]; boring: boolean }>;

/** Returns the capabilities of the Node.js or Electron that runs this code. Used by `openClient`. */
export function thisRuntime(): Runtime {
  return { ciphers: getCiphers(), boring: process.versions['electron'] !== undefined };
}

/**
 * Chooses the algorithms to offer when connecting to a server. Pure.
 * @param knownTypes types of the host keys already known for the server; they are offered first, so that the server presents a key that can be
 * compared
 */
export function chooseAlgorithms(knownTypes: readonly string[], runtime: Runtime): ChosenAlgorithms {
  const isKnown = (type: string): boolean => knownTypes.includes(type);
  return {
    kex: runtime.boring ? [...CURVES] : [...CURVES, ...GROUPS],
    cipher: CIPHERS.filter(({ runtime: name }) => runtime.ciphers.includes(name)).map(({ name }) => name),
    hmac: [...MACS],
    serverHostKey: [
      ...HOST_KEYS.filter(({ type }) => isKnown(type)),
      ...HOST_KEYS.filter(({ type }) => !isKnown(type)),
    ].map(({ algorithm }) => algorithm),
    compress: ['none'],
  };
}
