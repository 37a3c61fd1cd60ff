import type { ReactElement } from 'react';
import type { GatewayHeartbeat } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { showAnswer } from './answer.ts';
import styles from './prompts.module.css';

/** Last error that an OpenClaw has reported, as untrusted text; nothing without one. */
export function LastError({ heartbeat }: Readonly<{ heartbeat: GatewayHeartbeat | null }>): ReactElement | null {
  const error = heartbeat?.last_error ?? '';
  if (error === '') return null;
  return (
    <p className={styles['last-error']}>
      <span className={styles['last-error-label']}>{text('prompts.heartbeat.error')}</span>{' '}
      <bdi>{showAnswer(error)}</bdi>
    </p>
  );
}
