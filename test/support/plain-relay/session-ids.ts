import { randomUUID } from 'node:crypto';

/** A session ID, as the document has them. */
export function newSession(): string {
  return randomUUID();
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
