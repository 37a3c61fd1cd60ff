import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Banner, Button, quoteUntrusted, useNow } from '../../../ui/index.ts';
import type { LinkBarProps } from './link-bar.tsx';
import styles from '../terminals.module.css';

/** Time for which a lost connection isn't shown, ms. */
const GRACE_PERIOD = 800;

type GatewayBarProps = Omit<LinkBarProps, 'peer'> &
  Readonly<{
    /** Gateway of the terminal; undefined once it was removed. */
    gateway: GatewayView | undefined;
  }>;

/** Bar over a terminal whose gateway is disconnected or restarting. The person makes the agent connect at once, or closes the terminal. */
export function GatewayBar({ gateway, ...rest }: GatewayBarProps): ReactElement | null {
  if (gateway === undefined || gateway.operator.state === 'connected') return null;
  return <ProblemBar gateway={gateway} {...rest} />;
}

/** Explains the fate of the terminal: a restart of the gateway ends it, a lost connection doesn't. */
function hintOf(
  state: GatewayView['operator']['state'],
  isRestarting: boolean,
): `terminals.gateway.${'ends' | 'stopped' | 'back'}` {
  if (isRestarting) return 'terminals.gateway.ends';
  return state === 'stopped' || state === 'off' ? 'terminals.gateway.stopped' : 'terminals.gateway.back';
}

function ProblemBar({
  gateway,
  onClose,
  onDone,
}: Omit<GatewayBarProps, 'gateway'> & Readonly<{ gateway: GatewayView }>): ReactElement | null {
  const now = useNow(400);
  const connect = useCall('gateways.connect');
  const { state, since, problem } = gateway.operator;
  if (now - since < GRACE_PERIOD && state !== 'stopped') return null;
  const name = quoteUntrusted(gateway.settings.name);
  const isRestarting = gateway.server?.restarting === true || problem?.code === 'gateway.restarting';
  return (
    <div className={styles['link-bar']}>
      <Banner
        tone="warning"
        action={
          <span className={styles['actions']}>
            <Button
              size="small"
              onClick={() => {
                void connect.run({ gateway: gateway.id });
                onDone();
              }}
            >
              {text('terminals.now')}
            </Button>
            <Button
              size="small"
              variant="quiet"
              title={text('terminals.gateway.close', { gateway: name })}
              onClick={onClose}
            >
              {text('terminals.close')}
            </Button>
          </span>
        }
      >
        <strong>
          {isRestarting
            ? text('terminals.gateway.restarting', { gateway: name })
            : text('terminals.gateway.lost', { gateway: name })}
        </strong>{' '}
        {!isRestarting && problem !== null && `${explainCode(problem.code, problem.code, problem.details).what} `}
        {text(hintOf(state, isRestarting))}
      </Banner>
    </div>
  );
}
