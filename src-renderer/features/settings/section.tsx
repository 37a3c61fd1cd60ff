import { useId, type ReactElement, type ReactNode } from 'react';
import styles from './settings.module.css';

/** `name`: name of the section in `sections.ts`, to which links and the palette jump. `text`: introduction below the title. */
export type SectionProps = Readonly<{ name: string; title: string; text?: string; children: ReactNode }>;

/** Frame of one section of the settings, with its title. */
export function Section({ name, title, text, children }: SectionProps): ReactElement {
  const id = useId();
  return (
    <section id={`settings-${name}`} aria-labelledby={id} className={styles['section']} tabIndex={-1}>
      <h2 id={id} className={styles['heading']}>
        {title}
      </h2>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      <div className={styles['card']}>{children}</div>
    </section>
  );
}

/** List of facts in a section, made of `FactRow`s. Names and values are beside each other if there is room. */
export function Facts({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <dl className={styles['facts']}>{children}</dl>;
}

/** One fact of `Facts`: its name, and its value as children. */
export function FactRow({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
