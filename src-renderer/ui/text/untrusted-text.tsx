import type { ReactElement } from 'react';
import { mixesDirections } from '#shared/visible-text/index.ts';
import { Ordered, OrderedRuns } from './ordered-text.tsx';
import { showHidden } from './quote-untrusted.ts';

/**
 * Shows a text that another machine chose. The text can't reorder the text around it, and its hidden characters are visible. A text of mixed
 * directions keeps the order of its characters, so that `א-mac` never looks like `mac-א`.
 */
export function UntrustedText({ children }: Readonly<{ children: string }>): ReactElement {
  const shown = showHidden(children);
  if (!mixesDirections(shown)) return <bdi>{shown}</bdi>;
  return (
    <Ordered>
      <OrderedRuns>{shown}</OrderedRuns>
    </Ordered>
  );
}
