import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, type ButtonProps } from '../../../ui/index.ts';

/** Button that starts the relay of this application again (`shell.relay.start`), beside the notice that the person has stopped it. */
export function StartHostedRelay({ variant = 'secondary' }: Pick<ButtonProps, 'variant'>): ReactElement {
  const isStarting = useApp(({ hostedRelay }) => hostedRelay?.state === 'starting');
  const start = useCall('shell.relay.start');
  return (
    <Button size="small" variant={variant} busy={start.busy || isStarting} onClick={() => void start.run({})}>
      {text('relay.host.start')}
    </Button>
  );
}
