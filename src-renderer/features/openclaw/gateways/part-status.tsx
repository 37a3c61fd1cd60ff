import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, CopyButton, Mono, RetryCountdown, StatusDot, showHidden } from '../../../ui/index.ts';
import styles from './gateway-pane.module.css';
import { gatewayStatus, type GatewayPart } from './gateway-status.ts';

export type PartStatusProps = Readonly<{
  gateway: GatewayView;
  part: GatewayPart;
  /** Opens the dialog that edits the gateway. */
  onEdit(): void;
}>;

/** Lines about one part of a gateway: status, cause, next retry, a command to copy, and a button if editing the gateway helps. */
export function PartStatus({ gateway, part, onEdit }: PartStatusProps): ReactElement {
  const { dot, word, what, why, next, retryAt, command, remedy } = gatewayStatus(gateway, part);
  return (
    <div className={styles['part']} data-part={part}>
      <dt className={styles['term']}>{text(`gateways.part.${part}`)}</dt>
      <dd className={styles['status']}>
        <p className={styles['word']}>
          <StatusDot state={dot} label="" />
          <span>{word}</span>
          {retryAt !== null && (
            <span className={styles['retry']}>
              <RetryCountdown at={retryAt} />
            </span>
          )}
        </p>
        {what !== '' && what.replace(/[.。]$/u, '') !== word && <p className={styles['what']}>{showHidden(what)}</p>}
        {why !== '' && <p className={styles['why']}>{showHidden(why)}</p>}
        {next !== '' && <p className={styles['why']}>{showHidden(next)}</p>}
        {command !== null && (
          <p className={styles['command']}>
            <Mono>{showHidden(command)}</Mono>
            <CopyButton value={command} label={text('gateways.copy.command')} />
          </p>
        )}
        {remedy === 'edit' && (
          <Button size="small" onClick={onEdit}>
            {text('gateways.remedy.edit')}
          </Button>
        )}
      </dd>
    </div>
  );
}
