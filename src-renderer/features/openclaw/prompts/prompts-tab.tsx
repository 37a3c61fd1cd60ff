import { BotMessageSquare } from 'lucide-react';
import { useState, useSyncExternalStore, type ReactElement } from 'react';
import type { RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp } from '../../../store/index.ts';
import { Button, EmptyState, PageLoading } from '../../../ui/index.ts';
import type { PromptPageState } from './page-state.ts';
import styles from './prompts.module.css';
import { OpenClawList } from './recipient-list.tsx';
import { RecipientPane } from './recipient-pane.tsx';
import { promptRecipients, recipientKey, type PromptRecipient } from './recipient.ts';
import { RemoveOpenClawDialog } from './remove-dialog.tsx';
import { RestartDialog } from './restart-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';

/** A dialog that the pane of a recipient opens. */
export type RecipientDialog =
  | Readonly<{ kind: 'edit' | 'remove'; remote: RemoteView }>
  | Readonly<{ kind: 'restart'; target: PromptRecipient }>;

type AddActions = Readonly<{
  /** Opens the dialog that adds a gateway. */
  onAddGateway(): void;
  /** Opens the dialog that saves a paired machine's OpenClaw under a name. */
  onAddMachine(): void;
}>;

export type PromptsTabProps = AddActions & Readonly<{ state: PromptPageState }>;

/** Every OpenClaw that takes prompts from here: those saved on paired machines and this device's gateways. */
export function PromptsTab({ state, ...add }: PromptsTabProps): ReactElement {
  const remotes = useApp((app) => app.remotes);
  const gateways = useApp((app) => app.gateways);
  const known = useApp((app) => app.status !== undefined);
  const chosen = useSyncExternalStore(state.subscribe, state.selected);
  const [dialog, setDialog] = useState<RecipientDialog>();
  const close = (): void => setDialog(undefined);
  const recipients = promptRecipients(remotes, gateways);
  const selected = recipients.find((recipient) => recipientKey(recipient) === chosen) ?? recipients[0];
  if (selected === undefined) return known ? <NoRecipient {...add} /> : <PageLoading label={text('remotes.loading')} />;
  const key = recipientKey(selected);
  return (
    <div className={styles['container']}>
      <div className={styles['columns']}>
        <OpenClawList targets={recipients} selected={key} onSelect={(next) => state.select(next)} />
        <RecipientPane key={key} target={selected} conversation={state.conversation(key)} onOpen={setDialog} />
      </div>
      {dialog?.kind === 'edit' && <SaveDialog remote={dialog.remote} onClose={close} />}
      {dialog?.kind === 'remove' && <RemoveOpenClawDialog remote={dialog.remote} onClose={close} />}
      {dialog?.kind === 'restart' && <RestartDialog target={dialog.target} onClose={close} />}
    </div>
  );
}

function NoRecipient({ onAddGateway, onAddMachine }: AddActions): ReactElement {
  const hasPeers = useApp((state) => state.peers.length > 0);
  return (
    <EmptyState
      icon={<BotMessageSquare />}
      title={text('remotes.empty')}
      action={
        <span className={styles['actions']}>
          <Button variant="primary" onClick={onAddGateway}>
            {text('gateways.add')}
          </Button>
          <Button onClick={hasPeers ? onAddMachine : () => openPairing('choose')}>
            {text(hasPeers ? 'remotes.add' : 'remotes.empty.pair')}
          </Button>
        </span>
      }
    >
      <p className={styles['plain']}>{text(hasPeers ? 'remotes.empty.text' : 'remotes.empty.no-peers')}</p>
    </EmptyState>
  );
}
