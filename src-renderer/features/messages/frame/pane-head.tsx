import { ArrowLeft } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { showMessages } from '../../../store/index.ts';
import { IconButton, useWindowWidth } from '../../../ui/index.ts';
import styles from './frame.module.css';

/** ID of the heading, which names the pane. */
export const PANE_TITLE = 'messages-subject';

export type PaneHeadProps = Readonly<{
  title: ReactNode;
  /** Sentence below the title. */
  about?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
}>;

/** Head of what is shown beside the list. In a narrow window a button goes back to the list. */
export function PaneHead({ title, about, actions }: PaneHeadProps): ReactElement {
  const isNarrow = useWindowWidth() === 'narrow';
  const Title = isNarrow ? 'h1' : 'h2';
  return (
    <header className={styles['head']}>
      {isNarrow && <IconButton label={text('messages.back')} icon={<ArrowLeft />} onClick={() => showMessages()} />}
      <div className={styles['head-words']}>
        <Title id={PANE_TITLE} className={styles['name']}>
          {title}
        </Title>
        {about !== undefined && <p className={styles['about']}>{about}</p>}
      </div>
      {actions !== undefined && <div className={styles['head-actions']}>{actions}</div>}
    </header>
  );
}
