import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import styles from './popup.module.css';

export type PopoverProps = Readonly<{
  /** Control that opens the popover, such as `<Button>` or `<Chip onClick>`. */
  trigger: ReactElement;
  /** Name of the popover for screen readers. */
  label: string;
  children: ReactNode;
  /** Side of the trigger on which the popover opens, if there is room. */
  side?: 'top' | 'bottom' | 'left' | 'right' | undefined;
}>;

/** Surface beside the pressed control, with explanations or small controls. The page stays usable. */
export function Popover({ trigger, label, children, side = 'bottom' }: PopoverProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} side={side} align="start" sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles['popover']} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
