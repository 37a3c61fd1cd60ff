import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Chip } from '../../../ui/index.ts';

/** Mark of a browser. Shown beside its name wherever the window shows one. */
export function BrowserChip(): ReactElement {
  return (
    <Chip tone="info" title={text('browser.about')}>
      {text('browser')}
    </Chip>
  );
}
