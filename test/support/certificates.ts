import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';

/** A certificate as if it had been verified. The id begins with `id` and goes on with zeros; keys are filled from it. */
export function certificateFor(id: string, changes: Partial<DeviceCertificate> = {}): DeviceCertificate {
  const fill = id.charCodeAt(0);
  return {
    version: 1,
    suite: 1,
    generation: 1,
    peerId: id.padEnd(56, '0') as PeerId,
    signingKey: new Uint8Array(32).fill(fill),
    staticKey: new Uint8Array(32).fill(fill + 1),
    notBefore: 1_800_000_000,
    notAfter: 1_900_000_000,
    encoded: new Uint8Array(147).fill(fill),
    ...changes,
  };
}
