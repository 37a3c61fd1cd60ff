import { ByteWriter } from '../bytes/index.ts';

/**
 * Encodes the label that precedes the signed data of certificates, enrolments and removals, with its length in front, so that no label is the
 * beginning of another one. Each kind of signature has its own label. Pure.
 */
export function labelled(label: string): Uint8Array {
  return new ByteWriter().text(label).finish();
}
