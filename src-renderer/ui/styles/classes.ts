import type { ReactNode } from 'react';

/** Joins CSS class names, and skips those that are false, empty or undefined. */
export function classes(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter((name) => typeof name === 'string' && name !== '').join(' ');
}

/** Reports whether React renders anything for a node: `false`, null, undefined and an empty text show nothing. */
export function isShown(node: ReactNode): boolean {
  return node !== undefined && node !== null && node !== false && node !== '';
}
