import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './popup.module.css';

export type MenuItem =
  | Readonly<{
      label: string;
      icon?: ReactNode;
      onSelect(): void;
      tone?: 'danger' | undefined;
      disabled?: boolean | undefined;
    }>
  | 'separator';

export type MenuProps = Readonly<{
  /** A button, such as `<IconButton>`. */
  trigger: ReactElement;
  label: string;
  items: readonly MenuItem[];
}>;

export function Menu({ trigger, label, items }: MenuProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align="end" sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles['list']} aria-label={label}>
            {items.map((item, position) =>
              item === 'separator' ? (
                <Base.Separator key={keyOf(items, position)} className={styles['separator']} />
              ) : (
                <Base.Item
                  key={item.label}
                  className={classes(styles['item'], item.tone === 'danger' && styles['danger'])}
                  disabled={item.disabled === true}
                  onClick={() => item.onSelect()}
                >
                  {item.icon}
                  {item.label}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** A separator has no name of its own: it is known by what it follows. */
function keyOf(items: readonly MenuItem[], position: number): string {
  const before = items[position - 1];
  return `after ${before === undefined || before === 'separator' ? position : before.label}`;
}
