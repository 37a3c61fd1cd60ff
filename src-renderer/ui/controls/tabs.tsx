import { Tabs as Base } from '@base-ui/react/tabs';
import { useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';
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
 * Row of tabs with the content of the chosen one below. Arrow keys choose the next tab. Where the tabs don't fit they scroll sideways, with the chosen
 * one in the middle as far as that goes. Used by pages and by the dialogs that pair. Holds no state; the caller passes `value`.
 */
export function Tabs<T extends string>({ label, value, items, onChange, children }: TabsProps<T>): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const chosen = items.findIndex((item) => item.value === value);
  useLayoutEffect(() => {
    const tab = list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[chosen];
    if (list.current === null || tab === undefined) return;
    // The browser limits this to what there is to scroll. scrollIntoView would scroll the page too.
    list.current.scrollLeft = tab.offsetLeft - (list.current.clientWidth - tab.offsetWidth) / 2;
  }, [chosen]);
  return (
    <Base.Root className={styles['root']} value={value} onValueChange={(next: T) => onChange(next)}>
      <Base.List ref={list} className={styles['list']} aria-label={label} activateOnFocus>
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
