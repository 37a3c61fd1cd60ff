import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Caution, Field, Select, Switch, TextInput } from '../../../ui/index.ts';
import { hasProxyLogin, isElsewhere } from './draft-check.ts';
import { fieldError } from './field-error.ts';
import type { RuleFieldsProps } from './rule-fields-props.ts';
import styles from './rule-dialog.module.css';
import { PasswordField } from './server-fields.tsx';

const LISTEN_SCOPES = ['loopback', 'any', 'address'] as const;

/**
 * Folded section of a forward's form with the fields that seldom need a change: who can reach the port, the host names at which a folder is served,
 * the login of a proxy, and the switch that turns the forward on. Open at first if one of these values, except the switch, differs from its default.
 * Changes only the form.
 */
export function AdvancedFields(props: RuleFieldsProps): ReactElement {
  const { draft, onChange } = props;
  const [wasOpen] = useState(() => draft.listenScope !== 'loopback' || draft.hasUser || draft.hosts !== '');
  const [isOpen, setOpen] = useState(wasOpen);
  const loopback = isElsewhere(draft)
    ? draft.kind === 'ssh-tunnel'
      ? 'forwards.form.reach.loopback.server'
      : 'forwards.form.reach.loopback.there'
    : 'forwards.form.reach.loopback';
  return (
    <details className={styles['advanced']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles['summary']}>{text('forwards.form.advanced')}</summary>
      <div className={styles['form']}>
        <Select
          label={text('forwards.form.reach')}
          value={draft.listenScope}
          options={LISTEN_SCOPES.map((value) => ({
            value,
            label: text(value === 'loopback' ? loopback : `forwards.form.reach.${value}`),
          }))}
          onChange={(listenScope) => onChange({ listenScope })}
        />
        {draft.listenScope === 'address' && (
          <Field label={text('forwards.form.reach.address.label')} error={fieldError(props, 'listenHost')}>
            <TextInput mono value={draft.listenHost} onChange={(listenHost) => onChange({ listenHost })} />
          </Field>
        )}
        <Caution>{draft.listenScope !== 'loopback' && text('forwards.form.reach.warning')}</Caution>
        {draft.kind === 'folder' && (
          <Field
            label={text('forwards.form.hosts')}
            hint={text('forwards.form.hosts.hint')}
            error={fieldError(props, 'hosts')}
          >
            <TextInput mono value={draft.hosts} onChange={(hosts) => onChange({ hosts })} />
          </Field>
        )}
        {hasProxyLogin(draft) && (
          <>
            <Switch
              label={text('forwards.form.login')}
              checked={draft.hasUser}
              onChange={(hasUser) => onChange({ hasUser })}
            />
            {draft.hasUser && (
              <>
                <Field label={text('forwards.form.user')} error={fieldError(props, 'user')}>
                  <TextInput value={draft.user} onChange={(user) => onChange({ user })} />
                </Field>
                <PasswordField {...props} />
              </>
            )}
          </>
        )}
        <Switch
          label={text('forwards.form.enabled')}
          checked={draft.enabled}
          onChange={(enabled) => onChange({ enabled })}
        />
      </div>
    </details>
  );
}
