import type { ReactElement } from 'react';
import type { HostedRelay, RelayOutside } from '#shared/app-api/index.ts';
import { joinSentences, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Banner, Button, ErrorNotice, Switch } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { hostOf, portOf } from '../../relay-reach/index.ts';

/** Names of the protocols, which are the same in every language. */
const METHODS = { pcp: 'PCP', 'nat-pmp': 'NAT-PMP', upnp: 'UPnP' } as const;

export type OutsidePortPartProps = Readonly<{
  relay: HostedRelay;
  /** Name of the machine that has reached the relay at the address outside; undefined until one has. */
  reachedBy: string | undefined;
}>;

/**
 * Shows what came of asking the router to open the relay's port, with the next step where it opened none, and a switch that opens or closes it
 * (`shell.relay.outside`). Calls the port reachable only after another machine has got through. Part of `RelayReachability`.
 */
export function OutsidePortPart({ relay, reachedBy }: OutsidePortPartProps): ReactElement {
  const change = useCall('shell.relay.outside');
  const { state } = relay.outside;
  const canAskAgain = state === 'shared' || state === 'refused' || state === 'no-router';
  return (
    <div className={styles['stack']} data-outside={reachedBy !== undefined && state === 'mapped' ? 'reachable' : state}>
      {state !== 'public' && (
        <Switch
          label={text('reach.router.switch')}
          description={text('reach.router.switch.text')}
          checked={state !== 'off'}
          failing={canAskAgain}
          onChange={(on) => void change.run({ on })}
        />
      )}
      {state !== 'off' && (
        <div role="status">
          <Result relay={relay} reachedBy={reachedBy} />
        </div>
      )}
      {canAskAgain && (
        <div className={styles['choices']}>
          <Button size="small" busy={change.busy} onClick={() => void change.run({ on: true })}>
            {text('reach.router.again')}
          </Button>
        </div>
      )}
      {change.error !== undefined && <ErrorNotice error={change.error} />}
    </div>
  );
}

function Result({ relay, reachedBy }: OutsidePortPartProps): ReactElement {
  const { outside, addresses, url } = relay;
  const address = outside.address ?? '';
  const [first = url ?? ''] = addresses;
  const places = { port: portOf(first), host: hostOf(first) ?? '' };
  switch (outside.state) {
    case 'off':
    case 'mapping':
      return <p className={styles['note']}>{text('reach.router.mapping')}</p>;
    case 'public':
      return <p className={styles['note']}>{text('reach.router.public', { address })}</p>;
    case 'mapped':
      return <Mapped outside={outside} reachedBy={reachedBy} />;
    case 'shared':
      return (
        <Banner tone="warning">
          {joinSentences(
            address === '' ? text('reach.router.shared') : text('reach.router.shared.address', { address }),
            text('reach.router.shared.next'),
          )}
        </Banner>
      );
    case 'refused':
      return (
        <Banner tone="warning">
          {joinSentences(text('reach.router.refused'), text('reach.router.refused.next', places))}
        </Banner>
      );
    case 'no-router':
      return (
        <p className={styles['failing']}>
          {joinSentences(text('reach.router.none'), text('reach.router.none.next', places))}
        </p>
      );
  }
}

function Mapped({
  outside,
  reachedBy,
}: Readonly<{ outside: RelayOutside; reachedBy: string | undefined }>): ReactElement {
  const address = (outside.url ?? '').replace('wss://', '');
  return (
    <>
      {reachedBy === undefined ? (
        <p className={styles['note']}>
          {text('reach.router.mapped', { address, method: METHODS[outside.method ?? 'upnp'] })}
        </p>
      ) : (
        <Banner tone="good">{text('reach.router.reachable', { name: reachedBy })}</Banner>
      )}
      {outside.permanent && <p className={styles['note']}>{text('reach.router.permanent')}</p>}
    </>
  );
}
