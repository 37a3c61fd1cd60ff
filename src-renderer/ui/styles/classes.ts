import type { ReactNode } from 'react';

/** Joins class names and skips those that don't apply. */
export function classes(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter((name) => typeof name === 'string' && name !== '').join(' ');
}

/** Reports whether a node renders something; conditions leave `false` or an empty text. */
export function isShown(node: ReactNode): boolean {
  return node !== undefined && node !== null && node !== false && node !== '';
}
