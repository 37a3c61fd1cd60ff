import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { SettingRow } from '../row/setting-row.tsx';
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
  /** Makes it a row of the settings. */
  row?: boolean | undefined;
  /** Meaning below the label, in a row of the settings. */
  description?: string | undefined;
}>;

/** List from which a person chooses one option. It opens below its button. */
export function Select<T extends string>({
  label,
  hideLabel = false,
  value,
  options,
  onChange,
  disabled = false,
  row = false,
  description,
}: SelectProps<T>): ReactElement {
  const id = useId();
  const name = (
    <Base.Label className={classes(!row && fieldStyles['label'], hideLabel && 'visually-hidden')}>{label}</Base.Label>
  );
  const trigger = (
    <Base.Trigger
      className={classes(fieldStyles['input'], styles['trigger'], row && styles['fitted'])}
      aria-describedby={description === undefined ? undefined : id}
    >
      <Base.Value className={styles['value']} />
      <Base.Icon className={styles['icon']}>
        <ChevronsUpDown />
      </Base.Icon>
    </Base.Trigger>
  );
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
      {row ? (
        <SettingRow name={name} meaning={description !== undefined && <span id={id}>{description}</span>}>
          {trigger}
        </SettingRow>
      ) : (
        <div className={styles['select']}>
          {name}
          {trigger}
        </div>
      )}
      <Base.Portal>
        <Base.Positioner
          className={popupStyles['positioner']}
          align={row ? 'end' : 'start'}
          alignItemWithTrigger={false}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={popupStyles['list']} aria-label={label}>
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
