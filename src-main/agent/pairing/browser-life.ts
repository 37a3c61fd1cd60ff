import { DEFAULT_BROWSER_LIFE, type BrowserLife } from '#shared/app-api/index.ts';
import type { BrowserMark } from '#shared/pairing/index.ts';

/** Returns the lifetime of a browser unless a person chooses another one; undefined for a machine. */
export function lifeOf(mark: BrowserMark | undefined): BrowserLife | undefined {
  if (mark === undefined) return undefined;
  return mark === 'tab' ? 'tab' : DEFAULT_BROWSER_LIFE;
}
