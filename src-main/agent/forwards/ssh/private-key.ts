import { constants } from 'node:fs';
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SshError } from './errors.ts';
import { unlockOpenSsh } from './key-worker.ts';
import { keyType, publicKeyOf } from './public-key.ts';

/** Private key of the user, able to sign a login. */
export type PrivateKey = Readonly<{
  /** Public key in SSH wire format. */
  publicKey: Buffer;
  /**
   * Signs data.
   * @param hash hash of an RSA signature, `sha256` or `sha512`; undefined for other keys, whose type determines the hash
   */
  sign(data: Uint8Array, hash: string | undefined): Buffer;
}>;

/** Most bytes of a key file that are read; the longest RSA key needs a fifth of them. */
const MOST_BYTES = 64 * 1024;
const CURVE_HASHES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

/**
 * Reads a private key file, encrypted or not: OpenSSH's format, PKCS#8, PKCS#1, SEC 1 or PuTTY's.
 * @param file absolute path, or a path that begins with `~/`
 * @param passphrase null if none is saved
 * @throws {SshError} `ssh.key-file-missing`, `ssh.key-file-passphrase`, `ssh.key-file-format`; details: file
 */
export async function readPrivateKey(file: string, home: string, passphrase: string | null): Promise<PrivateKey> {
  const path = file.startsWith('~/') ? join(home, file.slice(2)) : file;
  const text = await readText(path);
  const key = /BEGIN OPENSSH PRIVATE KEY|PuTTY-User-Key-File/.test(text)
    ? parsePem(await unlockOpenSsh(text, passphrase, path), null, path)
    : parsePem(text, passphrase, path);
  const publicKey = publicKeyOf(key);
  if (publicKey === undefined)
    throw new SshError('ssh.key-file-format', 'a kind of key that SSH does not use', { details: { file: path } });
  const type = keyType(publicKey) ?? '';
  return { publicKey, sign: (data, hash) => sign(hash ?? CURVE_HASHES[type] ?? null, data, key) };
}

async function readText(path: string): Promise<string> {
  try {
    // Opening a pipe would block until someone writes to it, and reading a terminal until someone types.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
    try {
      if (!(await file.stat()).isFile()) throw new Error('not a file');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString('utf8').trim();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new SshError('ssh.key-file-missing', 'the key file cannot be read', { cause, details: { file: path } });
  }
}

function parsePem(text: string, passphrase: string | null, file: string): KeyObject {
  try {
    return createPrivateKey(passphrase === null ? text : { key: text, passphrase });
  } catch (cause) {
    const isEncrypted = /ENCRYPTED/.test(text);
    const code = isEncrypted ? 'ssh.key-file-passphrase' : 'ssh.key-file-format';
    throw new SshError(code, 'the key file cannot be used', { cause, details: { file } });
  }
}
