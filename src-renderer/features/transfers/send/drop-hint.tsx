import { Send } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { classes, quoteUntrusted } from '../../../ui/index.ts';
import styles from './send.module.css';

/** Frame over an element on which files are dragged, which says where they will land. */
export function DropHint({
  name,
  isPage = false,
}: Readonly<{
  name: string;
  /** The element is a page. */
  isPage?: boolean;
}>): ReactElement {
  return (
    <div className={classes(styles['hint'], isPage && styles['page'])} aria-hidden="true">
      <span className={styles['words']}>
        <Send />
        {text('transfers.drop', { name: quoteUntrusted(name) })}
      </span>
    </div>
  );
}
