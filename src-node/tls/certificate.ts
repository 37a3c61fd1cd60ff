import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ClawReachError, errorMessage } from '#shared/errors.ts';

/** A certificate that cannot be read, does not fit its key, or cannot be written. */
export class TlsError extends ClawReachError {
  override readonly name = 'TlsError';
}

/** Certificate and key of a TLS server, and the pin for its clients. */
export type TlsCertificate = Readonly<{
  /** PEM; with files, the whole chain. */
  certificate: string;
  /** PEM. */
  key: string;
  /** SHA-256 of the public key in its SPKI form, 32 bytes: it survives a renewal that keeps the key. */
  pin: Uint8Array;
}>;

/** SHA-256 of the first certificate's public key in SPKI form (DER), 32 bytes. `certificate` is PEM or DER. */
export function pinOfCertificate(certificate: string | Uint8Array): Uint8Array {
  const publicKey = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(publicKey).digest());
}

/**
 * Reads certificate and key (PEM).
 * @throws {TlsError} `tls.certificate` with the path in its details: unreadable, not PEM, or certificate and key do not belong together
 */
export async function loadCertificateFiles(certificatePath: string, keyPath: string): Promise<TlsCertificate> {
  const certificate = await readPem(certificatePath);
  const key = await readPem(keyPath);
  return validateKeyPair(certificate, key, certificatePath);
}

/** @throws {TlsError} `tls.certificate` */
export function validateKeyPair(certificate: string, key: string, path: string): TlsCertificate {
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not belong to the certificate');
    return { certificate, key, pin: pinOfCertificate(certificate) };
  } catch (error) {
    throw new TlsError('tls.certificate', `${path} is not usable: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TlsError('tls.certificate', `${path} cannot be read: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}
