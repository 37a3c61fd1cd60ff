import { ContextMenu as Area } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classes } from '../styles/classes.ts';
import { KeyCaps } from '../text/key-caps.tsx';
import styles from '../dialogs/popup.module.css';

/** Entry of a menu, or a line between entries. */
export type MenuItem =
  | Readonly<{
      /** Text of the entry. */
      label: string;
      /** Half a sentence below the text, such as when to choose it. */
      detail?: string | undefined;
      icon?: ReactNode;
      onSelect(): void;
      tone?: 'danger' | undefined;
      disabled?: boolean | undefined;
      /** The entry is what the window shows now. */
      isCurrent?: boolean | undefined;
      /** Keys of its shortcut, as the menu shows them. */
      keys?: string | undefined;
    }>
  | 'separator';

export type MenuProps = Readonly<{
  /** Control that opens the menu, such as `<IconButton>`. */
  trigger: ReactElement;
  /** Name of the menu for screen readers. */
  label: string;
  /** Entries; a function returns them as they are when the menu opens. */
  items: readonly MenuItem[] | (() => readonly MenuItem[]);
  /** Edge of the trigger with which the menu ends; default: `end`. */
  align?: 'start' | 'end' | undefined;
  /** Returns the element to focus after the menu has closed: null for the trigger, which is the default; false to leave the focus where it is. */
  returnFocus?: (() => HTMLElement | null | false) | undefined;
}>;

/** Menu that opens when `trigger` is pressed. */
export function Menu({ trigger, label, items, align = 'end', returnFocus }: MenuProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles['list']} aria-label={label} finalFocus={() => focusAfter(returnFocus)}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Menu that opens on a right click on `trigger`, or a long touch. */
export function ContextMenu({ trigger, label, items, returnFocus }: MenuProps): ReactElement {
  return (
    <Area.Root>
      <Area.Trigger render={trigger} />
      <Area.Portal>
        <Area.Positioner className={styles['positioner']} collisionPadding={8}>
          <Area.Popup className={styles['list']} aria-label={label} finalFocus={() => focusAfter(returnFocus)}>
            <Items items={items} />
          </Area.Popup>
        </Area.Positioner>
      </Area.Portal>
    </Area.Root>
  );
}

function Items({ items: given }: Pick<MenuProps, 'items'>): ReactElement {
  const items = typeof given === 'function' ? given() : given;
  return (
    <>
      {items.map((item, position) =>
        item === 'separator' ? (
          <Base.Separator key={keyOf(items, position)} className={styles['separator']} />
        ) : (
          <Base.Item
            key={item.label}
            className={classes(styles['item'], item.tone === 'danger' && styles['danger'])}
            disabled={item.disabled === true}
            aria-current={item.isCurrent === true ? 'true' : undefined}
            onClick={() => item.onSelect()}
          >
            {item.icon}
            {item.detail === undefined ? (
              item.label
            ) : (
              <span className={styles['item-words']}>
                {item.label}
                <span className={styles['detail']}>{item.detail}</span>
              </span>
            )}
            {item.keys !== undefined && (
              <span className={styles['keys']}>
                <KeyCaps keys={item.keys} hidden />
              </span>
            )}
          </Base.Item>
        ),
      )}
    </>
  );
}

/** Returns the element to focus after a menu has closed. A field that one of its entries has opened comes first. */
function focusAfter(returnFocus: MenuProps['returnFocus']): HTMLElement | null | boolean {
  return document.querySelector<HTMLElement>('[data-name-input]') ?? (returnFocus === undefined ? true : returnFocus());
}

/** Returns a React key for the separator at this position, made from the entry before it. */
function keyOf(items: readonly MenuItem[], position: number): string {
  const before = items[position - 1];
  return `after ${before === undefined || before === 'separator' ? position : before.label}`;
}
