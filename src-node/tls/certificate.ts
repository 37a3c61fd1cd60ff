import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ClawReachError, errorMessage } from '#shared/errors.ts';

/** Error of a certificate that can't be read or written, or doesn't belong to its key. Codes `tls.*`. */
export class TlsError extends ClawReachError {
  override readonly name = 'TlsError';
}

/** Certificate and key of a TLS server (the relay), and the pin for its clients. */
export type TlsCertificate = Readonly<{
  /** PEM; the whole chain if it comes from a file. */
  certificate: string;
  /** Private key, PEM. */
  key: string;
  /** SHA-256 of the public key in SPKI form, 32 bytes. A renewed certificate with the same key has the same pin. */
  pin: Uint8Array;
}>;

/**
 * Returns the SHA-256 of the first certificate's public key in SPKI form (DER), 32 bytes. Pure.
 * @param certificate PEM or DER
 */
export function pinOfCertificate(certificate: string | Uint8Array): Uint8Array {
  const publicKey = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(publicKey).digest());
}

/**
 * Reads certificate and key from PEM files.
 * @throws {TlsError} `tls.certificate` (details: path) if a file is unreadable or not PEM, or if certificate and key do not belong together
 */
export async function loadCertificateFiles(certificatePath: string, keyPath: string): Promise<TlsCertificate> {
  const certificate = await readPem(certificatePath);
  const key = await readPem(keyPath);
  return validateKeyPair(certificate, key, certificatePath);
}

/**
 * Checks that a key belongs to a certificate, and computes the pin.
 * @param path named in the error
 * @throws {TlsError} `tls.certificate`
 */
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

/** Reports whether a certificate names this host (subject alternative names, RFC 6125), as browsers check it. Pure. */
export function coversHost({ certificate }: Pick<TlsCertificate, 'certificate'>, host: string): boolean {
  const parsed = new X509Certificate(certificate);
  const name = isIP(host) === 0 ? parsed.checkHost(host, { subject: 'never' }) : parsed.checkIP(host);
  return name !== undefined;
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
