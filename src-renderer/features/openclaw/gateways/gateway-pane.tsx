import { Ellipsis, HandHelping, Pencil, RefreshCw, RotateCw, Server, SquareTerminal, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, requestGatewayTerminal, showOpenClaw, useCall } from '../../../store/index.ts';
import {
  Button,
  Caution,
  ErrorNotice,
  IconButton,
  Menu,
  Mono,
  UntrustedText,
  quoteUntrusted,
} from '../../../ui/index.ts';
import type { OpenDialog } from '../dialogs.tsx';
import { SubjectHead } from '../frame/subject-head.tsx';
import type { PromptConversation } from '../prompts/conversation.ts';
import { ConversationView } from '../prompts/conversation-view.tsx';
import { CertificateNotice } from './certificate-notice.tsx';
import { GatewayStatusStrip } from './gateway-status-strip.tsx';
import { canConnect } from './gateway-status.ts';

export type GatewayPaneProps = Readonly<{
  gateway: GatewayView;
  conversation: PromptConversation;
  onOpen(dialog: OpenDialog): void;
}>;

/**
 * Pane of one of this device's gateways: address, status of each part with its remedy, and the conversation. The person connects, opens a terminal
 * there, restarts it, administers its devices and nodes, makes another machine its node, and edits or removes it.
 */
export function GatewayPane({ gateway, conversation, onOpen }: GatewayPaneProps): ReactElement {
  const connect = useCall('gateways.connect');
  const { settings, certificate, operator } = gateway;
  const name = quoteUntrusted(settings.name);
  const obstacle = obstacleOf(gateway);
  const target = { kind: 'gateway', gateway } as const;
  const tryNow = async (): Promise<void> => {
    const view = await connect.run({ gateway: gateway.id });
    if (view !== undefined) applyGateway(view);
  };
  const edit = (): void => onOpen({ kind: 'edit', gateway });
  // Terminals need full access.
  const hasTerminals = operator.state === 'connected' && settings.operator.access === 'full';
  return (
    <>
      <SubjectHead
        title={<UntrustedText>{settings.name}</UntrustedText>}
        about={<Mono>{endpointUrl(settings.endpoint)}</Mono>}
        actions={
          <>
            {canConnect(gateway) && certificate === null && (
              <Button
                size="small"
                icon={<RefreshCw aria-hidden="true" />}
                busy={connect.busy}
                aria-label={text('gateways.connect.of', { name })}
                onClick={() => void tryNow()}
              >
                {text('gateways.connect')}
              </Button>
            )}
            <IconButton
              label={text('terminals.gateway.open')}
              icon={<SquareTerminal />}
              reason={hasTerminals ? undefined : text('gateways.terminal.reason')}
              onClick={() => requestGatewayTerminal(gateway.id)}
            />
            <IconButton
              label={text('prompts.restart.of', { name })}
              icon={<RotateCw />}
              reason={obstacle === undefined ? undefined : text(`prompts.unavailable.${obstacle}`)}
              onClick={() => onOpen({ kind: 'restart', target })}
            />
            <Menu
              label={text('gateways.more', { name })}
              trigger={<IconButton label={text('gateways.more', { name })} icon={<Ellipsis />} />}
              items={[
                {
                  label: text('gateways.administrate'),
                  icon: <Server />,
                  onSelect: () => showOpenClaw({ kind: 'devices', id: gateway.id }),
                },
                {
                  label: text('gateways.add-node'),
                  icon: <HandHelping />,
                  onSelect: () => onOpen({ kind: 'add-node', gateway }),
                },
                { label: text('gateways.edit'), icon: <Pencil />, onSelect: edit },
                'separator',
                {
                  label: text('gateways.remove'),
                  icon: <Trash2 />,
                  tone: 'danger',
                  onSelect: () => onOpen({ kind: 'remove', gateway }),
                },
              ]}
            />
          </>
        }
      />
      {connect.error !== undefined && <ErrorNotice error={connect.error} onDismiss={connect.reset} />}
      {certificate !== null && (
        <CertificateNotice certificate={certificate} onCompare={() => onOpen({ kind: 'certificate', gateway })} />
      )}
      <GatewayStatusStrip gateway={gateway} onEdit={edit} />
      <Caution>
        {settings.node.enabled &&
          gateway.otherNode !== null &&
          text('gateways.other-node', { node: quoteUntrusted(gateway.otherNode) })}
      </Caution>
      <ConversationView
        target={target}
        conversation={conversation}
        waitingRequests={gateway.pendingRequests}
        obstacle={
          obstacle === undefined
            ? undefined
            : {
                text: text(`prompts.unavailable.${obstacle}`),
                action:
                  obstacle === 'away' ? undefined : (
                    <Button size="small" onClick={edit}>
                      {text('gateways.remedy.edit')}
                    </Button>
                  ),
              }
        }
      />
    </>
  );
}

/** Returns the reason why a gateway takes no prompts now; undefined if it does. */
function obstacleOf({ operator, settings }: GatewayView): 'off' | 'away' | 'read-only' | undefined {
  if (!settings.operator.enabled) return 'off';
  if (settings.operator.access === 'read-only') return 'read-only';
  return operator.state === 'connected' ? undefined : 'away';
}
