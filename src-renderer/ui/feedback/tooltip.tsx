import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import { KeyCaps } from '../text/key-caps.tsx';
import styles from '../dialogs/popup.module.css';

export type TooltipProps = Readonly<{
  /** Control that is explained. It has to be focusable, so that the keyboard reaches the explanation. */
  children: ReactElement;
  /** Explanation. */
  content: ReactNode;
  side?: 'top' | 'bottom' | 'left' | 'right' | undefined;
  /** Time that the pointer rests on the control before, ms. */
  delay?: number | undefined;
}> &
  Omit<ComponentPropsWithRef<'button'>, 'children' | 'content'>;

/** Content of a tooltip: the name of a control, and the keys of its action as caps. */
export function Hint({ label, keys }: Readonly<{ label: string; keys?: string | undefined }>): ReactElement {
  if (keys === undefined) return <>{label}</>;
  return (
    <span className={styles['hint']}>
      {label}
      <KeyCaps keys={keys} hidden />
    </span>
  );
}

/** Short explanation that appears on hover and focus. Touch screens don't show it, so necessary information has to be elsewhere too. Other properties are the control's, as those of a popover that it opens. */
export function Tooltip({ children, content, side = 'top', delay = 300, ...rest }: TooltipProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger {...rest} render={children} delay={delay} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles['tooltip']}>{content}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
