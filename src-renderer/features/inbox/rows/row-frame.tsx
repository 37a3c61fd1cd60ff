import { ChevronDown } from 'lucide-react';
import { useId, type ComponentPropsWithRef, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { classes, Countdown, quoteUntrusted } from '../../../ui/index.ts';
import styles from './row.module.css';

/** State of a row that the page keeps, and the functions that change it. */
export type RowState = Readonly<{
  isOpen: boolean;
  isSelected: boolean;
  /** Opens or closes the row. */
  onToggle(): void;
  /** Adds the row to the selected ones, or removes it. */
  onSelect(): void;
}>;

export type RowFrameProps = Omit<ComponentPropsWithRef<'li'>, 'title'> &
  Readonly<{
    row: RowState;
    /** Sentence that says who asks for what. */
    title: ReactNode;
    /** Text alternative of the title, for the name of the checkbox. */
    name: string;
    /** Command and folder, shown while the row is closed. */
    summary: ReactNode;
    /** Name of the machine at which the request waits, unless the title says it; undefined: here. */
    machine?: string | undefined;
    /** Time at which the request ends, ms since 1970; null for none. */
    expiresAt: number | null;
    onEnd(): void;
    /** Everything that an answer depends on, and the answers; shown while the row is open. It stays in the page while the row is closed. */
    children: ReactNode;
  }>;

/** Row of a request in the inbox, in the same form for every kind: a checkbox, who asks for what, the remaining time, and the details. */
export function RowFrame({
  row,
  title,
  name,
  summary,
  machine,
  expiresAt,
  onEnd,
  children,
  className,
  ...rest
}: RowFrameProps): ReactElement {
  const id = useId();
  const at = machine === undefined ? undefined : { name: quoteUntrusted(machine) };
  return (
    <li
      {...rest}
      className={classes(styles['row'], row.isOpen && styles['open'], className)}
      aria-labelledby={`${id}-title`}
      // A press on its text focuses the row, so that the keys act on it.
      tabIndex={-1}
    >
      <header className={styles['header']}>
        <input
          type="checkbox"
          className={styles['check']}
          checked={row.isSelected}
          aria-label={text('inbox.select', { request: name })}
          onChange={row.onSelect}
        />
        <h3 className={styles['title']}>
          <button
            type="button"
            id={`${id}-title`}
            className={styles['toggle']}
            aria-expanded={row.isOpen}
            data-row-toggle=""
            onClick={row.onToggle}
          >
            {title}
          </button>
        </h3>
        {expiresAt !== null && <Countdown until={expiresAt} onEnd={onEnd} />}
        <ChevronDown className={styles['chevron']} aria-hidden="true" />
      </header>
      {row.isOpen ? (
        <div className={styles['body']}>
          {at !== undefined && <p className={styles['machine']}>{text('inbox.machine', at)}</p>}
          {children}
        </div>
      ) : (
        <p className={styles['summary']}>
          {at !== undefined && <>{text('inbox.machine.short', at)} </>}
          {summary}
        </p>
      )}
    </li>
  );
}
