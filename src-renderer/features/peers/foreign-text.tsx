import type { ReactElement } from 'react';
import { showHidden } from './visible-text.ts';

/** Words of another machine: text and nothing else, kept from reordering what stands around, hidden characters shown. */
export function ForeignText({ children }: Readonly<{ children: string }>): ReactElement {
  return <bdi>{showHidden(children)}</bdi>;
}
