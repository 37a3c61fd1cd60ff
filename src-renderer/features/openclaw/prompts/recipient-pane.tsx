import { Ellipsis, Pencil, RotateCw, Trash2 } from 'lucide-react';
import { useId, useSyncExternalStore, type ReactElement } from 'react';
import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { showOpenClaw, useApi } from '../../../store/index.ts';
import { Banner, Button, IconButton, Menu, UntrustedText, quoteUntrusted } from '../../../ui/index.ts';
import type { PromptConversation } from './conversation.ts';
import { ExchangeCard } from './exchange-card.tsx';
import { HeartbeatPanel } from './heartbeat-panel.tsx';
import { LocalGatewayPanel } from './local-gateway-panel.tsx';
import { PromptBox } from './prompt-box.tsx';
import { RecipientWorkflows } from '../workflows/recipient-workflows.tsx';
import type { RecipientDialog } from './prompts-tab.tsx';
import styles from './prompts.module.css';
import { recipientName, type PromptRecipient } from './recipient.ts';
import { describeLocation } from './recipient-text.ts';

type PaneProps = Readonly<{
  target: PromptRecipient;
  conversation: PromptConversation;
  onOpen(dialog: RecipientDialog): void;
}>;

/**
 * Pane of the chosen OpenClaw: its status, the field for a prompt, its workflows and the conversation. The person can restart it, and edit or remove
 * a saved one.
 */
export function RecipientPane({ target, conversation, onOpen }: PaneProps): ReactElement {
  const id = useId();
  const api = useApi();
  const exchanges = useSyncExternalStore(conversation.subscribe, conversation.exchanges);
  const name = quoteUntrusted(recipientName(target));
  const obstacle = target.kind === 'gateway' ? obstacleOf(target.gateway) : undefined;
  return (
    <section className={styles['pane']} aria-labelledby={id}>
      <header className={styles['head']}>
        <div className={styles['head-words']}>
          <h2 id={id} className={styles['name']}>
            <UntrustedText>{recipientName(target)}</UntrustedText>
          </h2>
          <p className={styles['about']}>{describeLocation(target)}</p>
        </div>
        <div className={styles['actions']}>
          <Button
            icon={<RotateCw aria-hidden="true" />}
            aria-label={text('prompts.restart.of', { name })}
            disabled={obstacle !== undefined}
            onClick={() => onOpen({ kind: 'restart', target })}
          >
            {text('prompts.restart')}
          </Button>
          {target.kind === 'remote' && <More remote={target.remote} name={name} onOpen={onOpen} />}
        </div>
      </header>
      {target.kind === 'remote' ? (
        <HeartbeatPanel remote={target.remote} />
      ) : (
        <LocalGatewayPanel gateway={target.gateway} />
      )}
      {obstacle !== undefined && (
        <Banner
          tone="warning"
          action={
            <Button size="small" onClick={() => showOpenClaw('gateways')}>
              {text('prompts.show-gateways')}
            </Button>
          }
        >
          {text(`prompts.unavailable.${obstacle}`)}
        </Banner>
      )}
      <PromptBox target={target} conversation={conversation} disabled={obstacle !== undefined} />
      <RecipientWorkflows
        target={target}
        isBusy={conversation.isRunning || obstacle !== undefined}
        onRun={(workflow, params) => void conversation.send(api, target, { kind: 'workflow', workflow, params })}
      />
      <h3 className={styles['heading']}>{text('prompts.answers')}</h3>
      {exchanges.length === 0 && <p className={styles['note']}>{text('prompts.answers.none')}</p>}
      <ol className={styles['exchanges']} aria-label={text('prompts.answers')}>
        {exchanges.map((exchange) => (
          <ExchangeCard
            key={exchange.id}
            exchange={exchange}
            peer={target.kind === 'remote' ? quoteUntrusted(target.remote.peerName ?? target.remote.name) : name}
            isBusy={conversation.isRunning}
            onCancel={() => conversation.cancel()}
            onAgain={() => void conversation.send(api, target, exchange.request)}
            onRemove={() => conversation.remove(exchange.id)}
          />
        ))}
      </ol>
    </section>
  );
}

/** Returns the reason why a gateway takes no prompts now; undefined if it does. */
function obstacleOf({ operator, settings }: GatewayView): 'away' | 'read-only' | undefined {
  if (settings.operator.access === 'read-only') return 'read-only';
  return operator.state === 'connected' ? undefined : 'away';
}

function More({
  remote,
  name,
  onOpen,
}: Readonly<{ remote: RemoteView; name: string; onOpen: PaneProps['onOpen'] }>): ReactElement {
  return (
    <Menu
      label={text('prompts.more', { name })}
      trigger={<IconButton label={text('prompts.more', { name })} icon={<Ellipsis aria-hidden="true" />} />}
      items={[
        { label: text('prompts.edit'), icon: <Pencil />, onSelect: () => onOpen({ kind: 'edit', remote }) },
        'separator',
        {
          label: text('prompts.remove'),
          icon: <Trash2 />,
          tone: 'danger',
          onSelect: () => onOpen({ kind: 'remove', remote }),
        },
      ]}
    />
  );
}
