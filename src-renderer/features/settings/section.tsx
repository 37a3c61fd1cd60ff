import { useId, type ReactElement, type ReactNode } from 'react';
import { Card } from '../../ui/index.ts';
import styles from './settings.module.css';

export type SectionProps = Readonly<{ name: string; title: string; text?: string; children: ReactNode }>;

/** One section of the settings; `name` is the target of links to it. */
export function Section({ name, title, text, children }: SectionProps): ReactElement {
  const id = useId();
  return (
    <section id={`settings-${name}`} aria-labelledby={id} className={styles['section']} tabIndex={-1}>
      <h2 id={id} className={styles['heading']}>
        {title}
      </h2>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      <Card className={styles['card']}>{children}</Card>
    </section>
  );
}

/** Lists facts with their names, beside each other if there is room. */
export function Facts({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <dl className={styles['facts']}>{children}</dl>;
}

export function FactRow({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
