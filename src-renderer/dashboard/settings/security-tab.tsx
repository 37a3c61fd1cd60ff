import { KeyRound, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PasskeyView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Banner,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNotice,
  Field,
  formatAgo,
  FormDialog,
  quoteUntrusted,
  Row,
  RowList,
  SettingRow,
  Switch,
  TextInput,
  UntrustedText,
  useNow,
} from '../../ui/index.ts';
import { useAccount, useAction, useDashboard, useResource } from '../api/index.ts';

import { nameProblem, newPasswordProblem, PasswordField } from '../forms/index.ts';
import { hasPasskeys, makePasskey } from '../passkeys/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { ownBrowserName } from '../formats/index.ts';
import { Section } from './section.tsx';
import styles from './settings.module.css';

/** Password, passkeys and second factor. */
export function SecurityTab(): ReactElement {
  return (
    <>
      <Section title={text('account.sign-in')}>
        <PasswordRow />
        <SecondFactorSwitch />
      </Section>
      <Passkeys />
    </>
  );
}

function PasswordRow(): ReactElement {
  const account = useAccount();
  const [isChanging, setIsChanging] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  return (
    <SettingRow
      name={text('auth.password')}
      meaning={account.hasPassword ? text('account.password.about') : text('account.password.none')}
      below={isSaved && <span role="status">{text('account.password.saved')}</span>}
    >
      <Button onClick={() => setIsChanging(true)}>
        {account.hasPassword ? text('account.password.change') : text('account.password.set')}
      </Button>
      {isChanging && (
        <PasswordDialog
          onClose={() => setIsChanging(false)}
          onSaved={() => {
            setIsChanging(false);
            setIsSaved(true);
          }}
        />
      )}
    </SettingRow>
  );
}

function PasswordDialog({ onClose, onSaved }: Readonly<{ onClose(): void; onSaved(): void }>): ReactElement {
  const { session } = useDashboard();
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const change = useAction((client) => client.call('account.setPassword', { input: { password } }));
  return (
    <FormDialog
      title={text('account.password.change')}
      description={text('account.password.ends')}
      apply={text('site.save')}
      busy={change.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (newPasswordProblem(password) !== undefined) return;
        void change.run().then((done) => {
          if (done === undefined) return;
          session.check();
          onSaved();
        });
      }}
    >
      <PasswordField
        label={text('auth.password.new')}
        isNew
        value={password}
        onChange={setPassword}
        hint={text('auth.password.hint')}
        error={isChecked ? newPasswordProblem(password) : undefined}
      />
      {change.error !== undefined && <ErrorNotice error={change.error} />}
    </FormDialog>
  );
}

function SecondFactorSwitch(): ReactElement {
  const account = useAccount();
  const { session } = useDashboard();
  const change = useAction((client, required: boolean) =>
    client.call('account.setSecondFactor', { input: { required } }),
  );
  return (
    <>
      <Switch
        row
        label={text('account.second-factor')}
        description={
          account.passkeys === 0 ? text('account.second-factor.no-passkey') : text('account.second-factor.about')
        }
        checked={account.secondFactor}
        disabled={change.busy || (account.passkeys === 0 && !account.secondFactor)}
        onChange={(required) =>
          void change.run(required).then((changed) => changed !== undefined && session.signedIn(changed))
        }
      />
      {change.error !== undefined && <ErrorNotice error={change.error} onDismiss={change.reset} />}
    </>
  );
}

function Passkeys(): ReactElement {
  const passkeys = useResource('passkeys.list');
  const [isAdding, setIsAdding] = useState(false);
  const [renaming, setRenaming] = useState<PasskeyView>();
  const [removing, setRemoving] = useState<PasskeyView>();
  const add = (
    <Button
      icon={<Plus />}
      reason={hasPasskeys() ? undefined : text('account.passkeys.unavailable')}
      onClick={() => setIsAdding(true)}
    >
      {text('account.passkeys.add')}
    </Button>
  );
  return (
    <Section title={text('account.passkeys')} about={text('account.passkeys.about')} bare>
      {!hasPasskeys() && <Banner tone="warning">{text('account.passkeys.unavailable')}</Banner>}
      <LoadedView of={passkeys} label={text('account.passkeys.loading')}>
        {({ passkeys: list }) =>
          list.length === 0 ? (
            <EmptyState icon={<KeyRound />} title={text('account.passkeys.empty')} action={add}>
              {text('account.passkeys.empty.next')}
            </EmptyState>
          ) : (
            <>
              <RowList label={text('account.passkeys')}>
                {list.map((passkey) => (
                  <PasskeyRow
                    key={passkey.id}
                    passkey={passkey}
                    onRename={() => setRenaming(passkey)}
                    onRemove={() => setRemoving(passkey)}
                  />
                ))}
              </RowList>
              <div className={styles['add']}>{add}</div>
            </>
          )
        }
      </LoadedView>
      {isAdding && <AddPasskeyDialog onClose={() => setIsAdding(false)} />}
      {renaming !== undefined && <RenamePasskeyDialog passkey={renaming} onClose={() => setRenaming(undefined)} />}
      {removing !== undefined && <RemovePasskeyDialog passkey={removing} onClose={() => setRemoving(undefined)} />}
    </Section>
  );
}

function PasskeyRow({
  passkey,
  onRename,
  onRemove,
}: Readonly<{ passkey: PasskeyView; onRename(): void; onRemove(): void }>): ReactElement {
  const now = useNow();
  const name = quoteUntrusted(passkey.name);
  const added = text('account.added', { ago: formatAgo(passkey.createdAt, now) });
  const used =
    passkey.usedAt === null ? text('account.unused') : text('account.used', { ago: formatAgo(passkey.usedAt, now) });
  return (
    <Row
      tall
      lead={<KeyRound aria-hidden="true" />}
      title={<UntrustedText>{passkey.name}</UntrustedText>}
      detail={`${added} · ${used}`}
      actions={[
        { label: text('account.rename.of', { name }), icon: <Pencil />, onSelect: onRename },
        { label: text('account.remove.of', { name }), icon: <Trash2 />, onSelect: onRemove },
      ]}
      menuLabel={text('account.actions.of', { name })}
    />
  );
}

function AddPasskeyDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { session } = useDashboard();
  const [name, setName] = useState(() => ownBrowserName(navigator.userAgent));
  const [isChecked, setIsChecked] = useState(false);
  const add = useAction(async (client) => {
    const options = await client.call('passkeys.options');
    return client.call('passkeys.create', { input: { name, response: await makePasskey(options) } });
  });
  return (
    <FormDialog
      title={text('account.passkeys.add')}
      description={text('account.passkeys.add.about')}
      size="small"
      apply={text('account.passkeys.add.apply')}
      busy={add.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(name) !== undefined) return;
        void add.run().then((made) => {
          if (made === undefined) return;
          session.check();
          onClose();
        });
      }}
    >
      <Field label={text('account.passkeys.name')} error={isChecked ? nameProblem(name) : undefined}>
        <TextInput value={name} onChange={setName} />
      </Field>
      {add.error !== undefined && <ErrorNotice error={add.error} />}
    </FormDialog>
  );
}

function RenamePasskeyDialog({ passkey, onClose }: Readonly<{ passkey: PasskeyView; onClose(): void }>): ReactElement {
  const [name, setName] = useState(passkey.name);
  const [isChecked, setIsChecked] = useState(false);
  const rename = useAction((client) =>
    client.call('passkeys.rename', { params: { passkey: passkey.id }, input: { name } }),
  );
  return (
    <FormDialog
      title={text('account.rename.of', { name: quoteUntrusted(passkey.name) })}
      size="small"
      apply={text('site.save')}
      busy={rename.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(name) === undefined) void rename.run().then((done) => done !== undefined && onClose());
      }}
    >
      <Field label={text('account.passkeys.name')} error={isChecked ? nameProblem(name) : undefined}>
        <TextInput value={name} onChange={setName} />
      </Field>
      {rename.error !== undefined && <ErrorNotice error={rename.error} />}
    </FormDialog>
  );
}

function RemovePasskeyDialog({ passkey, onClose }: Readonly<{ passkey: PasskeyView; onClose(): void }>): ReactElement {
  const { session } = useDashboard();
  const remove = useAction((client) => client.call('passkeys.delete', { params: { passkey: passkey.id } }));
  return (
    <ConfirmDialog
      title={text('account.remove.of', { name: quoteUntrusted(passkey.name) })}
      apply={text('account.passkeys.remove')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() =>
        void remove.run().then((done) => {
          if (done === undefined) return;
          session.check();
          onClose();
        })
      }
    >
      <p>{text('account.passkeys.remove.text')}</p>
    </ConfirmDialog>
  );
}
