import { ArrowLeft } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { showOpenClaw } from '../../../store/index.ts';
import { IconButton, useWindowWidth } from '../../../ui/index.ts';
import styles from './frame.module.css';

/** ID of the heading, which names the section. */
export const SUBJECT_TITLE = 'openclaw-subject';

export type SubjectHeadProps = Readonly<{
  title: ReactNode;
  /** Text below the title. */
  about?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** Goes back; by default to the list, where the window is too narrow for both. */
  back?: Readonly<{ label: string; onBack(): void }> | undefined;
}>;

/** Head of the subject beside the list: its name, a line about it, and its actions. In a narrow window a button goes back to the list. */
export function SubjectHead({ title, about, actions, back }: SubjectHeadProps): ReactElement {
  const isNarrow = useWindowWidth() === 'narrow';
  const Title = isNarrow ? 'h1' : 'h2';
  return (
    <header className={styles['head']}>
      {(isNarrow || back !== undefined) && (
        <IconButton
          label={back?.label ?? text('openclaw.back')}
          icon={<ArrowLeft />}
          onClick={() => (back === undefined ? showOpenClaw() : back.onBack())}
        />
      )}
      <div className={styles['head-words']}>
        <Title id={SUBJECT_TITLE} className={styles['name']}>
          {title}
        </Title>
        {about !== undefined && <p className={styles['about']}>{about}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}
