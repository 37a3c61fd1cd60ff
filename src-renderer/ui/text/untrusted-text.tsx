import type { ReactElement } from 'react';
import { mixesDirections } from '#shared/visible-text/index.ts';
import { Ordered, RunsOf } from './ordered-text.tsx';
import { showHidden } from './untrusted-words.ts';

/**
 * Shows text of another machine: it can't reorder the text around it, and hidden characters are visible. Text of mixed directions keeps its logical
 * order, so that `א-mac` never looks like `mac-א`.
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
