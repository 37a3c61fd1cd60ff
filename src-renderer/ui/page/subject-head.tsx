import { ArrowLeft } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { IconButton } from '../controls/button.tsx';
import { useWindowWidth } from '../hooks/window-width.ts';
import { classes } from '../styles/classes.ts';
import styles from './subject-head.module.css';

export type SubjectHeadProps = Readonly<{
  /** ID of the heading, which names the section. */
  id: string;
  title: ReactNode;
  /** Text below the title. */
  about?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** Button that goes back. `always`: also where the list stands beside. */
  back: Readonly<{ label: string; onBack(): void; always?: boolean }>;
  className?: string | undefined;
}>;

/**
 * Head of the subject beside a list: its name, a line about it, and its actions. In a narrow window, where the list has no room, a button goes back to
 * it, and the name is the page's `h1`.
 */
export function SubjectHead({ id, title, about, actions, back, className }: SubjectHeadProps): ReactElement {
  const isNarrow = useWindowWidth() === 'narrow';
  const Title = isNarrow ? 'h1' : 'h2';
  return (
    <header className={classes(styles['head'], className)}>
      {(isNarrow || back.always === true) && (
        <IconButton label={back.label} icon={<ArrowLeft />} onClick={() => back.onBack()} />
      )}
      <div className={styles['words']}>
        <Title id={id} className={styles['name']}>
          {title}
        </Title>
        {about !== undefined && <p className={styles['about']}>{about}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}
