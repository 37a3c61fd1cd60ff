import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactElement } from 'react';
import { classes } from '../styles/classes.ts';
import fieldStyles from './field.module.css';
import popupStyles from '../dialogs/popup.module.css';
import styles from './select.module.css';

export type SelectProps<T extends string> = Readonly<{
  label: string;
  /** Hides the label where other content shows the same; screen readers still read it. */
  hideLabel?: boolean | undefined;
  value: T;
  options: readonly Readonly<{ value: NoInfer<T>; label: string }>[];
  onChange(value: NoInfer<T>): void;
  disabled?: boolean | undefined;
}>;

/** List from which a person chooses one option. It opens below its button. */
export function Select<T extends string>({
  label,
  hideLabel = false,
  value,
  options,
  onChange,
  disabled = false,
}: SelectProps<T>): ReactElement {
  return (
    <Base.Root
      value={value}
      items={options}
      disabled={disabled}
      modal={false}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <div className={styles['select']}>
        <Base.Label className={classes(fieldStyles['label'], hideLabel && 'visually-hidden')}>{label}</Base.Label>
        <Base.Trigger className={classes(fieldStyles['input'], styles['trigger'])}>
          <Base.Value className={styles['value']} />
          <Base.Icon className={styles['icon']}>
            <ChevronsUpDown />
          </Base.Icon>
        </Base.Trigger>
      </div>
      <Base.Portal>
        <Base.Positioner
          className={popupStyles['positioner']}
          alignItemWithTrigger={false}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={popupStyles['list']}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={popupStyles['item']}>
                <Base.ItemText>{option.label}</Base.ItemText>
                <Base.ItemIndicator className={popupStyles['check']}>
                  <Check />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
