import { useEffect, useId, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { RelayServerInput } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApi } from '../../store/index.ts';
import { Button, Field, Select, SuggestInput, TextInput, type Suggestion } from '../../ui/index.ts';
import { DocumentText } from '../documents/index.ts';
import styles from './relay-servers.module.css';
import { LOGINS, readDraft, type DraftField, type ServerDraft } from './server-draft.ts';

/** Examples in the fields, not translated. */
const EXAMPLE = 'relay.example.org';
const KEY_EXAMPLE = '~/.ssh/id_ed25519';

export type ServerFormProps = Readonly<{
  draft: ServerDraft;
  onChange(draft: ServerDraft): void;
  onConnect(server: RelayServerInput): void;
  /** Reason why no task can begin now. */
  reason?: string | undefined;
  /** Closes the dialog around it; undefined where that has a button. */
  onCancel?: (() => void) | undefined;
  /** Message above the fields. */
  children?: ReactNode;
}>;

type Entry = Readonly<{ name: string; host: string; user: string | null }>;

/** Form for a server that the person reaches by SSH: its name, with the entries of `~/.ssh/config`, the user, and how to sign in. */
export function ServerForm({ draft, onChange, onConnect, reason, onCancel, children }: ServerFormProps): ReactElement {
  const [left, setLeft] = useState<ReadonlySet<DraftField>>(new Set());
  const [isOpen, setOpen] = useState(draft.port !== '' || draft.relayPort !== '');
  const entries = useEntries();
  const form = useRef<HTMLFormElement>(null);
  const fieldId = useId();
  const { server, problems } = readDraft(draft);
  const entry = entries.find(({ name }) => name === draft.host.trim());
  const suggestions = useMemo(() => entries.map(suggestionOf), [entries]);
  const set = (part: Partial<ServerDraft>): void => onChange({ ...draft, ...part });
  const leave = (field: DraftField): void => setLeft((before) => new Set([...before, field]));
  const errorOf = (field: DraftField): string | undefined => {
    const problem = left.has(field) ? problems.get(field) : undefined;
    return problem === undefined ? undefined : problemText(field, problem);
  };
  const submit = (): void => {
    setLeft(new Set([...left, ...problems.keys()]));
    if (problems.size === 0) {
      onConnect(server);
      return;
    }
    if (problems.has('port') || problems.has('relayPort')) setOpen(true);
    // The field is marked, and its section open, once this has rendered.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  return (
    <form
      ref={form}
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined) submit();
      }}
    >
      {children}
      <div className={styles['pair']}>
        <Field label={text('deploy.host')} hint={text('deploy.host.hint')} error={errorOf('host')}>
          <SuggestInput
            suggestions={suggestions}
            suggestionsLabel={text('deploy.hosts')}
            placeholder={EXAMPLE}
            maxLength={300}
            value={draft.host}
            onChange={(host) => set({ host })}
            onBlur={() => {
              if (draft.host !== '') leave('host');
            }}
          />
        </Field>
        <Field label={text('deploy.user')} hint={text('deploy.user.hint')} error={errorOf('user')}>
          <TextInput
            mono
            autoCapitalize="none"
            maxLength={64}
            placeholder={entry?.user ?? ''}
            value={draft.user}
            onChange={(user) => set({ user })}
            onBlur={() => leave('user')}
          />
        </Field>
      </div>
      <Select
        label={text('deploy.login')}
        value={draft.login}
        options={LOGINS.map((value) => ({ value, label: text(`deploy.login.${value}`) }))}
        onChange={(login) => set({ login })}
      />
      {draft.login === 'key' && (
        <Field label={text('deploy.key')} hint={text('deploy.key.hint')} error={errorOf('keyFile')}>
          <TextInput
            mono
            maxLength={4096}
            placeholder={KEY_EXAMPLE}
            value={draft.keyFile}
            onChange={(keyFile) => set({ keyFile })}
            onBlur={() => {
              if (draft.keyFile !== '') leave('keyFile');
            }}
          />
        </Field>
      )}
      <Field label={text('deploy.address')} hint={text('deploy.address.hint')} error={errorOf('address')}>
        <TextInput
          mono
          inputMode="url"
          placeholder={EXAMPLE}
          maxLength={255}
          value={draft.address}
          onChange={(address) => set({ address })}
          onBlur={() => leave('address')}
        />
      </Field>
      <details
        className={styles['more']}
        open={isOpen}
        onToggle={(event) => setOpen(event.currentTarget.open)}
        aria-labelledby={fieldId}
      >
        <summary id={fieldId}>{text('deploy.more')}</summary>
        <div className={styles['form']}>
          <div className={styles['ports']}>
            <Field label={text('deploy.port')} error={errorOf('port')}>
              <TextInput
                mono
                inputMode="numeric"
                maxLength={5}
                placeholder="22"
                value={draft.port}
                onChange={(port) => set({ port })}
                onBlur={() => leave('port')}
              />
            </Field>
            <Field label={text('deploy.relay-port')} error={errorOf('relayPort')}>
              <TextInput
                mono
                inputMode="numeric"
                maxLength={5}
                placeholder="7474"
                value={draft.relayPort}
                onChange={(relayPort) => set({ relayPort })}
                onBlur={() => leave('relayPort')}
              />
            </Field>
          </div>
        </div>
      </details>
      <div className={styles['end']}>
        {onCancel !== undefined && <Button onClick={onCancel}>{text('ui.cancel')}</Button>}
        <Button type="submit" variant="primary" reason={reason}>
          {text('deploy.connect')}
        </Button>
      </div>
      <p className={styles['lead']}>
        <DocumentText document="HOSTING.md">{text('deploy.certificate')}</DocumentText>
      </p>
    </form>
  );
}

/** Loads the entries of `~/.ssh/config`; none if they can't be read. */
function useEntries(): readonly Entry[] {
  const api = useApi();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    api.call('relayServers.hosts', {}, { signal: controller.signal }).then(setEntries, () => undefined);
    return () => controller.abort();
  }, [api]);
  return entries;
}

function suggestionOf({ name, host, user }: Entry): Suggestion {
  const detail = `${user === null ? '' : `${user}@`}${host}`;
  return { value: name, detail: detail === name ? undefined : detail };
}

function problemText(field: DraftField, problem: 'empty' | 'invalid'): string {
  switch (field) {
    case 'host':
      return text(problem === 'empty' ? 'deploy.host.empty' : 'deploy.host.invalid');
    case 'port':
    case 'relayPort':
      return text('deploy.port.invalid');
    case 'user':
      return text('deploy.user.invalid');
    case 'keyFile':
      return text('deploy.key.invalid');
    case 'address':
      return text('deploy.address.invalid');
  }
}
