import { BotMessageSquare, Plus } from 'lucide-react';
import { useState, useSyncExternalStore, type ReactElement } from 'react';
import type { RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { navigate, openPairing, useApp } from '../../../store/index.ts';
import { Button, EmptyState, PageHeader, PageLoading, Tabs } from '../../../ui/index.ts';
import { promptPageState, type PromptPageState } from './page-state.ts';
import { LocalWorkflows } from '../workflows/workflows-tab.tsx';
import { RemoveOpenClawDialog } from './remove-dialog.tsx';
import styles from './prompts.module.css';
import { RestartDialog } from './restart-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { recipientKey, promptRecipients, type PromptRecipient } from './recipient.ts';
import { OpenClawList } from './recipient-list.tsx';
import { RecipientPane } from './recipient-pane.tsx';

/** What can be done beside asking; a gateway of this device is edited and removed under Gateways. */
export type RemoteDialog =
  | Readonly<{ kind: 'edit' | 'remove'; remote: RemoteView }>
  | Readonly<{ kind: 'restart'; target: PromptRecipient }>;
type OpenDialog = Readonly<{ kind: 'add' }> | RemoteDialog;

export type RemotesPageProps = Readonly<{ desk?: PromptPageState; tab?: 'ask' | 'workflows' }>;

/** Every OpenClaw this device can talk to: the saved ones of peers, and the gateways of this device; and what peers may start here. */
export function PromptsTab({ desk = promptPageState, tab: first = 'ask' }: RemotesPageProps): ReactElement {
  const [tab, setTab] = useState(first);
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = (): void => setDialog(undefined);
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text('remotes.title')}
        description={text('remotes.description')}
        actions={
          <Button icon={<Plus aria-hidden="true" />} onClick={() => setDialog({ kind: 'add' })}>
            {text('remotes.add')}
          </Button>
        }
      />
      <Tabs
        label={text('remotes.tabs')}
        value={tab}
        items={[
          { value: 'ask', label: text('remotes.tab.ask') },
          { value: 'workflows', label: text('remotes.tab.workflows') },
        ]}
        onChange={setTab}
      >
        {tab === 'ask' ? (
          <Ask desk={desk} onAdd={() => setDialog({ kind: 'add' })} onOpen={setDialog} />
        ) : (
          <LocalWorkflows />
        )}
      </Tabs>
      {dialog?.kind === 'add' && (
        <SaveDialog onSaved={(remote) => desk.select(recipientKey({ kind: 'remote', remote }))} onClose={close} />
      )}
      {dialog?.kind === 'edit' && <SaveDialog remote={dialog.remote} onClose={close} />}
      {dialog?.kind === 'remove' && <RemoveOpenClawDialog remote={dialog.remote} onClose={close} />}
      {dialog?.kind === 'restart' && <RestartDialog target={dialog.target} onClose={close} />}
    </div>
  );
}

type AskProps = Readonly<{ desk: PromptPageState; onAdd(): void; onOpen(dialog: RemoteDialog): void }>;

function Ask({ desk, onAdd, onOpen }: AskProps): ReactElement {
  const remotes = useApp((state) => state.remotes);
  const gateways = useApp((state) => state.gateways);
  const known = useApp((state) => state.status !== undefined);
  const chosen = useSyncExternalStore(desk.subscribe, desk.selected);
  const targets = promptRecipients(remotes, gateways);
  const selected = targets.find((target) => recipientKey(target) === chosen) ?? targets[0];
  if (selected === undefined) return known ? <Nobody onAdd={onAdd} /> : <PageLoading label={text('remotes.loading')} />;
  const key = recipientKey(selected);
  return (
    <div className={styles['container']}>
      <div className={styles['columns']}>
        <OpenClawList targets={targets} selected={key} onSelect={(next) => desk.select(next)} />
        <RecipientPane key={key} target={selected} conversation={desk.conversation(key)} onOpen={onOpen} />
      </div>
    </div>
  );
}

function Nobody({ onAdd }: Readonly<{ onAdd(): void }>): ReactElement {
  const hasPeers = useApp((state) => state.peers.length > 0);
  return (
    <EmptyState
      icon={<BotMessageSquare />}
      title={text('remotes.empty')}
      action={
        <span className={styles['actions']}>
          {hasPeers ? (
            <Button variant="primary" onClick={onAdd}>
              {text('remotes.add')}
            </Button>
          ) : (
            <Button variant="primary" onClick={() => openPairing('choose')}>
              {text('remotes.empty.pair')}
            </Button>
          )}
          <Button onClick={() => navigate('gateways')}>{text('remotes.empty.gateways')}</Button>
        </span>
      }
    >
      <p className={styles['plain']}>{text(hasPeers ? 'remotes.empty.text' : 'remotes.empty.no-peers')}</p>
    </EmptyState>
  );
}
