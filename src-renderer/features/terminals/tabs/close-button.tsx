import { X } from 'lucide-react';
import type { MouseEvent, ReactElement } from 'react';
import { shortcutOf } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { Hint, Tooltip } from '../../../ui/index.ts';
import styles from '../terminals.module.css';

type CloseProps = Readonly<{
  /** Title of the tab or pane, as untrusted text. */
  title: string;
  /** Position among the elements that the Tab key reaches; -1 where other keys close. */
  tabIndex?: number | undefined;
  onClick(event: MouseEvent): void;
}>;

/** Button that closes a tab or a pane. Its tooltip shows the keys, and that Shift leaves the terminal running. */
export function CloseButton({ title, tabIndex, onClick }: CloseProps): ReactElement {
  return (
    <Tooltip
      content={
        <>
          <Hint label={text('terminals.close')} keys={shortcutOf('terminal.close')} />
          <div className={styles['more-hint']}>{text('terminals.tab.hint')}</div>
        </>
      }
    >
      <button
        type="button"
        tabIndex={tabIndex}
        className={styles['tab-close']}
        aria-label={text('terminals.tab.close', { title })}
        onClick={onClick}
      >
        <X aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
