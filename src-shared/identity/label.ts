import { ByteWriter } from '../bytes/index.ts';

/** Prefixes a signature's label with its length, so that no label can be the beginning of another label's message. */
export function labelled(label: string): Uint8Array {
  return new ByteWriter().text(label).finish();
}
