import type { ReactElement } from 'react';
import { joinSentences, text } from '../../../locale/index.ts';
import { Field, RadioGroup, TextInput } from '../../../ui/index.ts';
import { isPasswordOfProxy, keepsPassword } from './draft-check.ts';
import { fieldError } from './field-error.ts';
import type { RuleFieldsProps } from './rule-fields-props.ts';
import styles from './rule-dialog.module.css';

const LOGINS = ['agent', 'key', 'password'] as const;

/** Shows the fields of an SSH server: host, port, user, and the login by SSH agent, key file or password. Changes only the form. */
export function ServerFields(props: RuleFieldsProps): ReactElement {
  const { draft, onChange } = props;
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>{text('forwards.form.server')}</legend>
      <div className={styles['host-and-port']}>
        <Field label={text('forwards.form.server.host')} error={fieldError(props, 'serverHost')}>
          <TextInput mono value={draft.serverHost} onChange={(serverHost) => onChange({ serverHost })} />
        </Field>
        <Field label={text('forwards.form.port')} error={fieldError(props, 'serverPort')}>
          <TextInput
            mono
            inputMode="numeric"
            maxLength={5}
            value={draft.serverPort}
            onChange={(serverPort) => onChange({ serverPort })}
          />
        </Field>
      </div>
      <Field label={text('forwards.form.server.user')} error={fieldError(props, 'serverUser')}>
        <TextInput mono value={draft.serverUser} onChange={(serverUser) => onChange({ serverUser })} />
      </Field>
      <RadioGroup
        size="small"
        label={text('forwards.form.server.login')}
        value={draft.login}
        options={LOGINS.filter((value) => value !== 'password' || !isPasswordOfProxy(draft)).map((value) => ({
          value,
          label: text(`forwards.form.login.${value}`),
          description: text(`forwards.form.login.${value}.explain`),
        }))}
        onChange={(login) => onChange({ login })}
      />
      {draft.login === 'key' && (
        <Field label={text('forwards.form.key-file')} error={fieldError(props, 'keyFile')}>
          <TextInput mono value={draft.keyFile} onChange={(keyFile) => onChange({ keyFile })} />
        </Field>
      )}
      {draft.login !== 'agent' && !isPasswordOfProxy(draft) && <PasswordField {...props} />}
    </fieldset>
  );
}

/**
 * Shows the field of a forward's password: of the SSH server, of the key file (a passphrase), or of a proxy, among the advanced fields. The agent
 * stores it encrypted, and a saved one is never shown.
 */
export function PasswordField(props: RuleFieldsProps): ReactElement {
  const { draft, before, onChange } = props;
  const isPassphrase =
    draft.login === 'key' && (draft.kind === 'ssh-tunnel' || draft.kind === 'auto') && !isPasswordOfProxy(draft);
  const isSaved = keepsPassword(draft, before);
  return (
    <>
      <Field
        label={text(isPassphrase ? 'forwards.form.passphrase' : 'forwards.form.password')}
        hint={
          isSaved
            ? joinSentences(text('forwards.form.password.saved'), text('forwards.form.password.sealed'))
            : text('forwards.form.password.sealed')
        }
        error={fieldError(props, 'password')}
      >
        <TextInput
          type="password"
          autoComplete="new-password"
          value={draft.password}
          onChange={(password) => onChange({ password })}
        />
      </Field>
      {isPassphrase && before?.hasPassword === true && (
        <label className={styles['check']}>
          <input
            type="checkbox"
            checked={draft.forgetPassword}
            onChange={(event) => onChange({ forgetPassword: event.target.checked })}
          />
          {text('forwards.form.password.forget')}
        </label>
      )}
    </>
  );
}
