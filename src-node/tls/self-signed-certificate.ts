import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { writePrivateFile } from '../files/index.ts';
import { validateKeyPair, TlsError, type TlsCertificate } from './certificate.ts';

const LIFE_YEARS = 10;
/** Time before its end at which the certificate is renewed, ms. The key stays the same, so clients' pins stay valid. */
const RENEW_BEFORE = 365 * 24 * 3_600_000;

/**
 * Opens the relay's self-signed certificate (P-256), stored in `directory` as `tls-certificate.pem` and `tls-key.pem` (0600). Creates it on first
 * use, renews it when it is about to expire. Clients trust it by the pin of its key, so its names are irrelevant.
 * @param now Unix ms
 * @throws {TlsError} `tls.certificate` if the files exist but are unusable, `tls.write` if they can't be written
 */
export async function openSelfSignedCertificate(directory: string, now: number): Promise<TlsCertificate> {
  const certificatePath = join(directory, 'tls-certificate.pem');
  const keyPath = join(directory, 'tls-key.pem');
  const key = await readIfPresent(keyPath);
  const certificate = key === undefined ? undefined : await readIfPresent(certificatePath);
  if (key !== undefined && certificate !== undefined) {
    const existing = validateKeyPair(certificate, key, certificatePath);
    if (Date.parse(new X509Certificate(certificate).validTo) - now > RENEW_BEFORE) return existing;
  }
  const made = await make(now, key, keyPath);
  try {
    if (key === undefined) await writePrivateFile(keyPath, made.key);
    await writePrivateFile(certificatePath, made.certificate);
  } catch (error) {
    throw new TlsError('tls.write', `the certificate cannot be written to ${directory}: ${errorMessage(error)}`, {
      cause: error,
      details: { path: directory },
    });
  }
  return validateKeyPair(made.certificate, made.key, certificatePath);
}

async function make(
  now: number,
  key: string | undefined,
  keyPath: string,
): Promise<{ certificate: string; key: string }> {
  const notBefore = new Date(now - 24 * 3_600_000);
  const notAfter = new Date(now);
  notAfter.setFullYear(notAfter.getFullYear() + LIFE_YEARS);
  try {
    const made = await generate([{ name: 'commonName', value: 'clawreach-relay' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: notBefore,
      notAfterDate: notAfter,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'clawreach-relay' },
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
            { type: 7, ip: '::1' },
          ],
        },
      ],
      ...(key === undefined ? {} : { keyPair: { privateKey: key, publicKey: publicKeyOf(key) } }),
    });
    return { certificate: made.cert, key: key ?? made.private };
  } catch (error) {
    throw new TlsError('tls.certificate', `no certificate can be made with ${keyPath}: ${errorMessage(error)}`, {
      cause: error,
      details: { path: keyPath },
    });
  }
}

function publicKeyOf(key: string): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new TlsError('tls.certificate', `${path} cannot be read: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}
