import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import styles from './button.module.css';
import { classes } from '../styles/classes.ts';
import { Spinner } from '../feedback/spinner.tsx';
import { text } from '../../locale/index.ts';

type ButtonLook = Readonly<{
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
}>;

export type ButtonProps = ButtonLook &
  Readonly<{
    /** An action of this button runs: the button shows it and ignores presses, but keeps the focus. */
    busy?: boolean | undefined;
    icon?: ReactNode;
  }> &
  ComponentPropsWithRef<'button'>;

export function Button({
  variant = 'secondary',
  size = 'medium',
  busy = false,
  icon,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type={type === 'submit' ? 'submit' : 'button'}
      className={classes(styles['button'], styles[variant], styles[size], className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner label={text('ui.busy')} /> : icon}
      {children !== undefined && <span className={styles['label']}>{children}</span>}
    </button>
  );
}

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'children' | 'aria-label'> &
  ButtonLook &
  Readonly<{ label: string; icon: ReactNode; busy?: boolean | undefined }>;

/** Button with an icon only; its label is its name and tooltip. */
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
