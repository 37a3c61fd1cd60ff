import { Plus, Terminal, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { PLATFORM_LIMITS, type ApiTokenView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  ConfirmDialog,
  Dialog,
  EmptyState,
  ErrorNotice,
  Field,
  formatAgo,
  formatMoment,
  FormDialog,
  quoteUntrusted,
  Row,
  RowList,
  Select,
  TextInput,
  UntrustedText,
  useNow,
} from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { CopyableText } from '../copyable/index.ts';
import { nameProblem } from '../forms/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import styles from './settings.module.css';

/** Lives of a token that are offered, days. */
const LIVES = ['7', '30', '90', String(PLATFORM_LIMITS.apiTokenDays)] as const;

/** API tokens for programs. A token is shown once, when it was made. */
export function TokensTab(): ReactElement {
  const tokens = useResource('tokens.list');
  const [isCreating, setIsCreating] = useState(false);
  const [removing, setRemoving] = useState<ApiTokenView>();
  const create = (
    <Button icon={<Plus />} onClick={() => setIsCreating(true)}>
      {text('account.tokens.create')}
    </Button>
  );
  const isEmpty = tokens.value?.tokens.length === 0;
  return (
    <>
      {!isEmpty && (
        <div className={styles['bar']}>
          <p>{text('account.tokens.about')}</p>
          {create}
        </div>
      )}
      <LoadedView of={tokens} label={text('account.tokens.loading')}>
        {({ tokens: list }) =>
          list.length === 0 ? (
            <EmptyState icon={<Terminal />} title={text('account.tokens.empty')} action={create}>
              {text('account.tokens.about')}
            </EmptyState>
          ) : (
            <RowList label={text('account.tab.tokens')}>
              {list.map((token) => (
                <TokenRow key={token.id} token={token} onRemove={() => setRemoving(token)} />
              ))}
            </RowList>
          )
        }
      </LoadedView>
      {isCreating && <CreateTokenDialog onClose={() => setIsCreating(false)} />}
      {removing !== undefined && <RemoveTokenDialog token={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

function TokenRow({ token, onRemove }: Readonly<{ token: ApiTokenView; onRemove(): void }>): ReactElement {
  const now = useNow();
  const name = quoteUntrusted(token.name);
  const used =
    token.usedAt === null ? text('account.unused') : text('account.used', { ago: formatAgo(token.usedAt, now) });
  const until =
    token.expiresAt <= now
      ? text('account.tokens.expired')
      : text('account.tokens.until', { until: formatMoment(token.expiresAt, now) });
  return (
    <Row
      tall
      lead={<Terminal aria-hidden="true" />}
      title={<UntrustedText>{token.name}</UntrustedText>}
      detail={`${until} · ${used}`}
      actions={[{ label: text('account.remove.of', { name }), icon: <Trash2 />, onSelect: onRemove }]}
      menuLabel={text('account.actions.of', { name })}
    />
  );
}

function CreateTokenDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const [name, setName] = useState('');
  const [days, setDays] = useState<(typeof LIVES)[number]>('30');
  const [isChecked, setIsChecked] = useState(false);
  const [secret, setSecret] = useState<string>();
  const create = useAction((client) => client.call('tokens.create', { input: { name, days: Number(days) } }));
  if (secret !== undefined)
    return (
      <Dialog
        open
        onClose={onClose}
        title={text('account.tokens.created')}
        description={text('account.tokens.created.text')}
        actions={
          <Button variant="primary" onClick={onClose}>
            {text('site.done')}
          </Button>
        }
      >
        <CopyableText value={secret} label={text('account.tokens.copy')} />
      </Dialog>
    );
  return (
    <FormDialog
      title={text('account.tokens.create')}
      description={text('account.tokens.create.about')}
      apply={text('account.tokens.create.apply')}
      busy={create.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(name) !== undefined) return;
        void create.run().then((made) => made !== undefined && setSecret(made.secret));
      }}
    >
      <Field label={text('account.tokens.name')} error={isChecked ? nameProblem(name) : undefined}>
        <TextInput value={name} onChange={setName} placeholder={text('account.tokens.example')} />
      </Field>
      <Select
        label={text('account.tokens.life')}
        value={days}
        options={LIVES.map((each) => ({ value: each, label: text('account.tokens.days', { count: Number(each) }) }))}
        onChange={setDays}
      />
      {create.error !== undefined && <ErrorNotice error={create.error} />}
    </FormDialog>
  );
}

function RemoveTokenDialog({ token, onClose }: Readonly<{ token: ApiTokenView; onClose(): void }>): ReactElement {
  const remove = useAction((client) => client.call('tokens.delete', { params: { token: token.id } }));
  return (
    <ConfirmDialog
      title={text('account.remove.of', { name: quoteUntrusted(token.name) })}
      apply={text('account.tokens.remove')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() => void remove.run().then((done) => done !== undefined && onClose())}
    >
      <p>{text('account.tokens.remove.text')}</p>
    </ConfirmDialog>
  );
}
