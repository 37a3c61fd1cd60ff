import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { showMessages } from '../../../store/index.ts';
import { SubjectHead, type SubjectHeadProps } from '../../../ui/index.ts';
import styles from './frame.module.css';

/** ID of the heading, which names the pane. */
export const PANE_TITLE = 'messages-subject';

/** Head of what is shown beside the list of conversations. */
export function PaneHead(props: Pick<SubjectHeadProps, 'title' | 'about' | 'actions'>): ReactElement {
  return (
    <SubjectHead
      {...props}
      id={PANE_TITLE}
      className={styles['head']}
      back={{ label: text('messages.back'), onBack: () => showMessages() }}
    />
  );
}
