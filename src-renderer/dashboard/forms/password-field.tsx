import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Field, IconButton, TextInput } from '../../ui/index.ts';
import styles from './password-field.module.css';

export type PasswordFieldProps = Readonly<{
  label: string;
  value: string;
  onChange(value: string): void;
  /** A new password, which password managers offer to make and to keep. */
  isNew?: boolean | undefined;
  /** Secret in the field, which its button names; default: a password. */
  secret?: 'password' | 'token' | undefined;
  hint?: string | undefined;
  error?: string | undefined;
}>;

const REVEALS = {
  password: { show: 'auth.password.show', hide: 'auth.password.hide' },
  token: { show: 'auth.token.show', hide: 'auth.token.hide' },
} as const;

/** Field for a password, with a button that shows it. */
export function PasswordField({
  label,
  value,
  onChange,
  isNew = false,
  secret = 'password',
  hint,
  error,
}: PasswordFieldProps): ReactElement {
  const [isShown, setIsShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      <div className={styles['reveal']}>
        <PasswordInput isShown={isShown} isNew={isNew} value={value} onChange={onChange} />
        <IconButton
          label={text(REVEALS[secret][isShown ? 'hide' : 'show'])}
          icon={isShown ? <EyeOff /> : <Eye />}
          aria-pressed={isShown}
          onClick={() => setIsShown(!isShown)}
        />
      </div>
    </Field>
  );
}

function PasswordInput({
  isShown,
  isNew,
  value,
  onChange,
}: Readonly<{ isShown: boolean; isNew: boolean; value: string; onChange(value: string): void }>): ReactElement {
  return (
    <TextInput
      type={isShown ? 'text' : 'password'}
      name="password"
      autoComplete={isNew ? 'new-password' : 'current-password'}
      autoCapitalize="none"
      value={value}
      onChange={onChange}
    />
  );
}
