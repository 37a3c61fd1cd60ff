import { Ellipsis } from 'lucide-react';
import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { IconButton } from '../controls/button.tsx';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { classes, isShown } from '../styles/classes.ts';
import styles from './row.module.css';

/** Action of a row, shown as an icon on hover and focus, and as an entry of the row's menu on touch. */
export type RowAction = Readonly<{
  label: string;
  icon: ReactNode;
  onSelect(): void;
  /** Reason why the action isn't possible now. */
  reason?: string | undefined;
}>;

export type RowProps = Omit<ComponentPropsWithRef<'li'>, 'title' | 'children'> &
  Readonly<{
    /** Dot, icon or tile before the name. */
    lead?: ReactNode;
    /** Name, in the first line. It names the row's button. */
    title: ReactNode;
    /** Field in which the name is changed, in place of the title. */
    editor?: ReactNode;
    /** Secondary text below the name. */
    detail?: ReactNode;
    /** Columns between the name and the end of the row. They are left out below 640 px. */
    children?: ReactNode;
    /** Short fact at the end. The actions replace it on hover and on focus. */
    note?: ReactNode;
    /** Keeps the note in its place beside the actions, for rows that have room for both: what stands under the pointer stays the same. */
    keepsNote?: boolean | undefined;
    /** Controls that are always shown at the end, such as a switch or a Wake button. */
    tail?: ReactNode;
    /** Up to three actions; two with a menu. More belong in the menu. */
    actions?: readonly RowAction[] | undefined;
    /** Further entries of the row's menu, below the actions. */
    menu?: readonly MenuItem[] | undefined;
    /** Name of the row's menu for screen readers. */
    menuLabel?: string | undefined;
    /** Called when the row is pressed. A row without it doesn't open. */
    onOpen?: (() => void) | undefined;
    /** Marks the row whose page is shown beside the list. */
    current?: boolean | undefined;
    /** Height: 60 px with a tile, else 48. */
    tall?: boolean | undefined;
    /** Set if the title is a sentence, which takes several lines where it has to. */
    wraps?: boolean | undefined;
    /** Puts the controls of `tail` below the words in narrow windows, for buttons with words. Needs a `lead`. */
    stacks?: boolean | undefined;
  }>;

/**
 * Row of a list, as an `li` in `RowList`. A click anywhere opens it; its name is the button for keyboards and screen readers, and the focus ring is
 * drawn around the row. Icon actions replace the note on hover and focus. On touch screens and in narrow windows they are in the menu, which is always shown there.
 */
export function Row({
  lead,
  title,
  editor,
  detail,
  children,
  note,
  keepsNote = false,
  tail,
  actions = NO_ACTIONS,
  menu = NO_ENTRIES,
  menuLabel = text('ui.more'),
  onOpen,
  current = false,
  tall = false,
  wraps = false,
  stacks = false,
  className,
  ...rest
}: RowProps): ReactElement {
  const hasMenu = menu.length > 0;
  const entries = actions.map(entryOf);
  const items = entries.length > 0 && hasMenu ? [...entries, SEPARATOR, ...menu] : [...entries, ...menu];
  return (
    <li
      {...rest}
      className={classes(
        styles['row'],
        onOpen !== undefined && styles['opens'],
        current && styles['current'],
        tall && styles['tall'],
        wraps && styles['wraps'],
        stacks && styles['stacks'],
        items.length > 0 && styles['acts'],
        keepsNote && styles['keeps'],
        className,
      )}
    >
      {isShown(lead) && <span className={styles['lead']}>{lead}</span>}
      <div className={styles['words']}>
        {isShown(editor) ? (
          <div className={styles['editor']}>{editor}</div>
        ) : onOpen === undefined ? (
          <span className={styles['title']}>{title}</span>
        ) : (
          <button
            type="button"
            className={classes(styles['title'], styles['open'])}
            aria-current={current || undefined}
            onClick={onOpen}
          >
            {title}
          </button>
        )}
        {isShown(detail) && <div className={styles['detail']}>{detail}</div>}
      </div>
      {isShown(children) && <div className={styles['columns']}>{children}</div>}
      <div className={styles['end']}>
        {isShown(note) && <div className={styles['note']}>{note}</div>}
        {items.length > 0 && (
          <div className={styles['actions']}>
            {actions.map(({ label, icon, onSelect, reason }) => (
              <span key={label} className={styles['action']}>
                <IconButton size="small" label={label} icon={icon} reason={reason} onClick={onSelect} />
              </span>
            ))}
            <span className={classes(styles['menu'], !hasMenu && styles['touch'])}>
              <Menu
                label={menuLabel}
                trigger={<IconButton size="small" label={menuLabel} icon={<Ellipsis />} />}
                items={items}
              />
            </span>
          </div>
        )}
        {isShown(tail) && <div className={styles['tail']}>{tail}</div>}
      </div>
    </li>
  );
}

const SEPARATOR: MenuItem = 'separator';
const NO_ACTIONS: readonly RowAction[] = [];
const NO_ENTRIES: readonly MenuItem[] = [];

function entryOf({ label, icon, onSelect, reason }: RowAction): MenuItem {
  return { label, icon, onSelect, disabled: reason !== undefined && reason !== '' };
}

/** `label`: name of the list for screen readers. */
export type RowListProps = Omit<ComponentPropsWithRef<'ul'>, 'aria-label'> & Readonly<{ label: string }>;

/** List of rows between hairlines. Each child is a `Row`, or another `li`. */
export function RowList({ label, className, children, ...rest }: RowListProps): ReactElement {
  return (
    <ul {...rest} className={classes(styles['list'], className)} aria-label={label}>
      {children}
    </ul>
  );
}
