import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactElement, ReactNode } from 'react';
import styles from './tabs.module.css';

export type TabsProps<T extends string> = Readonly<{
  /** Name of the list of tabs for screen readers. */
  label: string;
  value: T;
  /** `count`: figure beside the label, such as the number of rows in the tab. */
  items: readonly Readonly<{ value: NoInfer<T>; label: string; count?: number | undefined }>[];
  /** Called when the person chooses a tab. */
  onChange(value: NoInfer<T>): void;
  /** Content of the chosen tab; absent where the caller shows it elsewhere. */
  children?: ReactNode;
}>;

/**
 * Row of tabs with the content of the chosen one below. Arrow keys choose the next tab. In a narrow window the tabs wrap into several rows, so that
 * each one stays in sight. Used by pages and by the dialogs that pair. Holds no state; the caller passes `value`.
 */
export function Tabs<T extends string>({ label, value, items, onChange, children }: TabsProps<T>): ReactElement {
  return (
    <Base.Root className={styles['root']} value={value} onValueChange={(next: T) => onChange(next)}>
      <Base.List className={styles['list']} aria-label={label} activateOnFocus>
        {items.map((item) => (
          <Base.Tab key={item.value} value={item.value} className={styles['tab']}>
            {item.label}
            {item.count !== undefined && item.count > 0 && <span className={styles['count']}>{item.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {children !== undefined && (
        <Base.Panel key={value} value={value} className={styles['panel']}>
          {children}
        </Base.Panel>
      )}
    </Base.Root>
  );
}
