import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface GatewayCertificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate's DER, 64 hexadecimal digits. */
  readonly fingerprint: string;
}

/** Like the one a gateway makes for itself: self-signed, no name of a host in it, so that only a pin can make it trusted. */
export async function makeCertificate(): Promise<GatewayCertificate> {
  const made = await generate([{ name: 'commonName', value: 'openclaw-gateway' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
  const fingerprint = createHash('sha256').update(new X509Certificate(made.cert).raw).digest('hex');
  return { certificate: made.cert, key: made.private, fingerprint };
}
