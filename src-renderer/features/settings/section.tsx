import { createContext, useContext, useId, type ReactElement, type ReactNode } from 'react';
import { SettingRow } from '../../ui/index.ts';
import styles from './settings.module.css';

/** `name`: name of the section in `sections.ts`, to which links and the palette jump. `text`: introduction below the title. */
export type SectionProps = Readonly<{ name: string; title: string; text?: string; children: ReactNode }>;

/** True in a section that shares its page with others, so that its title is below that of the page. */
export const SharedPage = createContext(false);

/** Frame of one section of the settings, with its title. */
export function Section({ name, title, text, children }: SectionProps): ReactElement {
  const id = useId();
  const isShared = useContext(SharedPage);
  const Heading = isShared ? 'h3' : 'h2';
  return (
    <section id={`settings-${name}`} aria-labelledby={id} className={styles['section']} tabIndex={-1}>
      <Heading id={id} className={styles[isShared ? 'shared-heading' : 'heading']}>
        {title}
      </Heading>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      <div className={styles['card']}>{children}</div>
    </section>
  );
}

/** Title of one part of a section. */
export function PartHeading({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  const Heading = useContext(SharedPage) ? 'h4' : 'h3';
  return <Heading className={styles['subheading']}>{children}</Heading>;
}

/** List of facts in a section, made of `FactRow`s. */
export function Facts({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <dl className={styles['facts']}>{children}</dl>;
}

export type FactRowProps = Readonly<{
  name: ReactNode;
  /** Meaning below the name, or the value where it is long and its state stands at the right. */
  meaning?: ReactNode;
  /** Buttons below both. */
  below?: ReactNode;
  /** Puts a long value below the name. */
  wide?: boolean | undefined;
  /** Makes the row lower, for a short value. */
  dense?: boolean | undefined;
  children: ReactNode;
}>;

/** One fact of `Facts`: its name, and its value as children. */
export function FactRow({ name, meaning, below, wide, dense, children }: FactRowProps): ReactElement {
  return (
    <SettingRow kind="fact" name={name} meaning={meaning} below={below} wide={wide} dense={dense}>
      {children}
    </SettingRow>
  );
}
