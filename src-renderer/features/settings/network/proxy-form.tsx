import { useRef, useState, type ReactElement } from 'react';
import type { CallInput, NetworkProxyView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, Field, TextInput } from '../../../ui/index.ts';
import { proxyAddressProblem, proxyUserProblem } from './proxy-checks.ts';
import styles from '../settings.module.css';

export type ProxyFormProps = Readonly<{
  proxy: NetworkProxyView;
  /** True while the settings are saved. */
  busy: boolean;
  /** Saves some of the settings. @returns whether they were saved */
  onSave(part: CallInput<'network.proxy.set'>): Promise<boolean>;
}>;

/** Form for a proxy that the person enters: address, user and password. The agent never sends the saved password to this page. */
export function ProxyForm({ proxy, busy, onSave }: ProxyFormProps): ReactElement {
  const [address, setAddress] = useState(proxy.address ?? '');
  const [user, setUser] = useState(proxy.user ?? '');
  const [password, setPassword] = useState('');
  const [left, setLeft] = useState({ address: false, user: false });
  const addressInput = useRef<HTMLInputElement>(null);
  const userInput = useRef<HTMLInputElement>(null);
  const addressProblem = proxyAddressProblem(address);
  const userProblem = proxyUserProblem(user);
  const keepsPassword = proxy.password && address.trim() === proxy.address && user.trim() === (proxy.user ?? '');

  const save = async (): Promise<void> => {
    setLeft({ address: true, user: true });
    if (addressProblem !== undefined) {
      addressInput.current?.focus();
      return;
    }
    if (userProblem !== undefined) {
      userInput.current?.focus();
      return;
    }
    const named = user.trim();
    const done = await onSave({
      mode: 'manual',
      address: address.trim(),
      // Without a typed user, one in the address counts.
      ...(named !== '' ? { user: named } : address.includes('@') ? {} : { user: null }),
      ...(password === '' ? {} : { password }),
    });
    if (done) setPassword('');
  };

  return (
    <form
      className={styles['proxy']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <Field
        label={text('proxy.address')}
        hint={text('proxy.address.hint')}
        error={left.address ? addressProblem : undefined}
      >
        <TextInput
          ref={addressInput}
          mono
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={300}
          value={address}
          onChange={setAddress}
          onBlur={() => setLeft((before) => ({ ...before, address: address !== '' }))}
        />
      </Field>
      <div className={styles['proxyLogin']}>
        <Field label={text('proxy.user')} hint={text('proxy.user.hint')} error={left.user ? userProblem : undefined}>
          <TextInput
            ref={userInput}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={256}
            value={user}
            onChange={setUser}
            onBlur={() => setLeft((before) => ({ ...before, user: true }))}
          />
        </Field>
        <Field
          label={text('proxy.password')}
          hint={text(keepsPassword ? 'proxy.password.saved' : 'proxy.password.hint')}
        >
          <TextInput
            type="password"
            autoComplete="off"
            maxLength={1024}
            disabled={user.trim() === ''}
            value={password}
            onChange={setPassword}
          />
        </Field>
      </div>
      <div>
        <Button type="submit" busy={busy}>
          {text('proxy.save')}
        </Button>
      </div>
    </form>
  );
}
