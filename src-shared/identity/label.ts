import { ByteWriter } from '../bytes/index.ts';

/** A signature's label with its length in front, so that no label can be the beginning of another one's message. */
export function labelled(label: string): Uint8Array {
  return new ByteWriter().text(label).finish();
}
