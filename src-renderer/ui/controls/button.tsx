import { useId, type ComponentPropsWithRef, type ReactElement, type ReactNode } from 'react';
import styles from './button.module.css';
import { classes, isShown } from '../styles/classes.ts';
import { Spinner } from '../feedback/spinner.tsx';
import { Hint, Tooltip } from '../feedback/tooltip.tsx';
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
    /** Explanation in a tooltip, before the reason. Screen readers don't read it, so it repeats what the button's name and description say. */
    hint?: ReactNode;
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
  hint,
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
  if (!isBlocked)
    return isShown(hint) ? (
      <Tooltip content={hint} side="bottom">
        {button}
      </Tooltip>
    ) : (
      button
    );
  return (
    <>
      <Tooltip
        content={isShown(hint) ? <Reasoned hint={hint} reason={reason} /> : reason}
        side={isShown(hint) ? 'bottom' : 'top'}
      >
        {button}
      </Tooltip>
      <span id={id} hidden>
        {reason}
      </span>
    </>
  );
}

/** Explanation of a button and, below it, the reason why it can't be pressed. */
function Reasoned({ hint, reason }: Readonly<{ hint: ReactNode; reason: string }>): ReactElement {
  return (
    <>
      <div>{hint}</div>
      <div className={styles['reason']}>{reason}</div>
    </>
  );
}

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'children' | 'aria-label'> &
  ButtonLook &
  Readonly<{
    label: string;
    icon: ReactNode;
    busy?: boolean | undefined;
    reason?: string | undefined;
    /** Keys of its action, which the tooltip shows as caps. Screen readers read `aria-keyshortcuts`. */
    keys?: string | undefined;
  }>;

/** Button with an icon only. Its `label` is the name for screen readers, and a tooltip shows it with the keys. */
export function IconButton({ label, keys, variant = 'quiet', className, ...rest }: IconButtonProps): ReactElement {
  return (
    <Button
      {...rest}
      variant={variant}
      aria-label={label}
      hint={<Hint label={label} keys={keys} />}
      className={classes(styles['icon-only'], className)}
    />
  );
}
