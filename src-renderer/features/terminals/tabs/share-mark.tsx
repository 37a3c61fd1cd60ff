import { Eye } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import styles from './share-mark.module.css';
import type { TerminalTabs } from './terminal-tabs.ts';

type ShareMarkProps = Readonly<{ panes: readonly number[]; manager: TerminalTabs }>;

/** Mark on a tab while links for guests lead to one of its terminals, so that no one forgets them. */
export function ShareMark({ panes, manager }: ShareMarkProps): ReactElement | null {
  const links = useApp((state) => state.shareLinks);
  const isShared = panes.some((id) => links.some(({ terminal }) => terminal === manager.session(id)?.terminal));
  if (!isShared) return null;
  const words = text('sharing.tab');
  return (
    <span className={styles['shared']} title={words}>
      <Eye aria-hidden="true" />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
