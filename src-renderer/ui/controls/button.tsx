import { useId, type ComponentPropsWithRef, type ReactElement, type ReactNode } from 'react';
import styles from './button.module.css';
import { classes } from '../styles/classes.ts';
import { Spinner } from '../feedback/spinner.tsx';
import { Tooltip } from '../feedback/tooltip.tsx';
import { text } from '../../locale/index.ts';

type ButtonLook = Readonly<{
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
}>;

export type ButtonProps = ButtonLook &
  Readonly<{
    /** True while an action of this button runs. The button shows that and ignores presses, but keeps the focus. */
    busy?: boolean | undefined;
    /** Icon before the text. */
    icon?: ReactNode;
    /** Reason why the button can't be pressed now. It stays focusable, and a tooltip and screen readers say the reason. */
    reason?: string | undefined;
    /** Edge of the content on which the words of a quiet button stand, so that they align with what has no frame. */
    edge?: 'start' | 'end' | undefined;
  }> &
  ComponentPropsWithRef<'button'>;

/** Button with a text, in the window's look. `type` is `button` unless set, so that it doesn't submit a form by accident. */
export function Button({
  variant = 'secondary',
  size = 'medium',
  busy = false,
  icon,
  reason,
  edge,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  const id = useId();
  const isBlocked = reason !== undefined && reason !== '';
  const button = (
    <button
      {...rest}
      type={type === 'submit' ? 'submit' : 'button'}
      className={classes(
        styles['button'],
        styles[variant],
        styles[size],
        edge !== undefined && styles[`edge-${edge}`],
        className,
      )}
      aria-busy={busy || undefined}
      aria-disabled={busy || isBlocked || rest['aria-disabled']}
      aria-describedby={isBlocked ? id : rest['aria-describedby']}
      onClick={(event) => {
        if (busy || isBlocked) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner label={text('ui.busy')} /> : icon}
      {children !== undefined && <span className={styles['label']}>{children}</span>}
    </button>
  );
  if (!isBlocked) return button;
  return (
    <>
      <Tooltip content={reason}>{button}</Tooltip>
      <span id={id} hidden>
        {reason}
      </span>
    </>
  );
}

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'children' | 'aria-label'> &
  ButtonLook &
  Readonly<{ label: string; icon: ReactNode; busy?: boolean | undefined; reason?: string | undefined }>;

/** Button with an icon only. Its `label` is the name for screen readers and the tooltip. */
export function IconButton({ label, variant = 'quiet', className, ...rest }: IconButtonProps): ReactElement {
  return (
    <Button
      title={label}
      {...rest}
      variant={variant}
      aria-label={label}
      className={classes(styles['icon-only'], className)}
    />
  );
}
