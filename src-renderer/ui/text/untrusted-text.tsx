import type { ReactElement } from 'react';
import { mixesDirections } from '#shared/visible-text/index.ts';
import { Ordered, RunsOf } from './ordered-text.tsx';
import { showHidden } from './untrusted-words.ts';

/**
 * Words of another machine: text and nothing else, kept from reordering what stands around, hidden characters shown. What mixes directions stands in
 * the order it has: `א-mac` never looks like `mac-א`.
 */
export function UntrustedText({ children }: Readonly<{ children: string }>): ReactElement {
  const shown = showHidden(children);
  if (!mixesDirections(shown)) return <bdi>{shown}</bdi>;
  return (
    <Ordered>
      <RunsOf>{shown}</RunsOf>
    </Ordered>
  );
}
