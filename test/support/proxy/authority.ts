import { generate } from 'selfsigned';

export type TestAuthority = Readonly<{
  /** PEM of the authority, as a network hands it out. */
  certificate: string;
  /** PEM of a server's certificate that it has signed, and of its key. */
  server: Readonly<{ cert: string; key: string }>;
}>;

/** An authority of its own, as of a network that opens encrypted connections, and its certificate for one name. */
export async function makeAuthority(name: string): Promise<TestAuthority> {
  const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: 'Example Inspection CA' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: name }], {
    ...kind,
    ca: { cert: ca.cert, key: ca.private },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { certificate: ca.cert, server: { cert: server.cert, key: server.private } };
}
