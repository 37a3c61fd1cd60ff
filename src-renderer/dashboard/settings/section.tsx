import { useId, type ReactElement, type ReactNode } from 'react';
import styles from './settings.module.css';

/** Part of the settings with its heading. `bare`: without a frame, for lists. */
export function Section({
  title,
  about,
  bare = false,
  children,
}: Readonly<{ title: string; about?: string; bare?: boolean; children: ReactNode }>): ReactElement {
  const id = useId();
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {title}
      </h2>
      {about !== undefined && <p className={styles['about']}>{about}</p>}
      {bare ? children : <div className={styles['card']}>{children}</div>}
    </section>
  );
}
