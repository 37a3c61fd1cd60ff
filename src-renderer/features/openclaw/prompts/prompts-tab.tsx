import { BotMessageSquare } from 'lucide-react';
import { useState, useSyncExternalStore, type ReactElement } from 'react';
import type { RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp } from '../../../store/index.ts';
import { Button, EmptyState, PageLoading } from '../../../ui/index.ts';
import type { PromptPageState } from './prompt-page-state.ts';
import styles from './prompts.module.css';
import { RecipientList } from './recipient-list.tsx';
import { RecipientPane } from './recipient-pane.tsx';
import { promptRecipients, recipientKey, type PromptRecipient } from './recipient.ts';
import { RemoveOpenClawDialog } from './remove-dialog.tsx';
import { RestartDialog } from './restart-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';

/** Dialog that the pane of a recipient opens. */
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

/**
 * The tab Prompts: the list of every OpenClaw that takes prompts from here, and the chosen one beside it. Without any it offers to add a gateway or a
 * paired machine's OpenClaw.
 */
export function PromptsTab({ state, ...add }: PromptsTabProps): ReactElement {
  const remotes = useApp((app) => app.remotes);
  const gateways = useApp((app) => app.gateways);
  const known = useApp((app) => app.status !== undefined);
  const chosen = useSyncExternalStore(state.subscribe, state.selected);
  const [dialog, setDialog] = useState<RecipientDialog>();
  const close = (): void => setDialog(undefined);
  const recipients = promptRecipients(remotes, gateways);
  const selected = recipients.find((recipient) => recipientKey(recipient) === chosen) ?? recipients[0];
  if (selected === undefined) return known ? <NoRecipient {...add} /> : <PageLoading label={text('prompts.loading')} />;
  const key = recipientKey(selected);
  return (
    <div className={styles['container']}>
      <div className={styles['columns']}>
        <RecipientList targets={recipients} selected={key} onSelect={(next) => state.select(next)} />
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
      title={text('prompts.empty')}
      action={
        <span className={styles['actions']}>
          <Button variant="primary" onClick={onAddGateway}>
            {text('gateways.add')}
          </Button>
          <Button onClick={hasPeers ? onAddMachine : () => openPairing('choose')}>
            {text(hasPeers ? 'prompts.add' : 'prompts.empty.pair')}
          </Button>
        </span>
      }
    >
      <p className={styles['plain']}>{text(hasPeers ? 'prompts.empty.text' : 'prompts.empty.no-peers')}</p>
    </EmptyState>
  );
}
