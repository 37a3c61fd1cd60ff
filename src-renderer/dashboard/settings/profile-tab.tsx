import { useState, type ReactElement } from 'react';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/locales/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  ErrorNotice,
  Field,
  FormDialog,
  Segments,
  Select,
  SettingRow,
  TextInput,
  UntrustedText,
} from '../../ui/index.ts';
import { useAccount, useAction, useDashboard, useRelay } from '../api/index.ts';
import { emailProblem, nameProblem } from '../forms/index.ts';
import { InstallRow } from '../installed/index.ts';
import { NoticesRow } from '../notices/index.ts';
import { PictureRow } from '../picture/index.ts';
import { setPreference, THEMES, usePreferences } from '../preferences/index.ts';
import { Avatar } from '../shell/avatar.tsx';
import { Section } from './section.tsx';
import styles from './settings.module.css';

/** Name and address of the account, language and theme of this browser. */
export function ProfileTab(): ReactElement {
  const account = useAccount();
  const { theme, language } = usePreferences();
  return (
    <>
      <div className={styles['profile']}>
        <Avatar name={account.name} id={account.id} picture={account.picture} size="large" />
        <p>
          <strong>
            <UntrustedText>{account.name}</UntrustedText>
          </strong>
          {account.email}
        </p>
      </div>
      <Section title={text('account.profile')}>
        <PictureRow />
        <NameField key={account.name} />
        <EmailRow />
      </Section>
      <Section title={text('account.browser')} about={text('account.browser.about')}>
        <Select
          row
          label={text('site.language')}
          value={language}
          options={[
            { value: 'system', label: text('site.language.system') },
            ...LANGUAGES.map((each) => ({ value: each, label: LANGUAGE_NAMES[each] })),
          ]}
          onChange={(next) => void setPreference({ language: next })}
        />
        <Segments
          row
          label={text('account.theme')}
          value={theme}
          options={THEMES.map((each) => ({ value: each, label: text(`account.theme.${each}`) }))}
          onChange={(next) => void setPreference({ theme: next })}
        />
        <InstallRow />
        <NoticesRow />
      </Section>
    </>
  );
}

function NameField(): ReactElement {
  const account = useAccount();
  const { session } = useDashboard();
  const [name, setName] = useState(account.name);
  const [isChecked, setIsChecked] = useState(false);
  const rename = useAction((client) => client.call('account.change', { input: { name } }));
  const problem = nameProblem(name);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setIsChecked(true);
        if (problem !== undefined || name === account.name) return;
        void rename.run().then((changed) => changed !== undefined && session.signedIn(changed));
      }}
    >
      <Field
        row
        label={text('auth.name')}
        hint={text('auth.name.hint')}
        error={
          isChecked && problem !== undefined
            ? problem
            : rename.error !== undefined && <ErrorNotice error={rename.error} />
        }
      >
        <div className={styles['buttons']}>
          <TextInput value={name} onChange={setName} autoComplete="name" />
          {name !== account.name && (
            <Button type="submit" busy={rename.busy}>
              {text('site.save')}
            </Button>
          )}
        </div>
      </Field>
    </form>
  );
}

function EmailRow(): ReactElement {
  const account = useAccount();
  const hasMail = useRelay()?.mail !== false;
  const [isChanging, setIsChanging] = useState(false);
  return (
    <SettingRow
      name={text('auth.email')}
      meaning={
        <>
          {account.emailVerified || !hasMail
            ? account.email
            : text('account.email.unverified', { email: account.email })}
          {!hasMail && (
            <>
              <br />
              {text('account.email.no-mail')}
            </>
          )}
        </>
      }
    >
      <div className={styles['buttons']}>
        {hasMail && !account.emailVerified && <Chip tone="warning">{text('account.email.unverified.chip')}</Chip>}
        {hasMail && (
          <Button onClick={() => setIsChanging(true)}>
            {account.emailVerified ? text('account.email.change') : text('account.email.verify')}
          </Button>
        )}
      </div>
      {isChanging && <EmailDialog onClose={() => setIsChanging(false)} />}
    </SettingRow>
  );
}

function EmailDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const account = useAccount();
  const [email, setEmail] = useState(account.emailVerified ? '' : account.email);
  const [isChecked, setIsChecked] = useState(false);
  const [isSent, setIsSent] = useState(false);
  const change = useAction((client) => client.call('account.changeEmail', { input: { email } }));
  return (
    <FormDialog
      title={account.emailVerified ? text('account.email.change') : text('account.email.verify')}
      description={isSent ? text('account.email.sent', { email }) : text('account.email.about')}
      apply={isSent ? text('site.done') : text('account.email.send')}
      busy={change.busy}
      onClose={onClose}
      onApply={() => {
        if (isSent) {
          onClose();
          return;
        }
        setIsChecked(true);
        if (emailProblem(email) !== undefined) return;
        void change.run().then((done) => done !== undefined && setIsSent(true));
      }}
    >
      {!isSent && (
        <Field label={text('auth.email')} error={isChecked ? emailProblem(email) : undefined}>
          <TextInput type="email" value={email} onChange={setEmail} autoComplete="email" autoCapitalize="none" />
        </Field>
      )}
      {change.error !== undefined && <ErrorNotice error={change.error} />}
    </FormDialog>
  );
}
