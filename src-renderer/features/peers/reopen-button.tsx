import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, quoteUntrusted } from '../../ui/index.ts';

/** Button that opens a terminal again that was left running. `title`: its title, as untrusted text. */
export function ReopenButton({ title, onReopen }: Readonly<{ title: string; onReopen(): void }>): ReactElement {
  return (
    <Button
      size="small"
      aria-label={text('terminals.left.reopen.of', { title: quoteUntrusted(title) })}
      onClick={onReopen}
    >
      {text('terminals.left.reopen')}
    </Button>
  );
}
