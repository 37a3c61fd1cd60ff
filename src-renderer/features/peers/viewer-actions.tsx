import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, Chip, quoteUntrusted } from '../../ui/index.ts';

/** End of a row for a peer that a terminal is shared with: whether it watches now, and the button that stops the sharing. */
export function ViewerActions({
  name,
  watching,
  onStop,
}: Readonly<{ name: string; watching: boolean; onStop(): void }>): ReactElement {
  return (
    <>
      <Chip tone={watching ? 'info' : 'neutral'}>{text(watching ? 'sharing.watching' : 'sharing.offered')}</Chip>
      <Button size="small" aria-label={text('sharing.stop.who', { name: quoteUntrusted(name) })} onClick={onStop}>
        {text('sharing.stop')}
      </Button>
    </>
  );
}
